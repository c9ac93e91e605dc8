import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { execa } from 'execa';
import { breakSteps, chooseFault, faultsOn, judgeFault, mendSteps } from '../../labs/breaking.ts';
import { clusterAnatomyLab } from '../../labs/cluster-anatomy/lab.ts';
import { shellOf } from '../../labs/rehearsal.ts';
import { troubleshootingLab } from '../../labs/troubleshooting/lab.ts';
import { readAnswers, writeAnswer } from '../../lib/answers.ts';
import { openCluster, type Cluster } from '../../lib/cluster.ts';
import { makeDataHome, removeDataHome, type DataHome } from '../../lib/data-home.ts';
import { readFaultsProgress } from '../../lib/faults-progress.ts';
import type { FaultPlans } from '../../lib/faults.ts';
import type { Lab } from '../../lib/lab.ts';
import { settingsOf } from '../../lib/lab-settings.ts';
import { LinuxTarget } from '../../lib/targets/linux/linux-target.ts';
import type { LabAccess } from '../../lib/targets/target.ts';
import { kubectl, kubectlDone } from '../cluster/environment.ts';
import { waitUntil } from '../wait-until.ts';
import { describeLinux, progress } from './environment.ts';
import { runSteps } from './steps.ts';

jest.setTimeout(900_000);

/** A lab that is up, with faults to put into it. */
class Played {
  readonly lab: Lab;
  #home!: DataHome;
  #target!: LinuxTarget;
  access!: LabAccess;
  cluster!: Cluster;
  plans!: FaultPlans;

  constructor(lab: Lab) {
    this.lab = lab;
  }

