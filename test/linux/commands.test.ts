import { existsSync } from 'node:fs';
import { chown, cp, lstat, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { execa } from 'execa';
import { folderName, cacheFolder, projectFolder } from '../../lib/platform/paths.ts';
import { installNodeSoftware } from '../../lib/targets/linux/install.ts';
import { volumesFolder } from '../../lib/targets/linux/node-disk.ts';
import { kubernetesVersions } from '../../lib/catalog/versions.ts';
import { removeFolder, temporaryFolder } from '../temporary-folder.ts';
import { waitUntil } from '../wait-until.ts';
import { describeLinux } from './environment.ts';
import { traces, type Traces } from './traces.ts';

jest.setTimeout(15 * 60_000);

const claim = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
};

/** A pod that runs a shell command where the claim's volume is `/data`, and ends. */
const podWithVolume = (name: string, script: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: {
    restartPolicy: 'Never',
    securityContext: { runAsNonRoot: true, runAsUser: 1000, fsGroup: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
    containers: [
      {
        name: 'main',
        image: 'registry.k8s.io/e2e-test-images/agnhost:2.63.0',
        command: ['sh', '-c', script],
        volumeMounts: [{ name: 'data', mountPath: '/data' }],
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
    ],
    ...more,
  },
});

describeLinux('labs --on linux', () => {
  let before: Traces;
  let root: string;
  let data: string;

  beforeAll(async () => {
    root = await temporaryFolder('commands');
    before = await traces();
  });
  beforeAll(() => {
    data = path.join(root, 'data');
  });
  afterEach(async () => {
    for (const lab of ['eks-ec2', 'ecs-and-eks']) await labs(['down', lab, '--on', 'linux']);
  });
  afterAll(() => removeFolder(root));

  /** Runs the command as somebody types it; both streams, and the exit code. */
  async function labs(args: readonly string[], input = '', env: NodeJS.ProcessEnv = {}) {
    const result = await execa(process.execPath, [path.join(projectFolder, 'bin', 'labs.mjs'), ...args], {
      env: { XDG_DATA_HOME: data, LANG: 'C.UTF-8', ...env },
      input,
      reject: false,
      all: true,
    });
    return { code: result.exitCode, said: result.all };
  }
  const done = async (args: readonly string[], input = '') => {
    const { code, said } = await labs(args, input);
    if (code !== 0) throw new Error(`labs ${args.join(' ')}: ${said}`);
    return said;
  };
  const kubectl = async (args: readonly string[], input = '') =>
    done(['node', 'control-plane-1', '--', 'kubectl', '--kubeconfig', '/etc/kubernetes/admin.conf', ...args], input);
  const environment = (id: string) => path.join(data, folderName, 'linux', id);

  test('up, node, reset, down', async () => {
    const twice = await Promise.all([1, 2].map(() => labs(['up', 'eks-ec2', '--on', 'linux'])));
    expect(twice.map(({ code }) => code)).toEqual([0, 0]);
    // Only one of them made the cluster.
    expect(await readdir(path.join(environment('eks-ec2'), 'cluster', 'nodes'))).toEqual([
      'control-plane-1',
      'worker-1',
      'worker-2',
    ]);
    await rm(path.join(environment('eks-ec2'), 'bin', 'labs'));
    expect((await labs(['up', 'eks-ec2', '--on', 'linux'])).said).toMatch(/^Lab eks-ec2 is up already\./);

    // A terminal that was pointed at it has the command too.
    const env = { XDG_DATA_HOME: data, EXPORTS: await done(['env', 'eks-ec2']) };
    const typed = 'eval "$EXPORTS"; command -v labs; labs node worker-1 -- hostname';
    expect((await execa('bash', ['-c', typed], { env, cwd: '/', stdin: 'ignore' })).stdout.split('\n')).toEqual([
      path.join(environment('eks-ec2'), 'bin', 'labs'),
      'worker-1',
    ]);

    // Another environment has no place beside it, and does not harm it.
    const other = await labs(['up', 'ecs-and-eks', '--on', 'linux']);
    expect(other).toMatchObject({ code: 3, said: expect.stringMatching(/Another cluster of target linux is up/) });

    expect(await done(['node'])).toMatch(/^control-plane-1 +running\nworker-1 +running\nworker-2 +running$/);
    expect(await labs(['node', 'worker-1', '--', 'bash', '-c', 'hostname; cat; exit 7'], 'typed')).toEqual({
      code: 7,
      said: 'worker-1\ntyped',
    });
    expect(await labs(['node', 'worker-3', '--', 'true'])).toEqual({
      code: 2,
      said: "Unknown node 'worker-3'. Did you mean 'worker-1'? Valid: control-plane-1, worker-1, worker-2.",
    });

    // A claim that names no class gets a volume on the node that its first pod is for.
    const inLab = ['--namespace', 'eks-ec2'];
    const run = async (...objects: readonly (typeof claim | ReturnType<typeof podWithVolume>)[]) => {
      const name = objects.at(-1)!.metadata.name;
      const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
      await kubectl(['apply', ...inLab, '--filename', '-'], list);
      await kubectl(['wait', `pod/${name}`, ...inLab, '--for=jsonpath={.status.phase}=Succeeded', '--timeout=120s']);
      const said = await kubectl(['logs', name, ...inLab]);
      await kubectl(['delete', 'pod', name, ...inLab]);
      return said;
    };
    const volumes = () => done(['node', 'worker-1', '--', 'ls', volumesFolder]);
    const onWorker1 = { nodeSelector: { 'kubernetes.io/hostname': 'worker-1' } };
    // What the pod's user closes is removed all the same, at last.
    const write = 'echo kept >/data/file; mkdir -m 1777 /data/sticky; mkdir /data/closed; chmod 0 /data/closed';
    await run(claim, podWithVolume('writer', write, onWorker1));
    expect(await volumes()).toMatch(/^pvc-\S+$/);

    expect(await done(['node', 'worker-1', '--kill'])).toBe('Node worker-1 has lost its power.');
    await done(['node', 'worker-1', '--start']);
    // The volume leads the pod to its node.
    expect(await run(podWithVolume('reader', 'cat /data/file'))).toBe('kept');

    await done(['node', 'worker-1', '--kill']);
    expect(await done(['node'])).toMatch(/^worker-1 +stopped$/m);
    expect(await labs(['node', 'worker-1', '--', 'true'])).toEqual({
      code: 3,
      said: 'Node worker-1 is not running. Start it with: npx labs node worker-1 --start',
    });

    // What somebody may do to a cluster: and the scheduler is gone, and a kubelet.
    await kubectl(['delete', 'node', 'worker-2']);
    await kubectl(['cordon', 'worker-1']);
    await kubectl(['taint', 'node', 'worker-1', 'example.com/mine=yes:NoExecute']);
    await kubectl(['label', 'node', 'worker-1', 'example.com/mine=yes', 'eks.amazonaws.com/capacityType-']);
    await done(['node', 'control-plane-1', '--', 'systemctl', 'disable', '--now', 'kubelet']);
    await done(['node', 'control-plane-1', '--', 'rm', '/etc/kubernetes/manifests/kube-scheduler.yaml']);
    await done(['node', 'control-plane-1', '--', 'touch', '/etc/kubernetes/manifests/mine.yaml']);

    await done(['reset', 'eks-ec2', '--on', 'linux']);
    expect(await done(['node'])).not.toMatch(/stopped/);
    await kubectl(['wait', 'node', '--all', '--for=condition=Ready', '--timeout=60s']);
    const worker = JSON.parse(await kubectl(['get', 'node', 'worker-1', '-o', 'json'])) as {
      metadata: { labels: Record<string, string> };
      spec: object;
    };
    await waitUntil(
      "the claim's volume is gone, and its data",
      async () => (await kubectl(['get', 'pv', '--output=name'])) === '' && (await volumes()) === '',
      60_000,
    );
    expect(worker.spec).not.toHaveProperty('taints');
    expect(worker.spec).not.toHaveProperty('unschedulable');
    expect(worker.metadata.labels).not.toHaveProperty(['example.com/mine']);
    expect(worker.metadata.labels).toHaveProperty(['eks.amazonaws.com/capacityType'], 'ON_DEMAND');
    expect(await done(['node', 'control-plane-1', '--', 'ls', '/etc/kubernetes/manifests'])).toBe(
      ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].map((each) => `${each}.yaml`).join('\n'),
    );

    await done(['down', 'eks-ec2']);
    expect(existsSync(data)).toBe(true);
    expect(await readdir(data)).toEqual([]);
    expect(await traces()).toEqual(before);
  });

  test('under sudo, what is the caller’s stays theirs', async () => {
    const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
    const [, , uid = '', gid = ''] = users.find(([, , id]) => Number(id) > 0)!;
    const owner = Number(uid);
    // Caches of theirs, as their last `up` left them.
    const cache = path.join(root, 'cache');
    const signal = new AbortController().signal;
    const { programs, images } = await installNodeSoftware(kubernetesVersions[0], cacheFolder, () => undefined, signal);
    const built = [...Object.values(programs).map((file) => path.dirname(file)), ...Object.values(images)];
    for (const each of new Set(built)) {
      await cp(each, path.join(cache, path.relative(path.dirname(cacheFolder), each)), { recursive: true });
    }
    await execa('chown', ['--recursive', '--no-dereference', `${uid}:${gid}`, cache]);
    data = path.join(root, 'callers-data');
    await mkdir(data);
    await chown(data, owner, Number(gid));
    await chown(root, owner, Number(gid));
    const env = {
      SUDO_UID: uid,
      SUDO_GID: gid,
      XDG_DATA_HOME: data,
      XDG_CACHE_HOME: cache,
      GOCACHE: path.join(root, 'go'),
      GOPATH: path.join(root, 'go'),
    };
    const up = await labs(['up', 'eks-ec2', '--on', 'linux'], '', env);
    expect(up).toEqual({ code: 0, said: expect.stringMatching(/Lab eks-ec2 is up\./) });

    const roots: string[] = [];
    for (const folder of [cache, data]) {
      for (const name of await readdir(folder, { recursive: true })) {
        const file = path.join(folder, name);
        // The nodes' disks are root's, behind a folder that nobody else enters.
        if (file.startsWith(path.join(environment('eks-ec2'), 'cluster'))) continue;
        if ((await lstat(file)).uid !== owner) roots.push(file);
      }
    }
    expect(roots).toEqual([path.join(environment('eks-ec2'), 'admin.kubeconfig.yaml')]);
    expect(await labs(['down', 'eks-ec2', '--on', 'linux'], '', env)).toMatchObject({ code: 0 });
    expect(await readdir(data)).toEqual([]);
  });
});
