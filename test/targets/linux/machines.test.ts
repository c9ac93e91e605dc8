import { PassThrough, Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ExternalError, UsageError } from '../../../lib/core/errors.ts';
import type { LinuxCluster } from '../../../lib/targets/linux/cluster.ts';
import { LinuxMachines } from '../../../lib/targets/linux/machines.ts';
import type { LinuxNode } from '../../../lib/targets/linux/node.ts';

const names = ['control-plane-1', 'worker-1', 'worker-2'];
const never = new AbortController().signal;

let running: Set<string>;
let done: string[];
let machines: LinuxMachines;

beforeEach(() => {
  jest.spyOn(process, 'getuid').mockReturnValue(0);
  running = new Set(names);
  done = [];
  const node = (name: string): Partial<LinuxNode> => ({
    name,
    pid: async () => (running.has(name) ? 42 : undefined),
    run: (async (command: readonly string[]) => {
      done.push(`${name}: ${command.join(' ')}`);
      return { exitCode: 4, stdout: 'said' };
    }) as unknown as LinuxNode['run'],
    connect: async (command) => {
      done.push(`${name}, connected: ${command.join(' ')}`);
      return 5;
    },
    kill: async () => void running.delete(name),
  });
  const cluster: Pick<LinuxCluster, 'nodes' | 'startNode'> = {
    nodes: async () => names.map((name) => node(name) as LinuxNode),
    startNode: async (name) => {
      done.push(`start ${name}`);
      running.add(name);
    },
  };
  const alone = async (run: () => Promise<void>) => {
    done.push('alone');
    await run();
  };
  machines = new LinuxMachines(cluster as LinuxCluster, { lab: 'eks-ec2', alone });
});
afterEach(() => {
  jest.restoreAllMocks();
});

const streams = () => ({ stdin: Readable.from([]), stdout: new PassThrough(), stderr: new PassThrough() });

test('the probe tells exit code and output, and no exit code where the node is off', async () => {
  running.delete('worker-2');
  expect(await machines.names()).toEqual(names);
  expect(await machines.list()).toContainEqual({ name: 'worker-2', running: false });
  expect(await machines.run('worker-1', ['cat', 'a b'])).toEqual({ exitCode: 4, stdout: 'said' });
  expect(await machines.run('worker-2', ['true'])).toEqual({ exitCode: undefined, stdout: '' });
  expect(done).toEqual(['worker-1: cat a b']);
});

test('a command is connected with a node that runs only', async () => {
  expect(await machines.connect('worker-1', ['bash'], streams(), never)).toBe(5);
  running.delete('worker-1');
  await expect(machines.connect('worker-1', ['bash'], streams(), never)).rejects.toThrow(
    new ExternalError('Node worker-1 is not running. Start it with: npx labs node worker-1 --start'),
  );
});

test('power goes off and on while no other command is at work, and on once', async () => {
  await machines.power.kill('worker-1');
  expect(await machines.list()).toContainEqual({ name: 'worker-1', running: false });
  await machines.power.start('worker-1');
  await machines.power.start('worker-1');
  expect(done).toEqual(['alone', 'alone', 'start worker-1', 'alone']);
});

describe('refused are', () => {
  test.each([
    ['a command', () => machines.run('worker-3', ['true'])],
    ['a connection', () => machines.connect('worker-3', ['true'], streams(), never)],
    ['a power failure', () => machines.power.kill('worker-3')],
    ['power', () => machines.power.start('worker-3')],
  ])('%s for a node that there is not', async (_, call) => {
    await expect(call()).rejects.toThrow(
      new UsageError("Unknown node 'worker-3'. Did you mean 'worker-1'? Valid: control-plane-1, worker-1, worker-2."),
    );
  });

  test('everybody but root', async () => {
    jest.spyOn(process, 'getuid').mockReturnValue(1000);
    for (const call of [
      () => machines.names(),
      () => machines.run('worker-1', []),
      () => machines.power.kill('worker-1'),
    ]) {
      await expect(call()).rejects.toThrow(/^Target linux needs root: .* sudo env "PATH=\$PATH" npx labs .*eks-ec2/);
    }
    expect(done).toEqual([]);
  });
});
