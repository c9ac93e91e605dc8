import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BatchV1Api, CoreV1Api, type V1Node, type V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { sampleWorkloadYaml } from '../../charts/web.ts';
import type { Cluster } from '../../lib/model/cluster.ts';
import { eksEc2 } from '../../lib/environments/eks-ec2.data.ts';
import { eksFargate } from '../../lib/environments/eks-fargate.data.ts';
import type { Lab } from '../../lib/model/lab.ts';
import { parseSettings } from '../../lib/settings/settings.ts';
import { commandsOf, processesOf } from '../../lib/platform/processes.ts';
import type { LabAccess } from '../../lib/targets/target.ts';
import { kubernetesVersions, releaseOf, type KubernetesVersionName } from '../../lib/catalog/versions.ts';
import { waitUntil } from '../wait-until.ts';
import {
  buildTime,
  clusterOf,
  describeCluster,
  installPrograms,
  kubectl,
  kubectlDone,
  Machine,
  runAll,
} from './environment.ts';

jest.setTimeout(300_000);

const nameOfNode = /^fargate-ip-10-0-\d+-\d+\.ap-northeast-1\.compute\.internal$/;

/** A lab with the sample workload and no tasks. */
const madeUp = (id: string, more: Partial<Lab>): Lab => ({
  id,
  title: { ja: id, en: id },
  environment: eksFargate,
  namespace: id,
  minutes: 1,
  tasks: [],
  loadManifests: async () => sampleWorkloadYaml(id),
  loadChecks: async () => ({ checks: {}, questions: {} }),
  ...more,
});
const onFargate = madeUp('eks-fargate', {});
const onBoth = madeUp('on-both', {
  environment: eksEc2,
  settings: { compute: 'both' },
  loadManifests: async () => ['on-both', 'on-fargate'].map(sampleWorkloadYaml).join('---\n'),
});

const isReady = (object: V1Node | V1Pod) =>
  object.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;

/** A pod that Pod Security "restricted" admits. */
const podSpec = (requests: object, more: object = {}) => ({
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [
    {
      name: 'main',
      image: 'registry.k8s.io/pause:3.10',
      resources: { requests },
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    },
  ],
  ...more,
});

/** What the tests of one environment need. */
class Surroundings {
  readonly machine: Machine;
  readonly lab: Lab;
  readonly version: KubernetesVersionName;
  access: LabAccess;
  readonly cluster: Cluster;

  private constructor(machine: Machine, lab: Lab, version: KubernetesVersionName, access: LabAccess) {
    this.machine = machine;
    this.lab = lab;
    this.version = version;
    this.access = access;
    this.cluster = clusterOf(access, lab);
  }

  static async make(lab: Lab, version: KubernetesVersionName): Promise<Surroundings> {
    await installPrograms(version);
    const machine = await Machine.make();
    const access = await machine.up(lab, parseSettings({ kubernetes: version, ...lab.settings }));
    return new Surroundings(machine, lab, version, access);
  }

  up = () => this.machine.up(this.lab, parseSettings({ kubernetes: this.version, ...this.lab.settings }));
  run = (command: string, input = '') => kubectlDone(this.access, command, input);
  apply = (object: object) => this.run('apply -f -', JSON.stringify(object));
  pods = async (namespace = this.lab.namespace) =>
    (await this.cluster.api(CoreV1Api).listNamespacedPod({ namespace })).items;
  pod = async (name: string) => this.cluster.api(CoreV1Api).readNamespacedPod({ name, namespace: this.lab.namespace });
  nodes = async () => (await this.cluster.api(CoreV1Api).listNode()).items;
  fargateNodes = async () =>
    (await this.nodes()).filter(({ metadata }) => metadata?.labels?.['eks.amazonaws.com/compute-type'] === 'fargate');
  /** Waits until each pod on Fargate has a ready node of its own, and no node is left over. */
  settle = async () => {
    const isSettled = async () => {
      const { items } = await this.cluster.api(CoreV1Api).listPodForAllNamespaces();
      const used = items.filter(
        ({ metadata }) => metadata?.labels?.['eks.amazonaws.com/fargate-profile'] !== undefined,
      );
      const nodes = await this.fargateNodes();
      const names = nodes.map(({ metadata }) => metadata?.name).sort();
      return (
        nodes.every(isReady) && JSON.stringify(names) === JSON.stringify(used.map(({ spec }) => spec?.nodeName).sort())
      );
    };
    await waitUntil('each pod has a node of its own', isSettled, 60_000, 100);
  };
  imitation = async () =>
    (await commandsOf(this.machine.environmentFolder(this.lab))).filter(({ command }) =>
      command.includes('/fargate-scheduler.program '),
    );
}

