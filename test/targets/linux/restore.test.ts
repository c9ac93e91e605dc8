import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { LinuxCluster } from '../../../lib/targets/linux/cluster.ts';
import { restoreEtcd } from '../../../lib/targets/linux/restore.ts';

const never = new AbortController().signal;

/** Three control planes and a worker; each part of a restore takes a moment, and fails where it is said. */
function clusterThatFails(where: (node: string, part: string) => boolean) {
  const begun: string[] = [];
  const atWork = new Set<string>();
  const names = ['control-plane-1', 'control-plane-2', 'control-plane-3', 'worker-1'];
  const cluster = {
    nodes: async () => names.map((name, index) => ({ name, address: `10.0.0.${index}` })),
    bootstrap: async (node: string, _file: string, _report: unknown, _signal: unknown, [part = '']: string[]) => {
      begun.push(`${part} ${node}`);
      if (where(node, part)) throw new Error(`${part} failed on ${node}`);
      atWork.add(node);
      await sleep(50);
      atWork.delete(node);
    },
    answers: async () => true,
  };
  return { cluster: cluster as unknown as LinuxCluster, begun, atWork };
}

describe('restoreEtcd', () => {
  test('does each part on all control planes before the next on any', async () => {
    const { cluster, begun } = clusterThatFails(() => false);
    await restoreEtcd(cluster, 'backup', () => undefined, never);
    const on = (part: string) => [1, 2, 3].map((number) => `${part} control-plane-${number}`);
    expect(begun).toEqual(['fetch', 'stop', 'restore', 'start'].flatMap(on));
  });

  test('when a part fails on one, ends when none is at work any more, and begins no other part', async () => {
    const { cluster, begun, atWork } = clusterThatFails((node, part) => node === 'control-plane-1' && part === 'fetch');
    await expect(restoreEtcd(cluster, 'backup', () => undefined, never)).rejects.toThrow(
      'fetch failed on control-plane-1',
    );
    expect([...atWork]).toEqual([]);
    expect(begun).toHaveLength(3);
  });
});
