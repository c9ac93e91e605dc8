import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { AppsV1Api, CoordinationV1Api, CoreV1Api, type V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { eksEc2Lab as lab } from '../../labs/eks-ec2/lab.ts';
import { ExternalError } from '../../lib/core/errors.ts';
import { parseSettings } from '../../lib/settings/settings.ts';
import { LocalFolder } from '../../lib/targets/local/local-folder.ts';
import { Kubectl } from '../../lib/targets/shared/kubectl.ts';
import { processesOf } from '../../lib/platform/processes.ts';
import { kubernetesVersions, releaseOf } from '../../lib/catalog/versions.ts';
import { waitUntil } from '../wait-until.ts';
import { testedVersions } from '../tier.ts';
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
import { expectGuideToHold, hintOn, verdictOn, type RunningLab } from './lab-suite.ts';
import { listenersOf } from './listeners.ts';

jest.setTimeout(300_000);

const { namespace } = lab;
const never = new AbortController().signal;
const simulated = 'kubernetes-textbook-labs/simulated';

/** What somebody might answer who looked at the wrong place. */
const wrongAnswers: Readonly<Record<string, string>> = {
  baseline: 'i-0123456789abcdef0',
  'control-plane': 'kube-controller-manager',
};

const isReady = (pod: V1Pod) =>
  pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;

describeCluster.each(testedVersions)('lab eks-ec2 on Kubernetes %s', (version) => {
  let machine: Machine;
  let running: RunningLab;

  const run = (command: string, input = '') => kubectlDone(running.access, command, input);
  const hint = (taskId: string, answer?: string) => hintOn(running, taskId, answer);
  const reset = async () => {
    await runAll(await machine.target.reset(lab));
    running = { ...running, access: await machine.target.access(lab) };
  };

  beforeAll(async () => {
    await installPrograms(version);
    machine = await Machine.make();
    const access = await machine.up(lab, parseSettings({ kubernetes: version }));
    running = { lab, version, access, cluster: clusterOf(access, lab), checks: await lab.loadChecks() };
  }, buildTime);
  afterAll(() => machine.remove());

  test('everything listens on 127.0.0.1 only', async () => {
    const pids = await processesOf(machine.environmentFolder(lab));
    expect(pids.length).toBeGreaterThanOrEqual(6);
    const listeners = await listenersOf(pids);
    expect(new Set(listeners.map(({ pid }) => pid)).size).toBeGreaterThanOrEqual(6);
    expect(listeners.filter(({ address }) => address !== '127.0.0.1')).toEqual([]);
  });

  test('the nodes imitate those of the environment', async () => {
    const { items } = await running.cluster.api(CoreV1Api).listNode();
    const label = (name: string) => items.map(({ metadata }) => metadata?.labels?.[name]);
    expect(label('topology.kubernetes.io/zone')).toEqual(['ap-northeast-1a', 'ap-northeast-1c']);
    expect(label('node.kubernetes.io/instance-type')).toEqual(['t3.medium', 't3.medium']);
    expect(label('eks.amazonaws.com/nodegroup')).toEqual(['workers', 'workers']);
    expect(label(simulated)).toEqual(['true', 'true']);
    for (const { status, spec } of items) {
      expect(status?.nodeInfo?.kubeletVersion).toBe(`v${releaseOf(version).release}-eks-simulated`);
      expect(status?.allocatable).toMatchObject({ cpu: '1930m', memory: '3554Mi', pods: '17' });
      expect(spec?.providerID).toMatch(/^aws:\/\/\/ap-northeast-1[ac]\/i-0[0-9a-f]{16}$/);
    }
  });

  test('client and server are the pinned release', async () => {
    const text = await run('version');
    expect(text).toContain(`Client Version: v${releaseOf(version).release}`);
    expect(text).toContain(`Server Version: v${releaseOf(version).release}`);
  });

  test('kube-system holds the pods that one finds on EKS, all running and labelled as simulated', async () => {
    const listed = async () =>
      (await running.cluster.api(CoreV1Api).listNamespacedPod({ namespace: 'kube-system' })).items;
    await waitUntil('ten system pods are ready', async () => (await listed()).filter(isReady).length === 10);
    const pods = await listed();
    const workloads = pods.map(({ metadata }) => metadata!.name!.replace(/(-[a-z0-9]{8,10})?-[a-z0-9]{5}$/, ''));
    expect(workloads.sort()).toEqual(
      ['aws-node', 'coredns', 'eks-pod-identity-agent', 'kube-proxy', 'metrics-server'].flatMap((name) => [name, name]),
    );
    for (const { metadata, status } of pods) {
      expect(status?.phase).toBe('Running');
      expect(metadata?.labels?.[simulated]).toBe('true');
    }
  });

  test('the sample workload is ready, spread over both zones', async () => {
    const { items } = await running.cluster.api(CoreV1Api).listNamespacedPod({ namespace });
    expect(items).toHaveLength(3);
    expect(items.every(isReady)).toBe(true);
    expect(new Set(items.map(({ spec }) => spec?.nodeName)).size).toBe(2);
  });

  test('RBAC refuses a service account', async () => {
    const { text, code } = await kubectl(running.access, `get pods --as=system:serviceaccount:${namespace}:default`);
    expect(text).toMatch(/Forbidden.*cannot list resource "pods"/);
    expect(code).toBe(1);
  });

  test('admission refuses a privileged pod', async () => {
    const { text, code } = await kubectl(running.access, 'run rude --image=registry.k8s.io/pause:3.10 --privileged');
    expect(text).toContain('violates PodSecurity "restricted:latest"');
    expect(code).toBe(1);
    await expect(run('get pods -o name')).resolves.not.toContain('rude');
  });

  test('the audit log says who did what', async () => {
    await run('create configmap audited');
    await run('delete configmap audited');
    const file = path.join(machine.environmentFolder(lab), '.kwok/clusters/eks-ec2/logs/audit.log');
    const verbs = async () =>
      (await readFile(file, 'utf8'))
        .split('\n')
        .filter((line) => line.includes('"name":"audited"'))
        .map((line) => (JSON.parse(line) as { verb: string }).verb)
        // kubectl also asks whether it is gone.
        .filter((verb) => verb !== 'get');
    await waitUntil('both requests are in the audit log', async () => (await verbs()).length >= 2);
    expect(await verbs()).toEqual(['create', 'delete']);
  });

  test('kubectl logs says that the container is simulated', async () => {
    expect(await run('logs deployment/web')).toMatch(/^\(simulated container: no program runs here/m);
  });

  test('a field that does not exist is refused at once', async () => {
    const folder = new LocalFolder(path.join(machine.data, 'local'), lab.environment.id);
    const manifest = `{apiVersion: v1, kind: ConfigMap, metadata: {name: typo, namespace: ${namespace}}, dta: {a: b}}`;
    const start = Date.now();
    const applying = new Kubectl(folder).apply(manifest, never);
    await expect(applying).rejects.toThrow(ExternalError);
    await expect(applying).rejects.toThrow(/dta/);
    expect(Date.now() - start).toBeLessThan(15_000);
    expect((await kubectl(running.access, 'get configmap typo')).text).toContain('NotFound');
  });

  test('the guide does what it says, and each check tells before from after and changes nothing', async () => {
    const rehearsal = await expectGuideToHold(running, wrongAnswers);
    expect(rehearsal.counts.ran).toBeGreaterThan(40);
    expect(rehearsal.counts.notHere).toEqual({ aws: 4, linux: 2 });
  }, 400_000);

  // It measures for half a minute before it answers: by now, it has.
  test('kubectl top shows what nodes and pods use', async () => {
    const answers = async () => (await kubectl(running.access, 'top nodes --no-headers')).code === 0;
    await waitUntil('metrics-server answers for the nodes', answers);
    expect((await run('top nodes --no-headers')).trim().split('\n')).toHaveLength(2);
  });

  test('reset puts the lab and the nodes back', async () => {
    const [, second] = (await running.cluster.api(CoreV1Api).listNode()).items;
    await run(`cordon ${second!.metadata!.name}`);
    await run(`taint node ${second!.metadata!.name} broken=true:NoSchedule`);
    await reset();
    for (const { kind, id } of lab.tasks) {
      if (kind === 'do') expect([id, (await verdictOn(running, id)).passed]).toEqual([id, false]);
    }
    const { items } = await running.cluster.api(CoreV1Api).listNode();
    for (const { spec } of items) expect([spec?.unschedulable, spec?.taints]).toEqual([undefined, undefined]);
    const web = await running.cluster.api(AppsV1Api).readNamespacedDeployment({ name: 'web', namespace });
    expect([web.status?.readyReplicas, web.metadata?.annotations?.['deployment.kubernetes.io/revision']]).toEqual([
      3,
      '1',
    ]);
    expect((await kubectl(running.access, 'get service web-canary')).text).toContain('NotFound');
  });

  const rolledOut = () => run('rollout status deployment/web --timeout=60s');

  // How a check tells a near miss does not depend on the version.
  if (version !== kubernetesVersions[0]) return;

  test('near miss: the instance of another node', async () => {
    const [, second] = (await running.cluster.api(CoreV1Api).listNode()).items;
    const instance = second!.spec!.providerID!.split('/').at(-1);
    expect(await hint('baseline', instance)).toBe(
      'That is the instance of another node. Look at the order of the list again.',
    );
    expect(await hint('baseline', second!.spec!.providerID)).toMatch(/^No node of this cluster is that instance/);
  });

  test("near miss: the leader of another component, and a leader's name", async () => {
    const scheduler = { name: 'kube-scheduler', namespace: 'kube-system' };
    const holder = (await running.cluster.api(CoordinationV1Api).readNamespacedLease(scheduler)).spec?.holderIdentity;
    expect(await hint('control-plane', holder)).toMatch(/^That process holds the Lease kube-scheduler\./);
    expect(await hint('control-plane', 'kube-controller-manager')).toMatch(/^No leader has that identity/);
  });

  test('near miss: the ConfigMap with another value, or in another namespace', async () => {
    await run(`create configmap greeting -n default '--from-literal=message=hello, API server'`);
    expect(await hint('api-server')).toMatch(/^There is no ConfigMap greeting in namespace eks-ec2\./);
    await run('create configmap greeting --from-literal=message=hello');
    expect(await hint('api-server')).toMatch(
      /^ConfigMap greeting exists, but its data\.message does not have the changed value yet\./,
    );
    await run('delete configmap greeting -n default');
    await run('delete configmap greeting');
  });

  test('near miss: scaled without its autoscaler, not rolled out, rolled out once, not rolled back', async () => {
    await run('scale deployment/web --replicas=5');
    await rolledOut();
    expect(await hint('deployment')).toMatch(/^The lower bound of HorizontalPodAutoscaler web is not 5 yet/);
    await run(`patch hpa web --type merge -p '{"spec":{"minReplicas":5}}'`);
    await run(`wait deployment/web '--for=jsonpath={.status.readyReplicas}=5' --timeout=60s`);
    expect(await hint('deployment')).toMatch(/still at its first revision/);
    await run('set env deployment/web OTHER=1');
    await rolledOut();
    expect(await hint('deployment')).toMatch(/^A revision is missing\./);
    await run('set env deployment/web VERSION=2');
    await rolledOut();
    expect(await hint('deployment')).toMatch(
      /^The rollout is complete, but the pod template does not have its previous version \(environment variable VERSION\)\./,
    );
    await reset();
  });

  test('near miss: a node that was drained instead of lost', async () => {
    const node = (await running.cluster.api(CoreV1Api).listNode()).items[0]!.metadata!.name!;
    await run(`drain ${node} --ignore-daemonsets --timeout=60s`);
    await rolledOut();
    expect(await hint('lost-node')).toMatch(/^All nodes are Ready\./);
    await run(`uncordon ${node}`);
  });

  test('near miss: pods recreated while a node is cordoned', async () => {
    expect(await hint('node-returns')).toMatch(/^The pods of Deployment web have not been recreated\./);
    const node = (await running.cluster.api(CoreV1Api).listNode()).items[0]!.metadata!.name!;
    await run(`cordon ${node}`);
    await run('rollout restart deployment/web');
    await rolledOut();
    expect(await hint('node-returns')).toMatch(/^The web pods are not spread evenly over the zones\./);
    await reset();
  });

  test('near miss: a selector that matches nothing, or only one of the pods', async () => {
    const service = (selector: string) =>
      `{apiVersion: v1, kind: Service, metadata: {name: web-canary}, spec: {selector: {${selector}}, ports: [{port: 80, targetPort: http}]}}`;
    await run('apply -f -', service('app.kubernetes.io/name: wbe'));
    expect(await hint('service')).toMatch(/^The EndpointSlices of Service web-canary have no ready endpoint\./);
    const pod = (await run('get pods -o name')).split('\n')[0]!;
    await run(`label ${pod} track=canary`);
    await run('apply -f -', service('track: canary'));
    await run(`patch service web-canary --type merge -p '{"spec":{"selector":{"app.kubernetes.io/name":null}}}'`);
    const endpoints = () =>
      run(`get endpointslices -l kubernetes.io/service-name=web-canary -o jsonpath={.items[*].endpoints[*].addresses}`);
    await waitUntil('the Service finds the pod', async () => (await endpoints()) !== '');
    expect(await hint('service')).toMatch(/finds pods, but not the same ones as Service web/);
    await run('delete service web-canary');
    expect(await hint('service')).toBe('There is no Service web-canary in namespace eks-ec2.');
  });

  test('down leaves no process and no folder, and there never was a ~/.kube', async () => {
    const folder = machine.environmentFolder(lab);
    const [said] = await runAll(await machine.target.down(lab));
    expect(said).toMatch(/^([6-9]|10) processes ended, 0 left; removed /);
    expect(await processesOf(folder)).toEqual([]);
    expect(existsSync(machine.data)).toBe(false);
    expect(existsSync(path.join(machine.home, '.kube'))).toBe(false);
    expect(existsSync(path.join(machine.home, '.kwok'))).toBe(false);
    expect(await machine.target.down(lab)).toEqual([]);
  });
});
