import { existsSync } from 'node:fs';
import { appendFile, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { execa } from 'execa';
import { cacheFolder, projectFolder } from '../../lib/platform/paths.ts';
import { LinuxCluster, type ClusterShape } from '../../lib/targets/linux/cluster.ts';
import { installNodeSoftware, type NodeSoftware } from '../../lib/targets/linux/install.ts';
import { restoreEtcd } from '../../lib/targets/linux/restore.ts';
import { kubernetesVersions, releaseOf } from '../../lib/catalog/versions.ts';
import { removeFolder, temporaryFolder } from '../temporary-folder.ts';
import { waitUntil } from '../wait-until.ts';
import { addresses } from '../../lib/targets/linux/network.ts';
import { describeLinux, progress } from './environment.ts';
import { never, printedBy } from './test-cluster.ts';
import { traces, type Traces } from './traces.ts';

jest.setTimeout(600_000);

const version = kubernetesVersions[0];
const name = 'linux-test';
const image = 'registry.k8s.io/e2e-test-images/agnhost:2.63.0';

const shape = (controlPlanes: number): ClusterShape => ({
  release: releaseOf(version).release,
  controlPlanes,
  workers: ['a', 'b'].map((zone) => ({ zone, instanceType: 't3.medium', labels: { 'example.com/group': 'workers' } })),
});

const pod = (podName: string, node: string, args: readonly string[]) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: podName, labels: { app: podName } },
  spec: { nodeName: node, containers: [{ name: 'main', image, args }] },
});

const service = (serviceName: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: serviceName },
  spec: { selector: { app: serviceName }, ports: [{ port: 80, targetPort: 8080 }] },
});

