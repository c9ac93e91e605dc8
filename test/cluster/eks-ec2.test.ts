import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { AppsV1Api, CoreV1Api, type V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { eksEc2Lab as lab } from '../../labs/eks-ec2/lab.ts';
import { RehearsalRecorder } from '../../lib/engine/record-rehearsal.ts';
import { ExternalError } from '../../lib/core/errors.ts';
import type { Cluster } from '../../lib/model/cluster.ts';
import { pictureOf } from '../../lib/log/reduce.ts';
import { readRecording } from '../../lib/observe/recording-file.ts';
import type { LabAccess } from '../../lib/targets/target.ts';
import { parseSettings } from '../../lib/settings/settings.ts';
import { LocalFolder } from '../../lib/targets/local/local-folder.ts';
import { Kubectl } from '../../lib/targets/shared/kubectl.ts';
import { processesOf } from '../../lib/platform/processes.ts';
import { releaseOf } from '../../lib/catalog/versions.ts';
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
import { listenersOf } from './listeners.ts';

jest.setTimeout(300_000);

const { namespace } = lab;
const never = new AbortController().signal;
const simulated = 'kubernetes-textbook-labs/simulated';

const isReady = (pod: V1Pod) =>
  pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;

describeCluster.each(testedVersions)('environment eks-ec2 on Kubernetes %s', (version) => {
  let machine: Machine;
  let access: LabAccess;
  let cluster: Cluster;

  const run = (command: string, input = '') => kubectlDone(access, command, input);
  const reset = async () => {
    await runAll(await machine.target.reset(lab));
    access = await machine.target.access(lab);
  };

  beforeAll(async () => {
    await installPrograms(version);
    machine = await Machine.make();
    access = await machine.up(lab, parseSettings({ kubernetes: version }));
    cluster = clusterOf(access, lab);
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
    const { items } = await cluster.api(CoreV1Api).listNode();
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
    const listed = async () => (await cluster.api(CoreV1Api).listNamespacedPod({ namespace: 'kube-system' })).items;
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
    const { items } = await cluster.api(CoreV1Api).listNamespacedPod({ namespace });
    expect(items).toHaveLength(3);
    expect(items.every(isReady)).toBe(true);
    expect(new Set(items.map(({ spec }) => spec?.nodeName)).size).toBe(2);
  });

  test('RBAC refuses a service account', async () => {
    const { text, code } = await kubectl(access, `get pods --as=system:serviceaccount:${namespace}:default`);
    expect(text).toMatch(/Forbidden.*cannot list resource "pods"/);
    expect(code).toBe(1);
  });

  test('admission refuses a privileged pod', async () => {
    const { text, code } = await kubectl(access, 'run rude --image=registry.k8s.io/pause:3.10 --privileged');
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

  test('a recording has what happened, and who did it', async () => {
    const file = path.join(machine.data, '..', 'lab.rec.gz');
    const recorder = await RehearsalRecorder.open(file);
    const labs = new Kubectl(new LocalFolder(path.join(machine.data, 'local'), lab.environment.id));
    const replicas = await run('get deployment web -o jsonpath={.spec.replicas}');
    const { recorded } = await recorder.record({ lab, target: machine.target, access }, async () => {
      await run(`scale deployment web --replicas=${Number(replicas) + 1}`);
      await run('rollout status deployment/web --timeout=60s');
      await run('create secret generic recorded --from-literal=password=hunter2');
      await labs.run(['-n', namespace, 'delete', 'secret', 'recorded'], never);
    });
    const { header, frames, complete } = await readRecording(file);
    expect([complete, frames.length]).toEqual([true, recorded.frames]);
    expect(header).toMatchObject({ lab: lab.id, target: 'local', kubernetes: version });
    expect(JSON.stringify(frames)).not.toContain('hunter2');

    const writes = frames.flatMap((frame) =>
      frame.kind === 'write' && frame.status < 300 && frame.object.namespace === namespace
        ? [`${frame.actor.kind} ${frame.actor.name}: ${frame.verb} ${frame.object.resource}`]
        : [],
    );
    for (const write of [
      'user kubectl: patch deployments',
      'controller deployment-controller: update replicasets',
      'controller replicaset-controller: create pods',
      'scheduler kube-scheduler: create pods',
      'kwok kwok: patch pods',
      'user kubectl: create secrets',
      'labs labs: delete secrets',
    ])
      expect(writes).toContain(write);

    const { objects, components } = pictureOf(frames);
    expect([...objects.Node.values()].every(({ object }) => object.simulated && object.machine === 'ec2')).toBe(true);
    expect(objects.Deployment.get(`${namespace}/web`)?.object.ready).toBe(Number(replicas) + 1);
    for (const component of ['kube-scheduler', 'kube-controller-manager'])
      expect(components.get(`local/${component}`)).toMatchObject({ runs: { value: true }, leads: { value: true } });
    expect(components.get('local/etcd')).toMatchObject({ runs: { value: true } });
    await run(`scale deployment web --replicas=${replicas}`);
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
    expect((await kubectl(access, 'get configmap typo')).text).toContain('NotFound');
  });

  // It measures for half a minute before it answers.
  test('kubectl top shows what nodes and pods use', async () => {
    const answers = async () => (await kubectl(access, 'top nodes --no-headers')).code === 0;
    await waitUntil('metrics-server answers for the nodes', answers);
    expect((await run('top nodes --no-headers')).trim().split('\n')).toHaveLength(2);
  });

  test('reset puts the lab and the nodes back', async () => {
    const [, second] = (await cluster.api(CoreV1Api).listNode()).items;
    await run(`cordon ${second!.metadata!.name}`);
    await run(`taint node ${second!.metadata!.name} broken=true:NoSchedule`);
    await reset();
    const { items } = await cluster.api(CoreV1Api).listNode();
    for (const { spec } of items) expect([spec?.unschedulable, spec?.taints]).toEqual([undefined, undefined]);
    const web = await cluster.api(AppsV1Api).readNamespacedDeployment({ name: 'web', namespace });
    expect([web.status?.readyReplicas, web.metadata?.annotations?.['deployment.kubernetes.io/revision']]).toEqual([
      3,
      '1',
    ]);
    expect((await kubectl(access, 'get service web-canary')).text).toContain('NotFound');
  });

  test('down leaves no process and no folder, and there never was a ~/.kube', async () => {
    const folder = machine.environmentFolder(lab);
    const [said] = await runAll(await machine.target.down(lab));
    // Six programs, each with the shell that starts it again, which may end first and take its program with it.
    expect(said).toMatch(/^([6-9]|1[0-2]) processes ended, 0 left; removed /);
    expect(await processesOf(folder)).toEqual([]);
    expect(existsSync(machine.data)).toBe(false);
    expect(existsSync(path.join(machine.home, '.kube'))).toBe(false);
    expect(existsSync(path.join(machine.home, '.kwok'))).toBe(false);
    expect(await machine.target.down(lab)).toEqual([]);
  });
});
