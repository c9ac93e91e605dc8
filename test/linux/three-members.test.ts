import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { nodeBootstrapFolder } from '../../lib/self-managed/cluster-env.ts';
import { restoreEtcd } from '../../lib/targets/linux/restore.ts';
import type { Text } from '../../lib/core/text.ts';
import { kubernetesVersions } from '../../lib/catalog/versions.ts';
import { waitUntil } from '../wait-until.ts';
import { describeLinux, progress } from './environment.ts';
import { never, TestCluster } from './test-cluster.ts';
import { inEnglish } from '../in-english.ts';

jest.setTimeout(600_000);

/** Brings three control planes up, one of which loses its power while it joins, and has to try again. */
async function bringUpWithADeath(up: TestCluster): Promise<void> {
  const report = progress();
  let victim = '';
  let death = Promise.resolve();
  const watch = (detail: string | Text) => {
    report(detail);
    const [, node] = /^(.*): The audit policy is in place/.exec(inEnglish(detail)) ?? [];
    if (node === undefined || node === 'control-plane-1' || victim !== '') return;
    victim = node;
    // By then it is a member of etcd, and the cluster can't do without it.
    const etcd = up.file('nodes', node, 'own', 'etc', 'kubernetes', 'manifests', 'etcd.yaml');
    death = waitUntil('it has joined etcd', () => existsSync(etcd), 60_000)
      .then(() => sleep(8_000))
      .then(async () => (await up.cluster.node(node)).kill());
  };
  await expect(up.up({ controlPlanes: 3, workers: 0 }, watch)).rejects.toThrow(/further-control-plane.sh/);
  await death;
  await up.cluster.startNode(victim);
  // Both at once: the turn that the victim held is its own to take again.
  await Promise.all(
    ['control-plane-2', 'control-plane-3'].map((node) => up.bootstrap(node, 'further-control-plane.sh')),
  );
}

