import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { CoreV1Api } from '@kubernetes/client-node';
import { execa } from 'execa';
import { breakSteps, chooseFault, faultsOn, judgeFault, mendSteps } from '../../lib/engine/faults.ts';
import { eksEc2Lab } from '../../labs/eks-ec2/lab.ts';
import { shellOf } from '../../lib/engine/rehearsal.ts';
import { troubleshootingLab as lab } from '../../labs/troubleshooting/lab.ts';
import { writeAnswer, readAnswers } from '../../lib/progress/answers.ts';
import type { Cluster } from '../../lib/model/cluster.ts';
import { readFaultsProgress } from '../../lib/progress/faults.ts';
import type { FaultSite } from '../../lib/model/fault.ts';
import { parseSettings } from '../../lib/settings/settings.ts';
import type { LabAccess } from '../../lib/targets/target.ts';
import { kubernetesVersions } from '../../lib/catalog/versions.ts';
import { removeFolder, temporaryFolder } from '../temporary-folder.ts';
import { tier } from '../tier.ts';
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

jest.setTimeout(600_000);

/** Each fault takes most of a minute: tier `ci` takes two of them, and all that is the same for each. */
const faults = faultsOn(lab, 'local').slice(0, tier === 'all' ? undefined : 2);

/** What a learner sees of each fault: a command, and something that it prints. */
const symptoms: Readonly<Record<string, readonly [command: string, prints: RegExp]>> = {
  'silent-service': [
    "get endpointslices -l kubernetes.io/service-name=web -o jsonpath='{.items[*].endpoints}'",
    /^(null|\[\])?$/,
  ],
  'old-version': ['rollout history deployment/web', /^(?![^]*\n2 )/],
  'endless-rollout': ['events --types=Warning', /FailedScheduling.*Insufficient cpu/],
  'no-place': ['events --types=Warning', /FailedScheduling.*didn't match Pod's node affinity\/selector/],
  'missing-pods': ['events --types=Warning', /FailedCreate.*exceeded quota: team/],
  reporter: ['auth can-i list pods --as=system:serviceaccount:troubleshooting:reporter', /^no$/m],
  'closed-nodes': ['events --types=Warning', /FailedScheduling.*untolerated taint/],
  'refused-pods': ['events --types=Warning', /FailedCreate.*ValidatingAdmissionPolicy 'require-owner'/],
  'endless-drain': ['get pdb web', /web +100% +N\/A +0 /],
  'flat-autoscaler': ["get hpa web -o jsonpath='{.status.conditions}'", /missing request for cpu/],
};

/** What somebody may do who does not know what to do. */
const botched: readonly (readonly string[])[] = [
  ['delete deployment,service,hpa,pdb web --wait=false', 'delete role,rolebinding reporter'],
  ['delete namespace troubleshooting --wait=false', 'config set-context --current --namespace=default'],
  [
    'create clusterrolebinding all-rights --clusterrole=cluster-admin --group=system:authenticated',
    'create priorityclass mine --value=1',
    'create quota mine -n kube-system --hard=pods=1',
    'delete deployment metrics-server -n kube-system --wait=false',
    'scale deployment coredns -n kube-system --replicas=0',
    'delete apiservice v1beta1.metrics.k8s.io',
    `patch clusterrole view --type=json -p '[{"op":"replace","path":"/rules","value":[]}]'`,
    'cordon -l kubernetes.io/os=linux',
    'label nodes --all tried=this topology.kubernetes.io/zone=nowhere --overwrite',
    'taint nodes --all tried=that:NoSchedule',
  ],
];

/** Faults and their repairs do not depend on the version; the lab's guide is played on all of them. */
const version = kubernetesVersions[0];