/** What imitates Fargate does not depend on the version; the guides of its labs are played on all of them. */
const version = kubernetesVersions[0];

describeCluster('Fargate in environment eks-fargate', () => {
  let here: Surroundings;
  beforeAll(async () => {
    here = await Surroundings.make(onFargate, version);
    await here.settle();
  }, buildTime);
  afterAll(() => here.machine.remove());
  const run = (command: string) => here.run(command);

  test('one process imitates it', async () => {
    expect(await here.imitation()).toHaveLength(1);
  });

  test('each pod has a node of its own, with its address, kube-system included', async () => {
    const nodes = new Map((await here.nodes()).map((node) => [node.metadata?.name, node]));
    const pods = [...(await here.pods()), ...(await here.pods('kube-system'))];
    expect(pods.map(({ metadata }) => metadata?.name?.split('-')[0]).sort()).toEqual([
      'coredns',
      'coredns',
      'metrics',
      'metrics',
      'web',
      'web',
      'web',
    ]);
    expect(new Set(pods.map(({ spec }) => spec?.nodeName)).size).toBe(pods.length);
    expect(nodes.size).toBe(pods.length);
    for (const { spec, status } of pods) {
      expect(spec?.nodeName).toMatch(nameOfNode);
      const addresses = nodes.get(spec?.nodeName)?.status?.addresses;
      expect(addresses?.find(({ type }) => type === 'InternalIP')?.address).toBe(status?.podIP);
    }
  });

  test('a pod that got another address gets that of its node', async () => {
    const [pod] = await here.pods();
    const { name } = pod!.metadata!;
    const patch = JSON.stringify({ status: { podIP: '10.0.96.1', podIPs: [{ ip: '10.0.96.1' }] } });
    await run(`patch pod ${name} --subresource=status --type=merge -p '${patch}'`);
    const isCorrected = async () => (await here.pod(name!)).status?.podIP === pod!.status?.podIP;
    await waitUntil('it is corrected', isCorrected);
  });

  test("a pod carries what EKS's webhook and scheduler write", async () => {
    const labels = async (namespace: string) =>
      new Set(
        (await here.pods(namespace)).map(({ metadata }) => metadata?.labels?.['eks.amazonaws.com/fargate-profile']),
      );
    expect(await labels('eks-fargate')).toEqual(new Set(['labs']));
    expect(await labels('kube-system')).toEqual(new Set(['system']));
    for (const { metadata, spec } of [...(await here.pods()), ...(await here.pods('kube-system'))]) {
      expect(metadata?.annotations).toMatchObject({
        CapacityProvisioned: '0.25vCPU 0.5GB',
        Logging: expect.stringMatching(/^Logging(Enabled|Disabled: LOGGING_CONFIGMAP_NOT_FOUND)$/),
      });
      expect(spec).toMatchObject({
        schedulerName: 'fargate-scheduler',
        priorityClassName: 'system-node-critical',
        priority: 2_000_001_000,
      });
      expect(spec?.tolerations?.map(({ key }) => key)).not.toContain('eks.amazonaws.com/compute-type');
    }
    const events = await here.run('get events --sort-by=.metadata.name -o jsonpath={.items[*].reason}');
    expect(events).toMatch(/\bScheduled\b/);
  });

  test('a node carries what a node of Fargate does', async () => {
    const [node] = await here.fargateNodes();
    const { name, labels } = node!.metadata!;
    const hostname = name!.replace('fargate-', '');
    expect(labels).toMatchObject({
      'eks.amazonaws.com/compute-type': 'fargate',
      'kubernetes-textbook-labs/simulated': 'true',
      'kubernetes.io/arch': 'amd64',
      'kubernetes.io/hostname': hostname,
      'kubernetes.io/os': 'linux',
      'topology.kubernetes.io/region': 'ap-northeast-1',
      'topology.kubernetes.io/zone': expect.stringMatching(/^ap-northeast-1[ac]$/),
    });
    expect(node!.spec?.taints).toEqual([
      { key: 'eks.amazonaws.com/compute-type', value: 'fargate', effect: 'NoSchedule' },
    ]);
    expect(node!.spec?.providerID).toMatch(new RegExp(`^aws:///ap-northeast-1[ac]/[0-9a-f]{10}-[0-9a-f]{32}/${name}$`));
    expect(node!.status?.nodeInfo?.kubeletVersion).toBe(`v${releaseOf(version).release}-eks-simulated`);
    expect(node!.status?.capacity?.pods).toBe('1');
  });

  test('the nodes are spread over both zones', async () => {
    const zones = (await here.fargateNodes()).map(({ metadata }) => metadata?.labels?.['topology.kubernetes.io/zone']);
    const counts = ['ap-northeast-1a', 'ap-northeast-1c'].map((zone) => zones.filter((other) => other === zone).length);
    expect(Math.abs(counts[0]! - counts[1]!)).toBeLessThanOrEqual(1);
  });

  // The rules are tested in test/catalog/fargate-pod-size.test.ts; here, that the requests of a real pod get there.
  test.each([
    ['nothing', {}, {}, '0.25vCPU 0.5GB', '250m', '512Mi'],
    ['what just fits', { cpu: '250m', memory: '0.25Gi' }, {}, '0.25vCPU 0.5GB', '250m', '512Mi'],
    ['a mebibyte more', { cpu: '250m', memory: '257Mi' }, {}, '0.25vCPU 1GB', '250m', '1Gi'],
    ['1 vCPU and 8 GB', { cpu: '1', memory: '8Gi' }, {}, '2vCPU 9GB', '2', '9Gi'],
    ['the largest', { cpu: '16', memory: '119.75Gi' }, {}, '16vCPU 120GB', '16', '120Gi'],
    [
      'an init container',
      { cpu: '250m' },
      { initContainers: [{ ...podSpec({ cpu: '1', memory: '1G' }).containers[0]!, name: 'init' }] },
      '1vCPU 2GB',
      '1',
      '2Gi',
    ],
    [
      'a sidecar',
      { cpu: '500m' },
      { initContainers: [{ ...podSpec({ cpu: '500m' }).containers[0]!, name: 'side', restartPolicy: 'Always' }] },
      '1vCPU 2GB',
      '1',
      '2Gi',
    ],
  ])('a pod that asks for %s', async (_, requests, more, annotation, cpu, memory) => {
    await here.apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'sized' }, spec: podSpec(requests, more) });
    await here.run('wait pod/sized --for=condition=Ready --timeout=60s');
    const sized = await here.pod('sized');
    expect(sized.metadata?.annotations?.CapacityProvisioned).toBe(annotation);
    const node = await here.cluster.api(CoreV1Api).readNode({ name: sized.spec!.nodeName! });
    expect(node.status?.capacity).toMatchObject({ cpu, memory });
    await here.run('delete pod sized');
    await here.settle();
  });

  test('a pod that no size holds stays Pending and says why, and gets no node', async () => {
    const before = (await here.nodes()).length;
    const spec = podSpec({ cpu: '16', memory: '120Gi' });
    await here.apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'huge' }, spec });
    const condition = async () =>
      (await here.pod('huge')).status?.conditions?.find(({ type }) => type === 'PodScheduled');
    await waitUntil('the pod says why', async () => (await condition()) !== undefined);
    expect(await condition()).toMatchObject({
      status: 'False',
      reason: 'POD_CPU_MEM_EXCEEDS_MAX_FARGATE_SIZE',
      message: "Your pod's cpu/memory requirements exceed the max Fargate configuration",
    });
    const events = () => here.run('events --for pod/huge');
    await waitUntil('an event says so', async () => (await events()).includes('FailedScheduling'));
    expect((await events()).match(/FailedScheduling/g)).toHaveLength(1);
    expect((await here.pod('huge')).status?.phase).toBe('Pending');
    expect(await here.nodes()).toHaveLength(before);
    await here.run('delete pod huge');
  });

  test('a pod outside every profile stays Pending with the default scheduler', async () => {
    await here.run('create namespace elsewhere');
    await here.run('run lost -n elsewhere --image=registry.k8s.io/pause:3.10');
    const lost = async () => (await here.pods('elsewhere'))[0]!;
    const message = async () => (await lost()).status?.conditions?.find(({ type }) => type === 'PodScheduled')?.message;
    await waitUntil('the scheduler has looked at it', async () => (await message()) !== undefined);
    expect(await message()).toMatch(/^0\/7 nodes are available: 7 node\(s\) had untolerated taint/);
    expect((await lost()).spec?.schedulerName).toBe('default-scheduler');
    await run('delete namespace elsewhere');
  });
  test('a DaemonSet that tolerates everything puts no pod on Fargate', async () => {
    await run('create namespace elsewhere');
    const spec = podSpec({}, { tolerations: [{ operator: 'Exists' }] });
    const labels = { app: 'agent' };
    await here.apply({
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'agent', namespace: 'elsewhere' },
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    });
    const pods = () => here.pods('elsewhere');
    await waitUntil('it has a pod for each node', async () => (await pods()).length === 7);
    await waitUntil('the scheduler has looked at each', async () =>
      (await pods()).every(({ status }) => (status?.conditions ?? []).length > 0),
    );
    expect(new Set((await pods()).map(({ status }) => status?.phase))).toEqual(new Set(['Pending']));
    await run('delete namespace elsewhere');
  });

  test('each replica comes and goes with its node', async () => {
    await run(`patch hpa web --type merge -p '{"spec":{"minReplicas":5}}'`);
    await run(`wait deployment/web '--for=jsonpath={.status.readyReplicas}=5' --timeout=60s`);
    await here.settle();
    expect(await here.nodes()).toHaveLength(9);
    await run(`patch hpa web --type merge -p '{"spec":{"minReplicas":3,"maxReplicas":3}}'`);
    await waitUntil('there are three again', async () => (await here.pods()).length === 3, 60_000);
    await here.settle();
    expect(await here.nodes()).toHaveLength(7);
  });

  test('a rollout replaces pods and nodes alike', async () => {
    const before = new Set((await here.pods()).map(({ spec }) => spec?.nodeName));
    await run('rollout restart deployment/web');
    await run('rollout status deployment/web --timeout=60s');
    await here.settle();
    const after = (await here.pods()).map(({ spec }) => spec?.nodeName);
    expect(after.filter((name) => before.has(name))).toEqual([]);
  });

  test('a finished Job keeps its node until its pod is deleted', async () => {
    await here.apply({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'once' },
      spec: { template: { spec: podSpec({}, { restartPolicy: 'Never' }) } },
    });
    await run('wait job/once --for=condition=Complete --timeout=60s');
    await here.settle();
    const [pod] = (await here.pods()).filter(({ metadata }) => metadata?.labels?.['job-name'] === 'once');
    expect(pod?.status?.phase).toBe('Succeeded');
    const node = () => kubectl(here.access, `get node ${pod?.spec?.nodeName} -o name`);
    expect((await node()).code).toBe(0);
    await here.cluster
      .api(BatchV1Api)
      .deleteNamespacedJob({ name: 'once', namespace: 'eks-fargate', propagationPolicy: 'Background' });
    await waitUntil('its node is gone', async () => (await node()).text.includes('NotFound'));
    await here.settle();
  });

  test('a node that is deleted takes its pod along, and another comes in its place', async () => {
    const [pod] = await here.pods();
    await run(`delete node ${pod!.spec!.nodeName}`);
    const isThere = async () => (await here.pods()).some(({ metadata }) => metadata?.uid === pod!.metadata?.uid);
    await waitUntil('the pod is gone', async () => !(await isThere()));
    await run('rollout status deployment/web --timeout=60s');
    await here.settle();
  });

  test('a node that is drained goes with its pod', async () => {
    const [pod] = await here.pods();
    const name = pod!.spec!.nodeName!;
    await run(`drain ${name} --timeout=60s`);
    await waitUntil('the node is gone', async () => !(await here.nodes()).some((node) => node.metadata?.name === name));
    await run('rollout status deployment/web --timeout=60s');
    await here.settle();
  });

  test('it goes on where it was after it was killed', async () => {
    const { pid } = (await here.imitation())[0]!;
    process.kill(pid, 'SIGKILL');
    const [gone] = await here.pods();
    await run(`delete node ${gone!.spec!.nodeName}`);
    await run(`delete pod ${(await here.pods())[1]!.metadata!.name}`);
    await here.apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'waiting' }, spec: podSpec({}) });
    expect((await here.pod('waiting')).spec?.schedulerName).toBe('fargate-scheduler');
    // As the programs of the control plane, it is started again.
    await waitUntil('it runs again', async () => {
      const now = await here.imitation();
      return now.length === 1 && now[0]!.pid !== pid;
    });
    await run('wait pod/waiting --for=condition=Ready --timeout=60s');
    await run('rollout status deployment/web --timeout=60s');
    await here.settle();
    expect(await here.machine.target.up(onFargate, here.access.settings)).toEqual([]);
    await run('delete pod waiting');
    await here.settle();
  });

  test('it goes on after the control plane was killed and started again', async () => {
    const before = (await here.pods()).map(({ metadata }) => metadata?.uid).sort();
    const folder = here.machine.environmentFolder(onFargate);
    const { pid: imitation } = (await here.imitation())[0]!;
    for (const pid of await processesOf(folder)) if (pid !== imitation) process.kill(pid, 'SIGKILL');
    // By itself it waits for the API server to come back.
    await sleep(1_000);
    expect((await here.imitation()).map(({ pid }) => pid)).toEqual([imitation]);
    here.access = await here.up();
    await here.settle();
    expect((await here.pods()).map(({ metadata }) => metadata?.uid).sort()).toEqual(before);
    await run('delete pod -l app.kubernetes.io/name=web');
    await run('rollout status deployment/web --timeout=60s');
    await here.settle();
    expect(await here.imitation()).toHaveLength(1);
  });

  test('reset leaves nothing of a pod that never ran, and a full set of nodes', async () => {
    const spec = podSpec({ cpu: '17' });
    await here.apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'huge' }, spec });
    const [node] = await here.fargateNodes();
    await run(`delete node ${node!.metadata!.name}`);
    await runAll(await here.machine.target.reset(onFargate));
    here.access = await here.machine.target.access(onFargate);
    await here.settle();
    expect((await here.pods()).map(({ metadata }) => metadata?.name?.split('-')[0])).toEqual(['web', 'web', 'web']);
    expect(await here.nodes()).toHaveLength(7);
  });

  test('down ends it with the rest and counts it', async () => {
    const folder = here.machine.environmentFolder(onFargate);
    const count = (await processesOf(folder)).length;
    const [said] = await runAll(await here.machine.target.down(onFargate));
    expect(said).toMatch(new RegExp(`^${count} processes ended, 0 left; removed `));
    expect(await processesOf(folder)).toEqual([]);
    expect(existsSync(here.machine.data)).toBe(false);
    expect(existsSync(path.join(here.machine.home, '.kube'))).toBe(false);
  });
});

