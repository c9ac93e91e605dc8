import { describe, expect, test } from '@jest/globals';
import { deleteClusterScoped } from '../../../lib/targets/shared/cluster-scoped.ts';

const never = new AbortController().signal;
const marks = { objects: ['priorityclass/urgent', 'clusterrole/reader'], nodeKeys: ['lab/dedicated', 'environment'] };
const foreign = { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' };

/** A kubectl that has these nodes, and what it was told. */
function kubectlWith(nodes: readonly object[]) {
  const told: string[][] = [];
  const run = async (args: readonly string[]) => {
    told.push([...args]);
    return args[0] === 'get' ? JSON.stringify({ items: nodes }) : '';
  };
  return { kubectl: { run }, told };
}

describe('what a guide makes outside of its namespace', () => {
  test('goes: objects, and labels and taints of these keys, but no others', async () => {
    const { kubectl, told } = kubectlWith([
      {
        metadata: { name: 'a', labels: { environment: 'production', zone: 'a' } },
        spec: { taints: [foreign, { key: 'lab/dedicated', effect: 'NoSchedule' }] },
      },
      { metadata: { name: 'b', labels: { 'lab/dedicated': 'batch' } }, spec: {} },
    ]);
    await deleteClusterScoped(marks, kubectl, never);
    expect(told[0]).toEqual(['delete', 'priorityclass/urgent', 'clusterrole/reader', '--ignore-not-found']);
    const patches = told
      .filter(([verb]) => verb === 'patch')
      .map((args) => [args[2], JSON.parse(args.at(-1)!) as object]);
    expect(patches).toEqual([
      ['a', { metadata: { labels: { environment: null } }, spec: { taints: [foreign] } }],
      ['b', { metadata: { labels: { 'lab/dedicated': null } }, spec: { taints: null } }],
    ]);
  });

  test('leaves nodes alone that carry nothing of it', async () => {
    const { kubectl, told } = kubectlWith([
      { metadata: { name: 'a', labels: { zone: 'a' } }, spec: { taints: [foreign] } },
    ]);
    await deleteClusterScoped(marks, kubectl, never);
    expect(told.map(([verb]) => verb)).toEqual(['delete', 'get']);
  });

  test('asks for no more than there is: objects without nodes, nodes without objects', async () => {
    const { kubectl, told } = kubectlWith([]);
    await deleteClusterScoped({ objects: ['clusterrole/reader'] }, kubectl, never);
    await deleteClusterScoped({ nodeKeys: ['environment'] }, kubectl, never);
    expect(told.map(([verb]) => verb)).toEqual(['delete', 'get']);
  });

  test('is nothing for most labs', async () => {
    const { kubectl, told } = kubectlWith([]);
    await deleteClusterScoped(undefined, kubectl, never);
    expect(told).toEqual([]);
  });
});
