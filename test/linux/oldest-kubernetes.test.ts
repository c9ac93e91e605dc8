import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { newAdministrator } from '../../lib/targets/aws/administrator.ts';
import { kubeconfigYaml } from '../../lib/targets/aws/kubeconfig.ts';
import { restoreEtcd } from '../../lib/targets/linux/restore.ts';
import { kubernetesVersions, releaseOf } from '../../lib/catalog/versions.ts';
import { waitUntil } from '../wait-until.ts';
import { describeLinux, progress } from './environment.ts';
import { never, silent, TestCluster } from './test-cluster.ts';

jest.setTimeout(600_000);

const version = kubernetesVersions.at(-1)!;

describeLinux(`one control plane and one worker on Kubernetes ${version}`, () => {
  let up: TestCluster;

  beforeAll(async () => {
    up = await TestCluster.up(version, { controlPlanes: 1, workers: 1 });
  });
  afterAll(() => up.down());

  const ready = (node: string) => up.done(['wait', 'node', node, '--for=condition=Ready', '--timeout=120s']);

  test('are Ready', async () => {
    await up.done(['wait', 'node', '--all', '--for=condition=Ready', '--timeout=60s']);
    const output = 'jsonpath={.items[*].status.nodeInfo.kubeletVersion}';
    const { release } = releaseOf(version);
    expect(await up.done(['get', 'nodes', '--output', output])).toBe(`v${release} v${release}`);
  });

  test('an administrator whose key never left this machine is one', async () => {
    const administrator = await newAdministrator((script) => up.on('control-plane-1', script));
    const [, server = '', serverName = ''] =
      /server: (\S+)\n\s+tls-server-name: (\S+)/.exec(await readFile(up.cluster.kubeconfig, 'utf8')) ?? [];
    const address = { name: 'test', port: 1, serverName, administrator };
    const kubeconfig = up.file('administrator.yaml');
    await writeFile(kubeconfig, kubeconfigYaml(address, 'default').replace('https://127.0.0.1:1', server));
    const whoami = ['auth', 'whoami', '--output', 'jsonpath={.status.userInfo.username} {.status.userInfo.groups}'];
    expect((await up.kubectl(whoami, kubeconfig)).stdout).toBe(
      'labs ["kubeadm:cluster-admins","system:authenticated"]',
    );
    expect((await up.kubectl(['auth', 'can-i', '*', '*', '--all-namespaces'], kubeconfig)).stdout).toBe('yes');
  });

  test('a node that comes when the token has run out gets a fresh one', async () => {
    const before = (await readFile(up.parameter('join-token'), 'utf8')).trim();
    const secret = `bootstrap-token-${before.split('.')[0]}`;
    const expired = Buffer.from('2026-01-01T00:00:00Z').toString('base64');
    const patch = JSON.stringify({ data: { expiration: expired } });
    await up.done(['patch', 'secret', secret, '--namespace=kube-system', '--patch', patch]);
    const gone = async () => (await up.kubectl(['get', 'secret', secret, '--namespace=kube-system'])).failed;
    await waitUntil('the token is gone', gone, 60_000);
    // A machine in the worker's place, which nobody knows.
    await up.on('worker-1', 'kubeadm reset --force && rm /var/lib/kubernetes-textbook-labs/joined');
    await up.done(['delete', 'node', 'worker-1']);

    // What the timer starts.
    await up.on('control-plane-1', 'systemctl start publish-join-secrets.service');
    expect((await readFile(up.parameter('join-token'), 'utf8')).trim()).not.toBe(before);
    await up.bootstrap('worker-1', 'worker.sh');
    await ready('worker-1');
  });

  test('a backup for which the disk has no room is none, and says so', async () => {
    const backups = await up.backups();
    const folder = '/var/lib/kubernetes-textbook-labs/backup';
    await up.on('control-plane-1', `mkdir -p ${folder} && mount -t tmpfs -o size=64k tmpfs ${folder}`);
    await expect(up.bootstrap('control-plane-1', 'etcd-backup.sh')).rejects.toThrow(
      /no space left on device[\s\S]*failed: A snapshot of etcd is taken/,
    );
    expect(await up.on('control-plane-1', `ls -A ${folder}; umount ${folder}`)).toBe('');
    expect(await up.backups()).toEqual(backups);
  });

  test('a restore for which the disk has no room is refused, and nothing stops', async () => {
    await up.bootstrap('control-plane-1', 'etcd-backup.sh');
    const [backup = ''] = await up.backups();
    const etcd = '/var/lib/etcd';
    // The shell file looks at the disk of that folder; etcd has its own open.
    await up.on('control-plane-1', `mount -t tmpfs -o size=20m tmpfs ${etcd}`);
    await expect(restoreEtcd(up.cluster, backup, silent, never)).rejects.toThrow(
      /the disk of etcd has 20 MiB free, and the data of the backup take \d+ MiB; make room in \/var\/lib\/etcd/,
    );
    await up.on('control-plane-1', `umount ${etcd}`);
    expect(await up.on('control-plane-1', 'ls /var/lib/kubernetes-textbook-labs')).not.toContain('restore');
    expect(await up.cluster.answers(60_000)).toBe(true);
  });

  test('a new machine in place of the control plane has the cluster back, with the keys of the backup', async () => {
    await up.done(['create', 'secret', 'generic', 'hidden', '--from-literal=word=swordfish']);
    await up.bootstrap('control-plane-1', 'etcd-backup.sh');
    const backup = (await up.backups()).at(-1)!;
    const node = await up.cluster.node('control-plane-1');
    await node.kill();
    for (const folder of ['/etc/kubernetes', '/etc/cni', '/var/lib/etcd', '/var/lib/kubelet', '/var/lib/cni']) {
      await rm(node.own(folder), { recursive: true });
    }
    await rm(node.own('/var/lib/kubernetes-textbook-labs'), { recursive: true });
    await rm(path.join(node.folder, 'upper', 'etc', 'systemd'), { recursive: true });
    await rm(up.parameter('encryption-key'));
    await up.cluster.startNode('control-plane-1');

    // What user data does there: another cluster, with other keys. Its backup is refused.
    await up.bootstrap('control-plane-1', 'prepare-host.sh');
    await up.bootstrap('control-plane-1', 'first-control-plane.sh');
    await expect(restoreEtcd(up.cluster, backup, silent, never)).rejects.toThrow(/run part keys first/);
    await up.bootstrap('control-plane-1', 'etcd-restore.sh', ['keys', backup]);
    await up.bootstrap('control-plane-1', 'first-control-plane.sh');
    await restoreEtcd(up.cluster, backup, progress(), never);

    const word = () => up.kubectl(['get', 'secret', 'hidden', '--output', 'jsonpath={.data.word}']);
    await waitUntil('the secret is read', async () => !(await word()).failed, 60_000);
    expect(Buffer.from((await word()).stdout, 'base64').toString()).toBe('swordfish');
    // The worker was told nothing: it knows this cluster by its keys.
    await ready('worker-1');
    await ready('control-plane-1');
    await up.done(['create', 'configmap', 'afterwards']);
  });
});