describeLinux('target linux', () => {
  let before: Traces;
  let root: string;
  let software: NodeSoftware;
  let cluster: LinuxCluster;

  const kubectl = (args: readonly string[], input = '') =>
    execa(software.programs.kubectl!, ['--kubeconfig', cluster.kubeconfig, '--request-timeout=10s', ...args], {
      input,
      reject: false,
      env: { KUBECACHEDIR: path.join(root, 'kubectl-cache') },
    });
  const done = (args: readonly string[], input = '') => printedBy(() => kubectl(args, input), args);
  const names = async (kind: string, selector: readonly string[] = []): Promise<string[]> =>
    (await done(['get', kind, ...selector, '--output', 'jsonpath={.items[*].metadata.name}'])).split(' ').sort();

  // A test that failed may have left its cluster: there is room for one on a machine.
  const begin = async (folder: string): Promise<void> => {
    await (cluster as LinuxCluster | undefined)?.down();
    cluster = new LinuxCluster(name, path.join(root, folder));
  };

  beforeAll(async () => {
    const report = progress();
    software = await installNodeSoftware(version, cacheFolder, report, never);
    before = await traces();
    root = await temporaryFolder('linux');
  });

  afterAll(async () => {
    await cluster.down();
    await removeFolder(root);
  });

  describeLinux('with one control plane and two workers', () => {
    beforeAll(async () => {
      await begin('one');
      await cluster.up(shape(1), software, progress(), never);
    });

    test('all nodes are Ready, with the labels of their instance', async () => {
      expect(await names('nodes')).toEqual(['control-plane-1', 'worker-1', 'worker-2']);
      await done(['wait', 'node', '--all', '--for=condition=Ready', '--timeout=60s']);
      expect(await names('nodes', ['--selector', 'topology.kubernetes.io/zone=us-east-1b'])).toEqual(['worker-2']);
      expect(await names('nodes', ['--selector', 'example.com/group=workers'])).toEqual(['worker-1', 'worker-2']);
    });

    test('a pod finds a Service by name, on its own node and on another', async () => {
      const objects = [
        pod('server', 'worker-1', ['netexec', '--http-port=8080']),
        service('server'),
        pod('near', 'worker-1', ['pause']),
        pod('far', 'worker-2', ['pause']),
      ];
      await done(['apply', '--filename', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
      await done(['wait', 'pod', '--all', '--for=condition=Ready', '--timeout=120s']);
      await done(['rollout', 'status', 'deployment/coredns', '--namespace=kube-system', '--timeout=120s']);
      const address = async (from: string) => {
        const url = 'http://server/clientip';
        // kube-proxy hears of a new pod a moment after kubectl does.
        const patient = ['--retry', '20', '--retry-connrefused', '--retry-delay', '1', '--max-time', '30'];
        const answer = await done(['exec', from, '--', 'curl', '--silent', ...patient, url]);
        return answer.replace(/:\d+$/, '');
      };
      for (const from of ['near', 'far']) {
        // The server sees the pod itself: nothing on the way has put another address in its place.
        expect(await address(from)).toBe(await done(['get', 'pod', from, '--output', 'jsonpath={.status.podIP}']));
      }
      expect(await done(['logs', 'server'])).toContain('Started HTTP server');
    });

    test('a pod resolves a name of the network, whose resolver ignores every address but those of machines', async () => {
      const endpoint = `api.${name}.internal:6443`;
      const connect = (target: string) => ['exec', 'far', '--', '/agnhost', 'connect', '--timeout=20s', target];
      await done(connect(endpoint));
      // The same question with the pod's own address: the resolver is silent, as Amazon's is.
      const worker = await cluster.node('worker-2');
      const rule = ['LABS-MASQUERADE', '--destination', addresses.router, '--jump', 'MASQUERADE'];
      const iptables = (action: string, ...args: string[]) =>
        worker.run(['iptables', '--table', 'nat', action, ...args]);
      expect((await iptables('--delete', ...rule)).exitCode).toBe(0);
      const direct = await kubectl(['exec', 'far', '--', 'nslookup', name, addresses.router]);
      expect(direct.failed).toBe(true);
      expect(direct.stdout + direct.stderr).toMatch(/timed out|no servers could be reached/);
      const [chain, ...jump] = rule;
      expect((await iptables('--insert', chain!, '1', ...jump)).exitCode).toBe(0);
    });

    test('a secret is encrypted in etcd, and the API server still reads it', async () => {
      await done(['create', 'secret', 'generic', 'hidden', '--from-literal=word=swordfish']);
      const read =
        'pki=/etc/kubernetes/pki/etcd; etcdctl --cacert $pki/ca.crt --cert $pki/server.crt --key $pki/server.key' +
        ' get /registry/secrets/default/hidden --print-value-only';
      const { stdout } = await (await cluster.node('control-plane-1')).run(['bash', '-c', read]);
      expect(String(stdout)).toContain('k8s:enc:secretbox:v1:key1:');
      expect(String(stdout)).not.toContain('swordfish');
      const encoded = await done(['get', 'secret', 'hidden', '--output', 'jsonpath={.data.word}']);
      expect(Buffer.from(encoded, 'base64').toString()).toBe('swordfish');
    });

    test('no secret of the bootstrap is in a log', async () => {
      const folder = path.join(root, 'one');
      const secrets = await Promise.all(
        ['join-token', 'certificate-key', 'encryption-key'].map((secret) =>
          readFile(path.join(folder, 'cloud', 'ssm', name, secret), 'utf8'),
        ),
      );
      for (const node of await cluster.nodes()) {
        const logs = node.own('/var/log');
        for (const file of await readdir(logs)) {
          if (!file.endsWith('.log')) continue;
          const text = await readFile(path.join(logs, file), 'utf8');
          for (const secret of secrets) expect(text.includes(secret.trim())).toBe(false);
        }
      }
    });

    test('a shell file that is run again finds its work done', async () => {
      for (const [node, file] of [
        ['control-plane-1', 'first-control-plane.sh'],
        ['worker-1', 'worker.sh'],
        ['worker-1', 'prepare-host.sh'],
      ] as const) {
        await cluster.bootstrap(node, file, () => undefined, never);
      }
      await done(['wait', 'node', '--all', '--for=condition=Ready', '--timeout=60s']);
    });

    test('the network has a route to the pods of each Node, and none of a Node that was deleted', async () => {
      const ranges = async () =>
        (await done(['get', 'nodes', '--output', 'jsonpath={.items[*].spec.podCIDR}'])).split(' ').sort();
      const routes = async () => {
        const script = `nsenter --net=/opt/stand-in-router ip -4 route show | sed -n 's/ via .*//p'`;
        const { stdout } = await (await cluster.node('control-plane-1')).run(['bash', '-c', script]);
        return String(stdout).split('\n').sort();
      };
      const before = await ranges();
      expect(before).toHaveLength(3);
      expect(await routes()).toEqual(before);
      await done(['delete', 'node', 'worker-2']);
      const after = await ranges();
      expect(after).toHaveLength(2);
      await waitUntil('the route is gone', async () => (await routes()).join() === after.join(), 30_000);
    });

    test('down leaves nothing', async () => {
      await cluster.down();
      expect(await traces()).toEqual(before);
      expect(existsSync(path.join(root, 'one'))).toBe(false);
    });
  });

  describeLinux('with three control planes and two workers', () => {
    let backup: string;

    beforeAll(async () => {
      await begin('three');
      await cluster.up(shape(3), software, progress(), never);
    });

    test('a control plane dies during writes, and no acknowledged write is lost', async () => {
      const acknowledged: string[] = [];
      const writing = new AbortController();
      const writes = (async () => {
        for (let index = 1; !writing.signal.aborted; index++) {
          const result = await kubectl(['create', 'configmap', `write-${index}`]);
          if (!result.failed) acknowledged.push(`write-${index}`);
        }
      })();
      await sleep(3_000);
      await (await cluster.node('control-plane-2')).kill();
      const atDeath = acknowledged.length;
      await waitUntil('writes go on', () => acknowledged.length > atDeath + 20, 60_000);
      writing.abort();
      await writes;
      expect(await names('configmaps')).toEqual(expect.arrayContaining(acknowledged));
      await done(['wait', 'node', 'control-plane-2', '--for=condition=Ready=Unknown', '--timeout=90s']);
    });

    test('it comes back, and is a member again', async () => {
      await cluster.startNode('control-plane-2');
      await done(['wait', 'node', 'control-plane-2', '--for=condition=Ready', '--timeout=120s']);
      await done([
        'wait',
        'pod',
        'etcd-control-plane-2',
        '--namespace=kube-system',
        '--for=condition=Ready',
        '--timeout=120s',
      ]);
    });

    test('a backup is put back on all members', async () => {
      await done(['create', 'configmap', 'precious']);
      await cluster.bootstrap('control-plane-1', 'etcd-backup.sh', progress(), never);
      [backup] = (await readdir(path.join(root, 'three', 'cloud', 's3', `${name}-backups`, name))) as [string];
      await done(['delete', 'configmap', 'precious']);
      await done(['create', 'configmap', 'later']);

      const began = Date.now();
      await restoreEtcd(cluster, backup, progress(), never);
      await waitUntil(
        'a write succeeds',
        async () => !(await kubectl(['create', 'configmap', 'first'])).failed,
        60_000,
      );
      progress()(`restored in ${((Date.now() - began) / 1000).toFixed(1)} s`);

      const there = await names('configmaps');
      expect(there).toContain('precious');
      expect(there).not.toContain('later');
      // The controllers and kubelets have noticed: what is new comes to life.
      await done(['create', 'deployment', 'alive', `--image=${image}`, '--replicas=2']);
      await done(['rollout', 'status', 'deployment/alive', '--timeout=120s']);
    });

    test('a damaged backup and one of another cluster are refused, and nothing stops', async () => {
      const bucket = path.join(root, 'three', 'cloud', 's3', `${name}-backups`, name);
      const folder = path.join(bucket, backup);
      const copy = async (to: string) => {
        await execa('cp', ['-r', folder, path.join(bucket, to)]);
        return path.join(bucket, to);
      };
      await appendFile(path.join(await copy('damaged'), 'snapshot.db'), 'x');
      const stranger = path.join(await copy('stranger'), 'description');
      await writeFile(stranger, (await readFile(stranger, 'utf8')).replace(/^ca=.*/m, 'ca=0000'));
      await truncate(path.join(await copy('empty'), 'description'), 0);

      const refused = async (which: string) => expect(restoreEtcd(cluster, which, () => undefined, never)).rejects;
      await (await refused('damaged')).toThrow(/the snapshot is damaged/);
      await (await refused('stranger')).toThrow(/a cluster with other keys/);
      await (await refused('empty')).toThrow(/not of linux-test/);
      await (await refused('missing')).toThrow(/does not exist/);
      // Every part is done on all members: what stopped one would still be to be seen on it.
      for (const node of (await cluster.nodes()).slice(0, 3)) {
        expect(await readdir(node.own('/etc/kubernetes/manifests'))).toContain('etcd.yaml');
        expect(await readdir(node.own('/var/lib/kubernetes-textbook-labs'))).not.toContain('restore.new');
      }
      expect(await cluster.answers(60_000)).toBe(true);
    });

    test('down leaves nothing', async () => {
      await cluster.down();
      expect(await traces()).toEqual(before);
    });
  });

  test('down leaves nothing of an up that was killed', async () => {
    await begin('killed');
    const folder = path.join(root, 'killed');
    const script = path.join(projectFolder, 'test', 'linux', 'up.ts');
    for (const delay of [1_000, 9_000, 25_000]) {
      const child = execa('node', ['--import', 'tsx', script, name, folder], { reject: false });
      await sleep(delay);
      child.kill('SIGKILL');
      await child;
      await cluster.down();
      expect(await traces()).toEqual(before);
      expect(existsSync(folder)).toBe(false);
    }
  });
});