  async up(): Promise<void> {
    this.#home = await makeDataHome('/tmp/labs-on-linux-');
    this.#target = new LinuxTarget({ data: this.#home.data });
    await runSteps(await this.#target.up(this.lab, settingsOf(this.lab, [])), progress());
    this.plans = await this.lab.loadFaults!();
    await this.open();
  }

  async open(): Promise<void> {
    this.access = await this.#target.access(this.lab);
    this.cluster = openCluster(this.access.kubeconfig, this.lab.namespace, this.access.nodes);
  }

  async down(): Promise<void> {
    await runSteps(await this.#target.down(this.lab));
    await removeDataHome(this.#home);
  }

  async break(id: string): Promise<void> {
    const fault = chooseFault(this.lab, id, 'linux', await readFaultsProgress(this.access.folder));
    await runSteps(breakSteps(this.lab, fault, this.access), progress());
  }

  async mend(): Promise<void> {
    await runSteps(await mendSteps(this.lab, this.#target), progress());
    await this.open();
  }

  /** What a learner's shell prints, both streams together. It may fail. */
  async bash(script: string): Promise<string> {
    const shell = shellOf(this.access, this.#home.variables);
    return (await execa('bash', ['-c', script], { ...shell, extendEnv: false, all: true, reject: false })).all;
  }

  /** Breaks, sees the symptom, and heals by the reference solution. */
  async playAndHeal(id: string, script: string, prints: RegExp): Promise<void> {
    await this.break(id);
    await waitUntil(`the symptom of ${id} shows`, async () => prints.test(await this.bash(script)), 150_000, 2_000);
    expect((await judgeFault(this.lab, this.access))!.verdict.passed).toBe(false);
    const said = await this.bash(`set -e; ${this.plans[id]!.repair}`);
    const heals = async () => (await judgeFault(this.lab, this.access))?.verdict.passed !== false;
    await waitUntil(`the repair of ${id} has healed it (it said: ${said})`, heals, 300_000, 2_000);
    expect((await readFaultsProgress(this.access.folder)).healed.at(-1)).toBe(id);
  }
}

const inPod = 'kubectl exec deployment/web --';
const worker = "kubectl get nodes -l '!node-role.kubernetes.io/control-plane' -o jsonpath='{.items[0].metadata.name}'";

describeLinux('faults of lab troubleshooting on linux', () => {
  const played = new Played(troubleshootingLab);
  beforeAll(() => played.up(), 600_000);
  afterAll(() => played.down());

  /** Those that only real containers, packets and names show; test/cluster has the others. */
  const symptoms: Readonly<Record<string, readonly [script: string, prints: RegExp]>> = {
    'refused-calls': [`${inPod} curl --silent --max-time 5 http://web/readyz`, /exit code 7$/],
    'never-started': ['kubectl get pods', /ErrImagePull|ImagePullBackOff/],
    'half-made': ['kubectl get pods', /CreateContainerConfigError/],
    'never-ready': ['kubectl events --types=Warning', /Unhealthy.*connection refused/],
    'all-true-but-one': ['kubectl get pods -o wide', / 0\/1$/m],
    'forgotten-names': [
      `${inPod} nslookup kubernetes.default.svc.cluster.local`,
      /NXDOMAIN|can't find|timed out|can't resolve|no servers/,
    ],
    'unknown-names': [`${inPod} nslookup kubernetes.default.svc.cluster.local`, /NXDOMAIN|can't find/],
  };

  test('has each of them here only', () => {
    const here = faultsOn(troubleshootingLab, 'linux').filter(({ targets }) => targets !== undefined);
    expect(here.map(({ id }) => id)).toEqual(Object.keys(symptoms));
    expect(faultsOn(troubleshootingLab, 'linux')).toEqual(troubleshootingLab.faults);
  });

  test.each(Object.entries(symptoms))(
    '%s breaks what it says, and its reference repair heals it',
    (id, [script, prints]) => played.playAndHeal(id, script, prints),
  );

  test('mend restores the DNS of the cluster, and a lab that was taken apart', async () => {
    const { access, lab } = played;
    const Corefile = () => kubectlDone(access, "get configmap coredns -n kube-system -o jsonpath='{.data.Corefile}'");
    const before = await Corefile();
    await played.break('unknown-names');
    expect(await Corefile()).not.toBe(before);
    await kubectlDone(access, 'delete configmap coredns -n kube-system');
    await kubectlDone(access, `delete namespace ${lab.namespace}`);
    await played.mend();
    expect(await Corefile()).toBe(before);
    const resolves = async () =>
      (await kubectl(access, 'exec deployment/web -- nslookup kubernetes.default.svc.cluster.local')).code === 0;
    await waitUntil('names are known again', resolves, 180_000, 2_000);
  });
});

describeLinux('faults of lab cluster-anatomy on linux', () => {
  const played = new Played(clusterAnatomyLab);
  beforeAll(() => played.up(), 600_000);
  afterAll(() => played.down());

  const symptoms: Readonly<Record<string, readonly [script: string, prints: RegExp]>> = {
    'silent-node': [`labs node $(${worker}) -- journalctl -u kubelet -n 100`, /registryPullQPS|kubelet config/],
    'standing-still': ['kubectl rollout status deployment/web --timeout=3s', /spec update to be observed|timed out/],
    'waiting-for-ever': ['kubectl get pods', /Pending/],
    'closed-door': ['kubectl get nodes', /certificate has expired or is not yet valid/],
    'read-only': ['kubectl create configmap probe', /database space exceeded/],
  };

  test('has each of them', () => {
    expect(clusterAnatomyLab.faults!.map(({ id }) => id)).toEqual(Object.keys(symptoms));
  });

  test.each(Object.entries(symptoms))(
    '%s breaks what it says, and its reference repair heals it',
    (id, [script, prints]) => played.playAndHeal(id, script, prints),
  );

  test.each(['silent-node', 'waiting-for-ever'])(
    'what %s did to the nodes can be taken back where they are not made anew',
    async (id) => {
      await played.break(id);
      const { access, cluster, plans } = played;
      const nothing = () => Promise.reject(new Error('Nodes are mended without the API.'));
      await plans[id]!.mendNodes!({ cluster, kubectl: nothing });
      const heals = async () => (await judgeFault(clusterAnatomyLab, access))?.verdict.passed !== false;
      await waitUntil(`${id} is taken back`, heals, 300_000, 2_000);
    },
  );

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
