import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { CoreV1Api } from '@kubernetes/client-node';
import { afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { execa } from 'execa';
import { eksEc2Lab } from '../../labs/eks-ec2/lab.ts';
import { ExternalError, UsageError } from '../../lib/core/errors.ts';
import type { Lab } from '../../lib/model/lab.ts';
import { projectFolder } from '../../lib/platform/paths.ts';
import { parseSettings } from '../../lib/settings/settings.ts';
import { LocalTarget } from '../../lib/targets/local/local-target.ts';
import { freePorts } from '../../lib/platform/ports.ts';
import { commandsOf, processesOf } from '../../lib/platform/processes.ts';
import type { LabAccess } from '../../lib/targets/target.ts';
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

const settings = parseSettings({});

/** A lab with a namespace and a ConfigMap, in the environment of the sample. */
const madeUp = (id: string, more: Partial<Lab> = {}): Lab => ({
  ...eksEc2Lab,
  id,
  namespace: id,
  tasks: [],
  loadManifests: async () =>
    [
      `{apiVersion: v1, kind: Namespace, metadata: {name: ${id}}}`,
      `{apiVersion: v1, kind: ConfigMap, metadata: {name: note, namespace: ${id}}, data: {lab: ${id}}}`,
    ].join('\n---\n'),
  ...more,
});
const [small, other] = [madeUp('small'), madeUp('other')];

const uidOf = (access: LabAccess, object: string) => kubectlDone(access, `get ${object} -o jsonpath={.metadata.uid}`);

describeCluster('a local environment', () => {
  let machine: Machine;
  const children = new Set<ChildProcess>();

  beforeAll(() => installPrograms('1.36'), buildTime);
  beforeEach(async () => {
    machine = await Machine.make();
  });
  afterEach(async () => {
    children.forEach((child) => child.kill('SIGKILL'));
    children.clear();
    await machine.remove();
  });

  const processes = () => processesOf(machine.environmentFolder(small));

  /** Starts `labs up`; its promise gives the exit code and what it said. */
  const startUp = () => {
    const args = [path.join(projectFolder, 'bin', 'labs.mjs'), 'up', 'eks-ec2'];
    const child = spawn(process.execPath, args, { env: machine.env, stdio: ['ignore', 'ignore', 'pipe'] });
    children.add(child);
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, said }));
    return { child, ended, said: () => said };
  };

  const expectNothingLeft = async () => {
    expect(await processes()).toEqual([]);
    expect(existsSync(machine.environmentFolder(small))).toBe(false);
  };

  test('starts at the same moment as another in another folder', async () => {
    const second = new LocalTarget({ data: path.join(machine.data, 'second') });
    // With workloads: a controller manager that got no port would end, and they would never be there.
    await Promise.all([machine.up(eksEc2Lab, settings), second.up(eksEc2Lab, settings).then(runAll)]);
    const accesses = [await machine.target.access(eksEc2Lab), await second.access(eksEc2Lab)];
    const uids = await Promise.all(accesses.map((access) => uidOf(access, 'deployment/web')));
    expect(new Set(uids).size).toBe(2);
  });

  test('starts programs again that were killed outright', async () => {
    const access = await machine.up(eksEc2Lab, settings);
    const running = async (programs: string) =>
      (await commandsOf(machine.environmentFolder(small))).filter(({ command }) =>
        new RegExp(`^\\S.*keep-running/(${programs})\\.program `).test(command),
      );
    const endAndWait = async (programs: string, count: number) => {
      const before = await running(programs);
      expect(before).toHaveLength(count);
      before.forEach(({ pid }) => process.kill(pid, 'SIGKILL'));
      await waitUntil('they run again', async () => (await running(programs)).length === count);
    };
    await endAndWait('kube-scheduler|kube-controller-manager|metrics-server', 3);
    // Four pods: the one that is new was made by the controller manager and placed by the scheduler.
    await kubectlDone(access, 'scale deployment/web --replicas=4');
    await kubectlDone(access, 'wait deployment/web --for=jsonpath={.status.readyReplicas}=4 --timeout=60s');
    // A new kwok has to wait for the end of the leases that the old one held, so nothing is asked of it here.
    await endAndWait('kwok', 1);
    // Each program of the control plane at once, as when a machine runs out of memory.
    await endAndWait('etcd|kube-apiserver|kube-scheduler|kube-controller-manager|kwok|metrics-server', 6);
    await waitUntil('the control plane answers', () => machine.target.isUp(eksEc2Lab), 60_000);
    await kubectlDone(access, 'delete pods -l app.kubernetes.io/name=web --wait=false');
    await kubectlDone(access, 'rollout status deployment/web --timeout=120s');
    await kubectlDone(access, 'wait apiservice/v1beta1.metrics.k8s.io --for=condition=Available --timeout=90s');
    const logs = path.join(machine.environmentFolder(small), '.kwok', 'clusters', 'eks-ec2', 'logs');
    for (const log of await readdir(logs))
      expect(await readFile(path.join(logs, log), 'utf8')).not.toMatch(/(sleep|date): (command )?not found/);
  });

  test('is joined and left by labs one after the other, and ends with the last', async () => {
    const first = await machine.up(small, settings);
    const pids = (await processes()).sort();

    // Other settings are refused; settings that concern AWS only are not.
    const wider = machine.target.up(other, parseSettings({ nodeCount: '3', kubernetes: '1.35' }));
    await expect(wider).rejects.toThrow(UsageError);
    await expect(wider).rejects.toThrow('kubernetes=1.36 (not 1.35), nodeCount=2 (not 3)');
    await expect(wider).rejects.toThrow('npx labs up other -c kubernetes=1.36 -c nodeCount=2');
    expect(await machine.target.up(small, parseSettings({ customerKey: 'true' }))).toEqual([]);

    // A lab that can't be brought in leaves nothing of itself.
    const broken = madeUp('broken', {
      loadManifests: async () =>
        `{apiVersion: v1, kind: Namespace, metadata: {name: broken}}\n---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: note, namespace: broken}, dta: {}}`,
    });
    await expect(machine.up(broken, settings)).rejects.toThrow(ExternalError);
    expect((await kubectl(first, 'get namespace broken')).text).toContain('NotFound');
    expect(existsSync(path.join(machine.environmentFolder(small), 'labs', 'broken'))).toBe(false);
    await expect(machine.target.access(broken)).rejects.toThrow('Lab broken is not up on this machine.');

    // A second lab joins: the same processes, a kubeconfig of its own.
    const second = await machine.up(other, settings);
    expect((await processes()).sort()).toEqual(pids);
    expect(second.kubeconfig).not.toBe(first.kubeconfig);
    expect(await kubectlDone(first, 'get configmap note -o jsonpath={.data.lab}')).toBe('small');
    expect(await kubectlDone(second, 'get configmap note -o jsonpath={.data.lab}')).toBe('other');

    // A lab that wants the environment for itself does not get it.
    const alone = machine.target.up(madeUp('alone', { exclusive: true }), settings);
    await expect(alone).rejects.toThrow(UsageError);
    await expect(alone).rejects.toThrow(
      'Lab alone stops cluster-wide things, so it runs alone. End these first, with labs down: small, other.',
    );

    // The reset of one and its end leave the objects of the other, which are not made again, and the processes.
    const untouched = await uidOf(second, 'configmap/note');
    for (const steps of [await machine.target.reset(small), await machine.target.down(small)]) await runAll(steps);
    expect((await kubectl(second, 'get namespace small')).text).toContain('NotFound');
    expect(await uidOf(second, 'configmap/note')).toBe(untouched);
    expect((await processes()).sort()).toEqual(pids);

    // With the last, the processes end.
    await runAll(await machine.target.down(other));
    await expectNothingLeft();
    expect(existsSync(machine.data)).toBe(false);
  });

  test('two labs that leave at once end it', async () => {
    await machine.up(small, settings);
    await machine.up(other, settings);
    // Planned while both are in it: which of them is the last shows only when they run.
    const steps = [await machine.target.down(small), await machine.target.down(other)];
    await Promise.all(steps.map((plan) => runAll(plan)));
    await expectNothingLeft();
  });

  test('is not shared by a lab that wants it for itself', async () => {
    const alone = madeUp('alone', { exclusive: true });
    await machine.up(alone, settings);
    expect(await machine.target.up(alone, settings)).toEqual([]);
    const joining = machine.target.up(small, settings);
    await expect(joining).rejects.toThrow(UsageError);
    await expect(joining).rejects.toThrow(
      'Lab alone stops cluster-wide things, so it runs alone. End it before lab small, with: npx labs down alone',
    );
    // Nor by one that was planned before.
    await runAll(await machine.target.down(alone));
    const plan = await machine.target.up(small, settings);
    await machine.up(alone, settings);
    await expect(runAll(plan)).rejects.toThrow('Lab alone stops cluster-wide things');
    expect(await machine.target.isUp(alone)).toBe(true);
  });

  test('comes back with its data after its processes were killed, at the port it was given', async () => {
    const [port] = (await freePorts(1)) as [number];
    const access = await machine.up(small, settings, { port });
    expect(await readFile(access.kubeconfig, 'utf8')).toContain(`https://127.0.0.1:${port}`);
    await kubectlDone(access, 'create configmap kept');
    await kubectlDone(access, `patch configmap note -p '{"data":{"lab":"changed"}}'`);
    const nodes = async () =>
      (await clusterOf(access, small).api(CoreV1Api).listNode()).items.map(({ spec }) => spec?.providerID);
    const before = [await uidOf(access, 'configmap/kept'), await uidOf(access, 'configmap/note'), await nodes()];

    for (const pid of await processes()) process.kill(pid, 'SIGKILL');
    await waitUntil('its processes have ended', async () => (await processes()).length === 0);
    const reaching = machine.target.access(small);
    await expect(reaching).rejects.toThrow(ExternalError);
    await expect(reaching).rejects.toThrow(
      'The control plane of lab small does not answer; the machine may have been restarted. Start it again with: npx labs up small',
    );
    expect(await machine.target.isUp(small)).toBe(false);

    // After a reboot, the process ids that kwokctl remembers are those of others.
    const pids = path.join(machine.environmentFolder(small), '.kwok/clusters/eks-ec2/pids');
    for (const file of await readdir(pids)) await writeFile(path.join(pids, file), String(process.pid));

    // Somebody else may listen where they did.
    const stranger = createServer((socket) => socket.destroy());
    await once(stranger.listen(port, '127.0.0.1'), 'listening');
    await expect(machine.up(small, settings)).rejects.toThrow(
      `Another program uses ports of 127.0.0.1 that are this environment's: ${port}. End that program`,
    );
    stranger.close();
    await once(stranger, 'close');

    // Ctrl-C while it starts again ends its processes, and costs nothing else.
    const abort = new AbortController();
    const starting = runAll(await machine.target.up(small, settings), abort.signal);
    const rejection = expect(starting).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    await waitUntil('its first process runs', async () => (await processes()).length > 1, 60_000, 5);
    abort.abort();
    await rejection;
    expect(await processes()).toEqual([]);

    const again = await machine.up(small, settings);
    expect([await uidOf(again, 'configmap/kept'), await uidOf(again, 'configmap/note'), await nodes()]).toEqual(before);
    expect(await kubectlDone(again, 'get configmap note -o jsonpath={.data.lab}')).toBe('changed');
    await runAll(await machine.target.down(small));
    await expectNothingLeft();
  });

  test('brings back a namespace that is still ending, and what a lab lost while its processes had ended', async () => {
    const access = await machine.up(small, settings);
    await machine.up(other, settings);
    const untouched = await uidOf(access, 'configmap/note -n other');
    await kubectlDone(access, 'create configmap mine');
    await writeFile(path.join(access.folder, 'progress.json'), '{"passed":["one"]}');

    // What the learner changed is not lost.
    await kubectlDone(access, `patch configmap note -p '{"data":{"lab":"changed"}}'`);
    expect(await machine.target.up(small, settings)).toEqual([]);
    expect(await kubectlDone(access, 'get configmap note -o jsonpath={.data.lab}')).toBe('changed');

    // A namespace that is still on its way is waited for.
    await kubectlDone(access, 'delete namespace small --wait=false');
    const [back] = await runAll(await machine.target.up(small, settings));
    expect(back).toBe(
      "brought back what is the lab's own (Namespace small, ConfigMap note); what you had made yourself does not come back",
    );
    expect(await kubectlDone(access, 'get configmap note -o jsonpath={.data.lab}')).toBe('small');
    expect((await kubectl(access, 'get configmap mine')).text).toContain('NotFound');
    expect(await uidOf(access, 'configmap/note -n other')).toBe(untouched);

    // Also when its processes had ended in the meantime; what the learner has reached stays.
    await kubectlDone(access, 'delete namespace small');
    for (const pid of await processes()) process.kill(pid, 'SIGKILL');
    await waitUntil('its processes have ended', async () => (await processes()).length === 0);
    expect((await runAll(await machine.target.up(small, settings))).at(-1)).toMatch(/^brought back .*Namespace small/);
    expect(await kubectlDone(access, 'get configmap note -o jsonpath={.data.lab}')).toBe('small');
    expect(await readFile(path.join(access.folder, 'progress.json'), 'utf8')).toBe('{"passed":["one"]}');
  });

  test('labs check says where the learner is, when that is not in the lab', async () => {
    const access = await machine.up(eksEc2Lab, settings);
    const check = async (more: NodeJS.ProcessEnv = {}, ...args: readonly string[]) => {
      const command = [path.join(projectFolder, 'bin', 'labs.mjs'), 'check', 'eks-ec2', 'api-server', ...args];
      const { stdout, stderr, exitCode } = await execa(process.execPath, command, {
        env: { ...machine.env, ...more },
        extendEnv: false,
        reject: false,
      });
      return { said: stdout + stderr, exitCode };
    };
    const connected = { KUBECONFIG: access.kubeconfig };

    // In another context.
    expect((await check({ KUBECONFIG: '/elsewhere' })).said).toContain(
      'kubectl in this terminal does not lead to lab eks-ec2. Connect it with: eval "$(npx labs env eks-ec2)"',
    );
    expect((await check(connected)).said).not.toContain('kubectl');

    // In another namespace, until `up` writes the kubeconfig again.
    await kubectlDone(access, 'config set-context --current --namespace=default');
    expect((await check(connected)).said).toContain(
      'kubectl has been told to use namespace default. Take it back to that of lab eks-ec2 with: kubectl config set-context --current --namespace=eks-ec2',
    );
    expect(await machine.target.up(eksEc2Lab, settings)).toEqual([]);
    expect((await check(connected)).said).not.toContain('kubectl');

    // Without the namespace.
    await kubectlDone(access, 'delete namespace eks-ec2 --wait=false');
    expect(await check(connected)).toEqual({
      exitCode: 3,
      said: "Namespace eks-ec2 of lab eks-ec2 is gone. Bring the lab's own objects back with: npx labs up eks-ec2 (what you had made yourself does not come back)",
    });
    expect((await check(connected, '--lang', 'ja')).said).toMatch(/^ラボ eks-ec2 の名前空間 eks-ec2 がありません。/);
  });

  test('labs check remembers what has passed, though it fails later', async () => {
    const access = await machine.up(eksEc2Lab, settings);
    const labsCommand = async (...args: readonly string[]) =>
      (
        await execa(process.execPath, [path.join(projectFolder, 'bin', 'labs.mjs'), ...args], {
          env: machine.env,
          extendEnv: false,
          reject: false,
        })
      ).stdout;
    const node = await kubectlDone(access, 'get nodes -o jsonpath={.items[0].spec.providerID}');
    expect(await labsCommand('answer', 'eks-ec2', 'baseline', 'i-0')).toMatch(/^Not that: /);
    expect(await labsCommand('list')).toContain('0/7 tasks');
    expect(await labsCommand('answer', 'eks-ec2', 'baseline', path.basename(node))).toMatch(
      /^Correct: .*\n\n1\/7 tasks\n/,
    );
    expect(await labsCommand('guide', 'eks-ec2')).toMatch(/^ ✔ baseline .*\n ▶ control-plane /m);
    await labsCommand('answer', 'eks-ec2', 'baseline', 'i-0');
    expect(await labsCommand('check', 'eks-ec2', 'baseline')).toMatch(/^✘ .*\n {4}It passed before, .*1\/7 tasks/s);
    await runAll(await machine.target.down(eksEc2Lab));
    await machine.up(eksEc2Lab, settings);
    expect(await labsCommand('list')).toContain('0/7 tasks');
  });

  test('ends although its processes are gone', async () => {
    await machine.up(small, settings);
    for (const pid of await processes()) process.kill(pid, 'SIGKILL');
    expect(await runAll(await machine.target.down(small))).toEqual([expect.stringMatching(/processes ended, 0 left/)]);
    await expectNothingLeft();
  });

  test('replaces what an up left that was killed outright', async () => {
    const { child, ended } = startUp();
    await waitUntil('its first process runs', async () => (await processes()).length > 1, 60_000, 5);
    child.kill('SIGKILL');
    await ended;
    expect(existsSync(machine.environmentFolder(small))).toBe(true);
    await writeFile(path.join(machine.environmentFolder(small), 'left-over'), '');
    // The lock of the process that died is taken over after ten seconds.
    const access = await machine.up(small, settings);
    expect(await kubectlDone(access, 'get configmap note -o jsonpath={.data.lab}')).toBe('small');
    expect(existsSync(path.join(machine.environmentFolder(small), 'left-over'))).toBe(false);
    await runAll(await machine.target.down(small));
    await expectNothingLeft();
  });

  test('what only names its folder is not ended with it', async () => {
    await machine.up(small, settings);
    const reader = spawn('tail', ['-f', path.join(machine.environmentFolder(small), 'environment.json')], {
      stdio: 'ignore',
    });
    children.add(reader);
    await runAll(await machine.target.down(small));
    await expectNothingLeft();
    expect([reader.exitCode, reader.signalCode]).toEqual([null, null]);
  });

  test('a taken port is refused, and nothing is begun', async () => {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      const starting = machine.up(small, settings, { port });
      await expect(starting).rejects.toThrow(UsageError);
      await expect(starting).rejects.toThrow(`Port ${port} on 127.0.0.1 is taken or not allowed.`);
      await expectNothingLeft();
    } finally {
      server.close();
    }
  });

  test('labs env lets a shell reach the lab', async () => {
    const access = await machine.up(eksEc2Lab, settings);
    await mkdir(machine.home, { recursive: true });
    const { stdout: exports } = await execa(
      process.execPath,
      [path.join(projectFolder, 'bin', 'labs.mjs'), 'env', 'eks-ec2'],
      { env: machine.env, extendEnv: false },
    );
    const script = [
      'eval "$EXPORTS"',
      'command -v kubectl labs',
      'kubectl get deployment -o name',
      'kubectl get pods -A -o name | wc -l',
      '[ "$(labs env eks-ec2)" = "$EXPORTS" ]; echo $?',
    ].join('\n');
    const { stdout } = await execa('bash', ['-c', script], {
      env: { ...machine.env, EXPORTS: exports },
      extendEnv: false,
      stdin: 'ignore',
    });
    // Without a namespace given, it is the lab's own.
    expect(stdout.split('\n').map((line) => line.trim())).toEqual([
      path.join(access.bin, 'kubectl'),
      path.join(access.bin, 'labs'),
      'deployment.apps/web',
      '13',
      '0',
    ]);
    expect(existsSync(path.join(machine.home, '.kube'))).toBe(false);

    await rm(path.join(access.bin, 'labs'));
    await machine.up(eksEc2Lab, settings);
    expect(existsSync(path.join(access.bin, 'labs'))).toBe(true);
  });

  const inFolder = (...parts: string[]) => existsSync(path.join(machine.environmentFolder(small), ...parts));
  test.each([
    ['it says what it begins', ({ said }: ReturnType<typeof startUp>) => said().includes('Start the control plane')],
    ['its folder appears', () => inFolder()],
    ['kwokctl is told what to do', () => inFolder('kwokctl.yaml')],
    ['the first process of the control plane runs', async () => (await processes()).length > 1],
    ['the API server has a certificate and a log', () => inFolder('.kwok/clusters/eks-ec2/logs/kube-apiserver.log')],
    ['all processes run', async () => (await processes()).length >= 6],
    ["the lab's objects are there", () => inFolder('labs/eks-ec2/kubeconfig.yaml')],
  ])('Ctrl-C when %s leaves nothing', async (moment, hasCome) => {
    const up = startUp();
    await waitUntil(moment, () => hasCome(up), 60_000, 5);
    up.child.kill('SIGINT');
    const { code, said } = await up.ended;
    expect(said).toMatch(/Interrupting: please wait .*\nInterrupted\. What was half done has been removed\.\n$/s);
    expect(code).toBe(130);
    await expectNothingLeft();
  });
});
