import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { CoordinationV1Api, CoreV1Api } from '@kubernetes/client-node';
import { judgeFault } from '../../lib/engine/faults.ts';
import { taskOf } from '../../lib/model/lab.ts';
import type { LabChecks } from '../../lib/model/check.ts';
import { clusterAnatomyLab as lab } from '../../labs/cluster-anatomy/lab.ts';
import { etcdctl } from '../../labs/cluster-anatomy/machines.ts';
import { readAnswers, writeAnswer } from '../../lib/progress/answers.ts';
import type { Cluster } from '../../lib/model/cluster.ts';
import { readFaultsProgress } from '../../lib/progress/faults.ts';
import { judge } from '../../lib/engine/evaluate.ts';
import type { LabAccess } from '../../lib/targets/target.ts';
import { kubectlDone } from '../cluster/environment.ts';
import { waitUntil } from '../wait-until.ts';
import { describeTour } from '../tier.ts';
import { describeLabs } from './lab-suite.ts';
import { Played } from './played.ts';

jest.setTimeout(30 * 60_000);

const { namespace } = lab;
const controlPlanes = ['control-plane-1', 'control-plane-2', 'control-plane-3'];
const encryptionFolder = '/etc/kubernetes/encryption';
const encryption = `${encryptionFolder}/config.yaml`;
const scheduler = '/etc/kubernetes/manifests/kube-scheduler.yaml';

const worker = "kubectl get nodes -l '!node-role.kubernetes.io/control-plane' -o jsonpath='{.items[0].metadata.name}'";

