import { describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { projectFile } from '../../lib/platform/project-file.ts';

/** The lines that a function of `bootstrap/route-changes.sh` prints, sorted. */
async function lines(call: string, ...args: readonly string[]): Promise<readonly string[]> {
  const script = `set -euo pipefail; POD_CIDR=10.244.0.0/16; source "$1"; shift; ${call} "$@"`;
  const { stdout } = await execa('bash', ['-c', script, 'test', projectFile('bootstrap/route-changes.sh'), ...args]);
  return stdout.split('\n').filter(Boolean).sort();
}

const instances = 'cp\ti-cp\tFalse\na\ti-a\tFalse\nb\ti-b\tTrue';

const wanted = (nodes: string) => lines('wanted_routes', nodes, instances);

describe('wanted_routes', () => {
  test('lead to the machine of the name that the Node has', async () => {
    expect(await wanted('cp\t10.244.0.0/24\tFalse\na\t10.244.1.0/24\t\nb\t\t')).toEqual([
      '10.244.0.0/24 i-cp cp',
      '10.244.1.0/24 i-a a',
    ]);
  });

  test('a Node without a machine keeps its range', async () => {
    expect(await wanted('gone\t10.244.7.0/24\tFalse')).toEqual(['10.244.7.0/24 - gone']);
  });

  test.each([
    ['everything', '0.0.0.0/0'],
    ['the machines', '10.0.0.0/24'],
    ['a part of the range of another Node', '10.244.1.128/25'],
    ['the range of all pods', '10.244.0.0/16'],
    ['a range beside the one of pods', '10.245.0.0/24'],
    ['no range at all', '$(touch /tmp/x)/24'],
  ])('a Node does not get %s, whatever it says', async (_, range) => {
    expect(await wanted(`a\t${range}\t`)).toEqual([]);
  });

  test('a Node does not get the range of an older one', async () => {
    expect(await wanted('a\t10.244.1.0/24\tFalse\nb\t10.244.1.0/24\t')).toEqual(['10.244.1.0/24 i-a a']);
  });
});

const changes = (routes: readonly string[], nodes = '10.244.0.0/24 i-cp cp\n10.244.1.0/24 i-a a') =>
  lines('route_changes', nodes, routes.join('\n'));

/** Routes of a VPC's table that are none to pods. */
const others = ['10.0.0.0/16\tNone', '0.0.0.0/0\tNone'];

describe('route_changes', () => {
  test('are none where the network has what it should', async () => {
    const table = [...others, '10.244.0.0/24\ti-cp', '10.244.1.0/24\ti-a'];
    expect(await changes(['rtb-1', ...table, 'rtb-2', ...table])).toEqual([]);
  });

  test('fill a table that came later, as of a third zone', async () => {
    const table = [...others, '10.244.0.0/24\ti-cp', '10.244.1.0/24\ti-a'];
    expect(await changes(['rtb-1', ...table, 'rtb-2', ...table, 'rtb-3', ...others])).toEqual([
      'set rtb-3 10.244.0.0/24 i-cp',
      'set rtb-3 10.244.1.0/24 i-a',
    ]);
  });

  test('lead a range to another machine, as after one was replaced', async () => {
    expect(await changes(['rtb-1', '10.244.0.0/24\ti-cp', '10.244.1.0/24\tNone'])).toEqual([
      'set rtb-1 10.244.1.0/24 i-a',
    ]);
  });

  test('delete the route of a Node that was deleted, and no route that is none to pods', async () => {
    expect(
      await changes(['rtb-1', ...others, '10.244.0.0/24\ti-cp', '10.244.1.0/24\ti-a', '10.244.2.0/24\ti-b']),
    ).toEqual(['delete rtb-1 10.244.2.0/24']);
  });

  test('leave the route of a Node whose machine is gone', async () => {
    expect(await changes(['rtb-1', '10.244.7.0/24\ti-gone'], '10.244.7.0/24 - gone')).toEqual([]);
  });
});