describeCluster('Fargate beside EC2 in environment eks-ec2', () => {
  let here: Surroundings;
  beforeAll(async () => {
    here = await Surroundings.make(onBoth, version);
    await here.settle();
  }, buildTime);
  afterAll(() => here.machine.remove());
  const kindsOfNodes = async (namespace: string) =>
    new Set((await here.pods(namespace)).map(({ spec }) => spec?.nodeName?.replace(/ip-.*/, '')));

  test('each namespace has its kind of nodes', async () => {
    expect(await kindsOfNodes('on-both')).toEqual(new Set(['']));
    expect(await kindsOfNodes('on-fargate')).toEqual(new Set(['fargate-']));
    expect(await kindsOfNodes('kube-system')).toEqual(new Set(['']));
    expect((await here.fargateNodes()).length).toBe(3);
    expect((await here.nodes()).length).toBe(5);
  });

  test('the DaemonSets of EKS, which tolerate everything, stay on EC2', async () => {
    const wanted = await here.run(
      `get daemonsets -n kube-system -o jsonpath={.items[*].status.desiredNumberScheduled}`,
    );
    expect(wanted).toBe('2 2 2');
  });

  test('a pod that is annotated for EC2 stays there', async () => {
    const metadata = {
      name: 'stays',
      namespace: 'on-fargate',
      annotations: { 'eks.amazonaws.com/compute-type': 'ec2' },
    };
    await here.apply({ apiVersion: 'v1', kind: 'Pod', metadata, spec: podSpec({}) });
    await here.run('wait -n on-fargate pod/stays --for=condition=Ready --timeout=60s');
    const stays = (await here.pods('on-fargate')).find((pod) => pod.metadata?.name === 'stays');
    expect(stays?.spec?.nodeName).toMatch(/^ip-/);
    await here.run('delete -n on-fargate pod stays');
  });

  test('reset puts the EC2 nodes back, and both namespaces', async () => {
    const [instance] = (await here.nodes()).filter(({ metadata }) => metadata?.name?.startsWith('ip-') === true);
    await here.run(`cordon ${instance!.metadata!.name}`);
    await here.run('scale deployment/web -n on-fargate --replicas=1');
    await runAll(await here.machine.target.reset(onBoth));
    here.access = await here.machine.target.access(onBoth);
    await here.settle();
    expect((await here.nodes()).filter(({ spec }) => spec?.unschedulable === true)).toEqual([]);
    expect(await here.pods('on-fargate')).toHaveLength(3);
  });

  describe('with another lab in the environment', () => {
    const other = madeUp('other', { environment: eksEc2 });

    test('another one with other compute is refused', async () => {
      const refused = here.machine.target.up(other, parseSettings({ kubernetes: version }));
      await expect(refused).rejects.toThrow('compute=both (not ec2)');
    });

    test('down removes both namespaces of the first, and their nodes', async () => {
      const { settings } = here.access;
      const access = await here.machine.up(other, settings);
      await runAll(await here.machine.target.down(onBoth));
      const namespaces = await kubectlDone(access, 'get namespaces -o name');
      expect(namespaces).toContain('namespace/other');
      expect(namespaces).not.toMatch(/on-both|on-fargate/);
      const nodes = async () => (await kubectlDone(access, 'get nodes -o name')).trim().split('\n');
      await waitUntil('only the EC2 nodes are left', async () => (await nodes()).length === 2);
      here.access = await here.machine.up(onBoth, settings);
      await here.settle();
      expect(await kindsOfNodes('on-fargate')).toEqual(new Set(['fargate-']));
      await runAll(await here.machine.target.down(other));
      await runAll(await here.machine.target.down(onBoth));
      expect(existsSync(here.machine.data)).toBe(false);
    });
  });
});