describeLinux('three members of etcd', () => {
  let up: TestCluster;

  beforeAll(async () => {
    up = await TestCluster.prepare(kubernetesVersions[0]);
    await bringUpWithADeath(up);
  });
  afterAll(() => up.down());

  const write = async (name: string, ...args: readonly string[]) =>
    !(await up.kubectl(['create', 'configmap', name, ...args])).failed;
  const nodes = ['control-plane-1', 'control-plane-2', 'control-plane-3'];
  const configMaps = async () =>
    (await up.done(['get', 'configmaps', '--output', 'jsonpath={.items[*].metadata.name}'])).split(' ');
  /** Whether the member of a node answers, and has what the others have. */
  const healthy = async (node: string) => {
    const pki = 'pki=/etc/kubernetes/pki/etcd; tls="--cacert $pki/ca.crt --cert $pki/server.crt --key $pki/server.key"';
    return up.on(node, `${pki}; etcdctl $tls --command-timeout 5s endpoint health`).then(
      () => true,
      () => false,
    );
  };

  test('are three, though a control plane died in the middle of its join: it joined at the next attempt', async () => {
    await up.done(['wait', 'node', '--all', '--for=condition=Ready', '--timeout=120s']);
    const members = ['get', 'pods', '--namespace=kube-system', '--selector=component=etcd', '--output=name'];
    expect((await up.done(members)).split('\n').sort()).toEqual(nodes.map((node) => `pod/etcd-${node}`));
  });

  test('go on writing when the disk of one is full, and it comes back when there is room', async () => {
    const node = 'control-plane-3';
    // etcd writes to a small disk from now on.
    await up.on(
      node,
      `mv /etc/kubernetes/manifests/etcd.yaml /root/ && while pgrep --exact etcd; do sleep 0.2; done
       size=$(($(du -sm /var/lib/etcd | cut -f1) + 300))m
       mkdir /root/etcd && cp -a /var/lib/etcd/. /root/etcd/
       mount -t tmpfs -o size=$size,mode=700 tmpfs /var/lib/etcd && cp -a /root/etcd/. /var/lib/etcd/
       mv /root/etcd.yaml /etc/kubernetes/manifests/`,
    );
    await waitUntil('the member runs from it', () => healthy(node), 120_000, 500);
    await up.on(node, 'dd if=/dev/zero of=/var/lib/etcd/filled bs=1M || true');

    // It goes on until its database has to grow, or its log takes a new file.
    const big = up.file('big');
    await writeFile(big, 'x'.repeat(900_000));
    const acknowledged: string[] = [];
    for (let index = 1; index <= 100 && (await healthy(node)); index++) {
      // One that was on its way through that node is not acknowledged.
      if (await write(`big-${index}`, `--from-file=${big}`)) acknowledged.push(`big-${index}`);
    }
    expect(await healthy(node)).toBe(false);
    expect(acknowledged.length).toBeGreaterThan(0);
    await waitUntil('writes go on', () => write('while-full'), 60_000);
    expect(await configMaps()).toEqual(expect.arrayContaining(acknowledged));

    await up.on(node, 'rm /var/lib/etcd/filled');
    await waitUntil('the member is back', () => healthy(node), 420_000, 1_000);
  });

  test('have shell files that end their step when they are ended, and its clock, which would strike at others', async () => {
    const script = `cat >/root/long.sh <<'EOF'
#!/usr/bin/env bash
source ${nodeBootstrapFolder}/common.sh
step 7777 'The test is over.' sleep 8888
EOF
chmod +x /root/long.sh
setsid /root/long.sh &
until pgrep --exact --full 'sleep 7777' && pgrep --exact --full 'sleep 8888'; do sleep 0.1; done >/dev/null
kill -TERM -- "-$!"
wait "$!" || true
rm /root/long.sh
pgrep --list-full --full '^sleep (7777|8888)$' || true`;
    expect(await up.on('control-plane-1', script)).toBe('');
  });

  test('are restored by a second attempt when the first was interrupted half-way', async () => {
    await up.done(['create', 'configmap', 'precious']);
    await up.bootstrap('control-plane-1', 'etcd-backup.sh');
    const backup = (await up.backups()).at(-1)!;
    await up.done(['create', 'configmap', 'later']);

    for (const node of nodes) await up.on(node, 'touch /var/lib/etcd/member/original');
    const interruption = new AbortController();
    const report = progress();
    let restored = 0;
    const atFirst = (detail: string | Text) => {
      report(detail);
      if (!inEnglish(detail).includes('This member has the data of the backup.')) return;
      restored += 1;
      interruption.abort();
    };
    await expect(restoreEtcd(up.cluster, backup, atFirst, interruption.signal)).rejects.toThrow(/abort/);
    expect(restored).toBeGreaterThan(0);
    // On whichever member was at its end, it may have been the very last step that was missing.
    for (const node of nodes)
      await up.on(node, 'if [[ -e /var/lib/etcd/member/restored-from ]]; then mkdir -p /var/lib/etcd/restored; fi');
    expect(await up.cluster.answers()).toBe(false);
    await expect(up.bootstrap('control-plane-1', 'etcd-backup.sh')).rejects.toThrow(
      /etcd of this node does not answer/,
    );

    await restoreEtcd(up.cluster, backup, progress(), never);
    await waitUntil('a write succeeds', () => write('first'), 60_000);
    expect(await configMaps()).toContain('precious');
    expect(await configMaps()).not.toContain('later');
    for (const node of nodes) {
      await waitUntil(`the member of ${node} answers`, () => healthy(node), 60_000, 500);
      // What was there before the restore is still beside it, on the member too that was restored the first time.
      expect(await up.on(node, 'ls /var/lib/etcd/before-restore/member')).toContain('original');
      expect(await up.on(node, 'ls /var/lib/etcd /var/lib/etcd/member')).not.toContain('restored');
    }
  });
});
