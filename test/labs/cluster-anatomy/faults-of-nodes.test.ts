import type { CoreV1Api, V1Node } from '@kubernetes/client-node';
import { describe, expect, test } from '@jest/globals';
import { silentNode } from '../../../labs/cluster-anatomy/faults-of-nodes.ts';
import type { Cluster } from '../../../lib/model/cluster.ts';

const unreachable = { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' };
const controlPlane = 'node-role.kubernetes.io/control-plane';
const node = (name: string, ready: string, taints: readonly object[] = []) =>
  ({
    metadata: { name, labels: name.startsWith('control') ? { [controlPlane]: '' } : {} },
    spec: { taints },
    status: { conditions: [{ type: 'Ready', status: ready }] },
  }) as unknown as V1Node;

/** The hint for a cluster with two machines of workers; `(healed)` for none. */
async function hintOf(...nodes: readonly V1Node[]): Promise<string> {
  const api = { listNode: async () => ({ items: nodes }) } as unknown as CoreV1Api;
  const machines = { names: async () => ['control-plane-1', 'worker-1', 'worker-2'] };
  const cluster = { api: () => api, nodes: machines } as unknown as Cluster;
  const verdict = await silentNode.isHealed(cluster);
  return verdict.passed ? '(healed)' : verdict.hint.en;
}

describe('the fault silent-node', () => {
  const silenced = (ready: string, ...taints: readonly object[]) => node('worker-1', ready, taints);
  const [first, second] = [node('control-plane-1', 'True'), node('worker-2', 'True')];

  test('is there while the worker that it silenced is not Ready, or its pods are evicted', async () => {
    expect(await hintOf(first, silenced('Unknown', unreachable), second)).toBe('The node that is not Ready: worker-1');
    expect(await hintOf(first, silenced('True', unreachable), second)).toMatch(/its taint has not been removed yet/);
  });

  test('is there while a worker is no node of the cluster', async () => {
    expect(await hintOf(first, second)).toBe('There are 2 workers, and 1 of them are nodes of the cluster.');
  });

  test('is healed when that worker is Ready, whatever another node is at that moment', async () => {
    expect(await hintOf(first, silenced('True'), second)).toBe('(healed)');
    expect(await hintOf(node('control-plane-1', 'Unknown'), silenced('True'), node('worker-2', 'False'))).toBe(
      '(healed)',
    );
  });
});