describeCluster('faults of lab troubleshooting', () => {
  let machine: Machine;
  let access: LabAccess;
  let cluster: Cluster;

  beforeAll(async () => {
    await installPrograms(version);
    machine = await Machine.make();
    await machine.up(eksEc2Lab, parseSettings({ kubernetes: version }));
    access = await machine.up(lab, parseSettings({ kubernetes: version }));
    cluster = clusterOf(access, lab);
  }, buildTime);
  afterAll(() => machine.remove());

  const breakLab = async (id?: string) => {
    const fault = chooseFault(lab, id, 'local', await readFaultsProgress(access.folder));
    await runAll(breakSteps({ lab, target: machine.target, access }, fault));
    return fault.id;
  };
  const mend = async () => runAll(await mendSteps({ lab, target: machine.target }));
  const bash = (script: string) =>
    execa('bash', ['-euc', script], { ...shellOf(access), extendEnv: false, stdin: 'ignore', all: true });
  /** What is beside the lab, and nothing that controllers write into it. */
  const outside = async () => {
    const list = async (what: string, shown: string) =>
      (await kubectlDone(access, `get ${what} --no-headers -o custom-columns=${shown}`)).split('\n').sort();
    const meta = 'K:.kind,N:.metadata.name';
    return [
      await list('nodes', `${meta},T:.spec.taints,U:.spec.unschedulable,L:.metadata.labels`),
      await list('clusterroles,clusterrolebindings,priorityclasses,apiservices', meta),
      await list('validatingadmissionpolicies,validatingwebhookconfigurations', meta),
      await list('clusterrole view', `${meta},R:.rules`),
      await list('deployments,daemonsets,services,resourcequotas -n kube-system', `${meta},S:.spec.replicas`),
      await list('configmaps -n kube-system', `${meta},D:.data`),
    ];
  };
  const taints = async () =>
    (await cluster.api(CoreV1Api).listNode()).items.flatMap(({ spec }) => spec?.taints ?? []).map(({ key }) => key);

  test.each(faults.map(({ id }) => id))('%s breaks what it says, and its reference repair heals it', async (id) => {
    // In their order: without a name, the next one is put in.
    expect(await breakLab()).toBe(id);
    const [command, prints] = symptoms[id]!;
    const shows = async () => prints.test((await kubectl(access, command)).text);
    await waitUntil(`the symptom of ${id} shows`, shows, 60_000, 500);

    const first = (await judgeFault(lab, access))!;
    expect([first.verdict.passed, first.tries, first.hints.length]).toEqual([false, 1, 1]);
    await bash((await lab.loadFaults!())[id]!.repair);
    const heals = async () => (await judgeFault(lab, access))!.verdict.passed;
    await waitUntil(`the repair of ${id} has healed it`, heals, 120_000, 500);

    const progress = await readFaultsProgress(access.folder);
    expect(progress.broken).toBeUndefined();
    expect(progress.healed.at(-1)).toBe(id);
  });

  if (tier === 'all')
    test('when all are healed, one has to be named', async () => {
      await expect(breakLab()).rejects.toThrow(
        /^You have healed every fault that lab troubleshooting has on local\. Name/,
      );
    });

  test.each(faults.map(({ id }) => id))('mend restores after %s and a botched repair', async (id) => {
    await writeAnswer(access.folder, 'usage', '7');
    const { healed } = await readFaultsProgress(access.folder);
    const before = await outside();
    await breakLab(id);
    for (const command of botched[faults.findIndex((fault) => fault.id === id) % botched.length]!)
      await kubectlDone(access, command);
    await mend();
    access = await machine.target.access(lab);
    expect(await outside()).toEqual(before);
    expect(await readFaultsProgress(access.folder)).toEqual({ healed });
    expect(await readAnswers(access.folder)).toEqual({ usage: '7' });
    const { isHealed } = (await lab.loadFaults!())[id]!;
    await waitUntil(`all is as it was before ${id}`, async () => (await isHealed(cluster)).passed, 120_000, 500);
    expect(await taints()).toEqual([]);
    expect((await kubectl(access, 'get validatingadmissionpolicy require-owner')).text).toMatch(/NotFound/);
    expect(await kubectlDone(access, 'get resourcequota')).toMatch(/^No resources found/);
  });

  test('a second fault is refused while one is in', async () => {
    await breakLab('old-version');
    await expect(breakLab('reporter')).rejects.toThrow(
      /^Fault old-version is in lab troubleshooting already, and there is one at a time\. .*labs check .*labs mend/,
    );
    await mend();
  });

  test('hints grow with each try, and the namespace of the terminal does not matter', async () => {
    await kubectlDone(access, 'config set-context --current --namespace=default');
    await breakLab('reporter');
    const counts: number[] = [];
    for (let n = 0; n < 4; n++) counts.push((await judgeFault(lab, access))!.hints.length);
    expect(counts).toEqual([1, 2, 3, 3]);
    await mend();
  });

  test('restores a lab in which the injection of a fault died', async () => {
    const plans = await lab.loadFaults!();
    const dying = {
      ...plans['closed-nodes']!,
      inject: async (site: FaultSite) => {
        await plans['closed-nodes']!.inject(site);
        throw new Error('The process has died.');
      },
    };
    const doomed = { ...lab, loadFaults: async () => ({ ...plans, 'closed-nodes': dying }) };
    const fault = lab.faults!.find(({ id }) => id === 'closed-nodes')!;
    await expect(runAll(breakSteps({ lab: doomed, target: machine.target, access }, fault))).rejects.toThrow(
      'The process has died.',
    );
    expect(await taints()).toContain('maintenance');
    expect((await readFaultsProgress(access.folder)).broken).toEqual({ id: 'closed-nodes', tries: 0 });
    await mend();
    expect(await taints()).toEqual([]);
  });

  test('failures of kubectl that pass are waited for', async () => {
    const bin = await temporaryFolder('bin');
    const said = [
      'The connection to the server 127.0.0.1:6443 was refused - did you specify the right host or port?',
      'Unable to connect to the server: net/http: TLS handshake timeout',
      'Error from server: etcdserver: request timed out',
      'Error from server (ServiceUnavailable): the server is currently unable to handle the request',
      'Error from server (Conflict): error when replacing "STDIN": the object has been modified',
    ];
    // Stands before the real kubectl: the first calls of each of these fail.
    const verbs = ['get', 'replace', 'apply'];
    for (const verb of verbs) await writeFile(path.join(bin, verb), said.join('\n') + '\n');
    const script = `#!/bin/bash
cd '${bin}'
for verb in ${verbs.join(' ')}; do
  if [[ " $* " == *" $verb "* && -s $verb ]]; then
    head -n 1 "$verb" >&2
    tail -n +2 "$verb" >rest
    mv rest "$verb"
    exit 1
  fi
done
exec '${path.join(access.bin, 'kubectl')}' "$@"
`;
    await writeFile(path.join(bin, 'kubectl'), script, { mode: 0o755 });
    const fault = lab.faults!.find(({ id }) => id === 'closed-nodes')!;
    await runAll(breakSteps({ lab, target: machine.target, access: { ...access, bin } }, fault));
    for (const verb of verbs) expect(await readFile(path.join(bin, verb), 'utf8')).toBe('');
    expect(await taints()).toContain('maintenance');
    await mend();
    await removeFolder(bin);
  });

  test('what a repair left outside of the lab is put back by the next fault', async () => {
    await breakLab('closed-nodes');
    const tolerations = [{ key: 'maintenance', operator: 'Exists' }];
    const patch = JSON.stringify({ spec: { template: { spec: { tolerations } } } });
    await kubectlDone(access, `patch deployment web --type=merge -p '${patch}'`);
    const heals = async () => (await judgeFault(lab, access))!.verdict.passed;
    await waitUntil('the toleration has healed it', heals, 60_000, 500);
    expect(await taints()).toContain('maintenance');
    expect(await breakLab('reporter')).toBe('reporter');
    expect(await taints()).toEqual([]);
    expect(await kubectlDone(access, 'get deployment web -o yaml')).not.toMatch(/key: maintenance/);
    await mend();
  });

  test('what another lab does after a fault was healed is left alone', async () => {
    await breakLab('reporter');
    await kubectlDone(access, 'create clusterrolebinding botched --clusterrole=view --group=nobody');
    await bash((await lab.loadFaults!())['reporter']!.repair);
    expect((await judgeFault(lab, access))!.verdict.passed).toBe(true);
    await kubectlDone(access, 'create clusterrolebinding task --clusterrole=view --group=nobody');
    await mend();
    expect((await kubectl(access, 'get clusterrolebinding botched')).text).toMatch(/NotFound/);
    await kubectlDone(access, 'delete clusterrolebinding task');
  });

  test('a smaller application is not a healed one', async () => {
    await breakLab('missing-pods');
    await kubectlDone(access, `patch hpa web --type=merge -p '{"spec":{"minReplicas":2}}'`);
    await kubectlDone(access, 'scale deployment web --replicas=2');
    const hint = async () => {
      const { verdict } = (await judgeFault(lab, access))!;
      return verdict.passed ? '(passed)' : verdict.hint.en;
    };
    await waitUntil('it asks for two', async () => /^Deployment web wants only 2 pods\./.test(await hint()));
    await mend();
  });

  test('down puts back what is outside of the lab while another lab stays', async () => {
    await breakLab('refused-pods');
    await runAll(await machine.target.down(lab));
    access = await machine.target.access(eksEc2Lab);
    expect((await kubectl(access, 'get validatingadmissionpolicy require-owner')).text).toMatch(/NotFound/);
    expect((await kubectl(access, 'get namespace troubleshooting')).text).toMatch(/NotFound/);
  });
});