describeLabs('self-managed', (place) => {
  describeTour('faults of lab cluster-anatomy', () => {
    let played: Played;
    beforeAll(async () => {
      played = await Played.of(place(), lab);
    });

    const symptoms: Readonly<Record<string, readonly [script: string, prints: RegExp]>> = {
      'silent-node': [`labs node $(${worker}) -- journalctl -u kubelet -n 100`, /registryPullQPS|kubelet config/],
      'standing-still': ['kubectl rollout status deployment/web --timeout=3s', /spec update to be observed|timed out/],
      'waiting-for-ever': ['kubectl get pods', /Pending/],
      'closed-door': ['kubectl get nodes', /certificate has expired or is not yet valid/],
      'read-only': ['kubectl create configmap probe', /database space exceeded/],
    };

    test('has each of them', () => {
      expect(lab.faults!.map(({ id }) => id)).toEqual(Object.keys(symptoms));
    });

    test.each(Object.entries(symptoms))(
      '%s breaks what it says, and its reference repair heals it',
      (id, [script, prints]) => played.playAndHeal(id, script, prints),
    );

    test.each(['silent-node', 'waiting-for-ever'])('restoreNodes reverts what %s changed on the nodes', async (id) => {
      await played.break(id);
      const { access, cluster, plans } = played;
      const nothing = () => Promise.reject(new Error('Nodes are restored without the API.'));
      await plans[id]!.restoreNodes!({ cluster, kubectl: nothing });
      const heals = async () => (await judgeFault(lab, access))?.verdict.passed !== false;
      await waitUntil(`${id} is taken back`, heals, 300_000, 2_000);
    });

    test('mend restores a cluster whose keys are gone, and keeps what the learner has reached', async () => {
      await writeAnswer(played.access.folder, 'boxes', 'control-plane-1');
      const { healed } = await readFaultsProgress(played.access.folder);
      await played.break('closed-door');
      const remove = ['rm', '-rf', '/etc/kubernetes/pki', '/var/lib/etcd'];
      for (const name of ['control-plane-1', 'control-plane-2']) await played.cluster.nodes!.run(name, remove);
      await played.mend();
      expect(await readFaultsProgress(played.access.folder)).toEqual({ healed });
      expect(await readAnswers(played.access.folder)).toEqual({ boxes: 'control-plane-1' });
      for (const { isHealed } of Object.values(played.plans))
        await waitUntil('all is well', async () => (await isHealed(played.cluster)).passed, 120_000, 1_000);
    });
  });

  describe('near misses of lab cluster-anatomy', () => {
    let access: LabAccess;
    let cluster: Cluster;
    let checks: LabChecks;

    beforeAll(async () => {
      const played = await Played.of(place(), lab);
      // The guide changes etcd, static pods and certificates: these tests find the cluster as `labs up` leaves it.
      await played.reset();
      ({ access, cluster } = played);
      checks = await lab.loadChecks();
    });

    const hintOn = async (taskId: string, answer?: string): Promise<string> => {
      const verdict = await judge(checks, taskOf(lab, taskId), cluster, answer);
      return verdict.passed ? '(passed)' : verdict.hint.en;
    };
    const run = (command: string, input = '') => kubectlDone(access, command, input);
    /** What a command prints on a node. */
    const on = async (node: string, ...command: readonly string[]): Promise<string> => {
      const { exitCode, stdout } = await cluster.nodes!.run(node, command);
      if (exitCode !== 0) throw new Error(`${command.join(' ')} on ${node}: ${exitCode}\n${stdout}`);
      return stdout;
    };

    test('the node of another scheduler, its identity, no node', async () => {
      const lease = { name: 'kube-scheduler', namespace: 'kube-system' };
      const holder = (await cluster.api(CoordinationV1Api).readNamespacedLease(lease)).spec!.holderIdentity!;
      const [leader] = holder.split('_');
      const other = controlPlanes.find((name) => name !== leader)!;
      expect(await hintOn('boxes', leader)).toBe('(passed)');
      expect(await hintOn('boxes', holder)).toMatch(/^That is the identity of the process\./);
      expect(await hintOn('boxes', other)).toMatch(
        /^The kube-scheduler of that node is on standby, or there is none\./,
      );
      expect(await hintOn('boxes', 'control-plane-4')).toBe('There is no node with that name.');
    });

    test('encryption of one control plane, in the wrong order, without a write, and of nothing', async () => {
      // On copies, which the check sees and no API server does: one that loaded a file half-way would encrypt what the
      // others can't read, for the rest of the cluster's life.
      const copy = '/root/encryption';
      for (const name of controlPlanes) {
        await on(name, 'cp', '--archive', encryptionFolder, copy);
        await on(name, 'mount', '--bind', copy, encryptionFolder);
      }
      try {
        await run('create configmap notice --from-literal=message=hello');
        expect(await hintOn('etcd-row')).toMatch(/^The EncryptionConfiguration of control-plane-1 does not cover/);
        const cover = ['sed', '-i', String.raw`s/^\( *\)- secrets$/&\n\1- configmaps/`, encryption];
        await on('control-plane-1', ...cover);
        expect(await hintOn('etcd-row')).toMatch(/^The EncryptionConfiguration of control-plane-2 does not cover/);
        for (const name of controlPlanes.slice(1)) await on(name, ...cover);
        expect(await hintOn('etcd-row')).toMatch(/^In etcd, ConfigMap notice is still plain text\./);
        const identityFirst = String.raw`s/^\( *\)providers:$/&\n\1  - identity: {}/`;
        await on('control-plane-3', 'sed', '-i.kept', identityFirst, encryption);
        expect(await hintOn('etcd-row')).toMatch(/^On control-plane-3, ConfigMaps are written as plain text\./);
        await on('control-plane-3', 'mv', `${encryption}.kept`, encryption);
        await run('delete configmap notice');
        expect(await hintOn('etcd-row')).toBe(`There is no ConfigMap notice in namespace ${namespace}.`);
      } finally {
        for (const name of controlPlanes) await on(name, 'umount', encryptionFolder);
      }
      expect(await on('control-plane-1', 'cat', encryption)).not.toContain('configmaps');
    });

    test('a scheduler that is missing, and one without its flag', async () => {
      expect(await hintOn('static-pods')).toBe('No kube-scheduler runs with --v=2 yet.');
      await on('control-plane-3', 'mv', scheduler, '/etc/kubernetes/');
      const schedulers = async () =>
        (
          await cluster
            .api(CoreV1Api)
            .listNamespacedPod({ namespace: 'kube-system', labelSelector: 'component=kube-scheduler' })
        ).items.length;
      await waitUntil('two schedulers are left', async () => (await schedulers()) === 2, 60_000);
      expect(await hintOn('static-pods')).toMatch(/^2 kube-schedulers run, and there are 3 control planes\./);
      await on(
        'control-plane-3',
        'sed',
        '-i',
        String.raw`s/^    - kube-scheduler$/&\n    - --v=2/`,
        '/etc/kubernetes/kube-scheduler.yaml',
      );
      await on('control-plane-3', 'mv', '/etc/kubernetes/kube-scheduler.yaml', scheduler);
      const pods = /^There are 3 web pods\./;
      await waitUntil('the scheduler is back', async () => pods.test(await hintOn('static-pods')), 60_000);
    });

    test("the application's container, another pod's sandbox, an ID that is too short", async () => {
      const pods = await cluster.api(CoreV1Api).listNamespacedPod({ namespace });
      const container = pods.items[0]!.status!.containerStatuses![0]!.containerID!.replace('containerd://', '');
      expect(await hintOn('runtime', container)).toMatch(/^That is the ID of the application's container\./);
      const ls = ['ctr', '--namespace', 'k8s.io', 'containers', 'ls', '--quiet'];
      const sandboxOf = (of: string) =>
        on('worker-1', ...ls, `labels."io.kubernetes.pod.namespace"==${of},labels."io.cri-containerd.kind"==sandbox`);
      const [own] = (await sandboxOf(namespace)).split('\n');
      const [foreign] = (await sandboxOf('kube-system')).split('\n');
      expect(await hintOn('runtime', foreign)).toMatch(/^No pod of this lab has a sandbox with that ID\./);
      expect(await hintOn('runtime', own!.slice(0, 4))).toMatch(/^No pod of this lab has a sandbox with that ID\./);
      expect(await hintOn('runtime', own!.slice(0, 12))).toBe('(passed)');
    });

    test('the chain of another Service, of a single pod, of nothing', async () => {
      expect(await hintOn('service', 'KUBE-SVC-NPX46M4PTMTKRN6Y')).toBe(
        'That is the chain of Service default/kubernetes.',
      );
      expect(await hintOn('service', 'KUBE-SEP-AO4O6KDCCOZNJ4B4')).toMatch(/^That is the chain of a single pod\./);
      expect(await hintOn('service', 'KUBE-SERVICES')).toMatch(/^No Service has a chain with that name\./);
    });

    test("the authority's day, another day, another form", async () => {
      const dates = await on(
        'control-plane-1',
        'openssl',
        'x509',
        '-noout',
        '-enddate',
        '-in',
        '/etc/kubernetes/pki/ca.crt',
      );
      const authority = new Date(dates.replace('notAfter=', '')).toISOString().slice(0, 10);
      expect(await hintOn('certificates', authority)).toMatch(
        /^On that day the certificate authority \(ca\.crt\) expires\./,
      );
      expect(await hintOn('certificates', '2020-01-01')).toMatch(/^That is not the day/);
      expect(await hintOn('certificates', authority.replaceAll('-', '/'))).toMatch(
        /^Answer with a date in the form YYYY-MM-DD\./,
      );
    });

    test('a node that is switched off instead of its kubelet', async () => {
      expect(await hintOn('lost-kubelet')).toBe('The kubelets of all workers are running.');
      await on('worker-1', 'systemctl', 'stop', 'kubelet');
      expect(await hintOn('lost-kubelet')).toMatch(
        /^The kubelet has stopped, but the node does not have the NoExecute taint for unreachable nodes yet\./,
      );
      await on('worker-1', 'systemctl', 'start', 'kubelet');
      await access.nodes!.power!.kill('worker-2');
      expect(await hintOn('lost-kubelet')).toBe('worker-2 is switched off. Stop only its kubelet.');
      await access.nodes!.power!.start('worker-2');
    });

    test('one member lost instead of two, and none', async () => {
      expect(await hintOn('quorum')).toMatch(/^There is no ConfigMap survivor/);
      await run('create configmap survivor');
      expect(await hintOn('quorum')).toBe('All members of etcd were running when survivor was written.');
      await access.nodes!.power!.kill('control-plane-3');
      expect(await hintOn('quorum')).toBe('etcd does not run on these control planes: control-plane-3');
      await access.nodes!.power!.start('control-plane-3');
      const healthy = async () =>
        (await cluster.nodes!.run('control-plane-3', etcdctl('endpoint', 'health'))).exitCode === 0;
      await waitUntil('the member is back', healthy, 120_000, 1_000);
      expect(await hintOn('quorum')).toMatch(/^Only one member has started since survivor was written\./);
    });

    test('a namespace that was recreated instead of restored', async () => {
      expect(await hintOn('restore')).toMatch(/^The revision of etcd has not jumped\./);
      await run(`delete namespace ${namespace}`);
      expect(await hintOn('restore')).toBe(`There is no namespace ${namespace}. The backup still has it.`);
      await run('apply -f -', await lab.loadManifests());
      expect(await hintOn('restore')).toMatch(/^The revision of etcd has not jumped\./);
    });
  });
});
