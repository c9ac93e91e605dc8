import { CoreV1Api } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { troubleshootingLab as lab } from '../../labs/troubleshooting/lab.ts';
import { parseSettings } from '../../lib/settings/settings.ts';
import { kubernetesVersions } from '../../lib/catalog/versions.ts';
import { waitUntil } from '../wait-until.ts';
import { testedVersions } from '../tier.ts';
import { buildTime, clusterOf, describeCluster, installPrograms, kubectlDone, Machine, runAll } from './environment.ts';
import { expectGuideToHold, hintOn, verdictOn, type RunningLab } from './lab-suite.ts';

jest.setTimeout(300_000);

/** What somebody might answer who looked at the wrong place. */
const wrongAnswers: Readonly<Record<string, string>> = {
  'api-server': 'system:masters',
  components: 'kube-scheduler',
  usage: '0',
};

describeCluster.each(testedVersions)('lab troubleshooting on Kubernetes %s', (version) => {
  let machine: Machine;
  let running: RunningLab;

  const run = (command: string, input = '') => kubectlDone(running.access, command, input);
  const hint = (taskId: string, answer?: string) => hintOn(running, taskId, answer);
  const firstNode = async () => (await running.cluster.api(CoreV1Api).listNode()).items[0]!.metadata!.name!;

  beforeAll(async () => {
    await installPrograms(version);
    machine = await Machine.make();
    const access = await machine.up(lab, parseSettings({ kubernetes: version }));
    running = { lab, version, access, cluster: clusterOf(access, lab), checks: await lab.loadChecks() };
  }, buildTime);
  afterAll(() => machine.remove());

  test('the guide does what it says, and each check tells before from after and changes nothing', async () => {
    const { counts } = await expectGuideToHold(running, wrongAnswers);
    expect(counts.ran).toBeGreaterThan(40);
    expect(counts.notHere).toEqual({ aws: 3, containers: 3, linux: 3 });
  }, 400_000);

  test('reset puts the lab and the nodes back', async () => {
    await runAll(await machine.target.reset(lab));
    running = { ...running, access: await machine.target.access(lab) };
    for (const { kind, id } of lab.tasks) {
      if (kind === 'do') expect([id, (await verdictOn(running, id)).passed]).toEqual([id, false]);
    }
  });

  // How a check tells a near miss does not depend on the version.
  if (version !== kubernetesVersions[0]) return;

  test('near miss: a group instead of the user, the name in the kubeconfig', async () => {
    const groups = (await run("auth whoami -o jsonpath='{.status.userInfo.groups[0]}'")).trim();
    expect(await hint('api-server', groups)).toMatch(/^That is one of your groups\./);
    expect(await hint('api-server', 'admin')).toMatch(/^The API server has another name for you:/);
  });

  test('near miss: the leader of another component', async () => {
    const lease = 'get lease -n kube-system kube-controller-manager -o jsonpath={.spec.holderIdentity}';
    expect(await hint('components', await run(lease))).toMatch(/^That process holds the Lease kube-con/);
    expect(await hint('components', 'kube-scheduler')).toMatch(/^No leader has that identity\./);
  });

  test('near miss: a Deployment that asks for too much, in another namespace', async () => {
    expect(await hint('pending')).toMatch(/^There is no Deployment batch in namespace troubleshooting\./);
    await run('create deployment batch --image=registry.k8s.io/pause:3.10');
    // Pod Security refuses its pods, so there are none.
    expect(await hint('pending')).toMatch(/^The pod of Deployment batch does not run yet\./);
    await run('scale deployment batch --replicas=0');
    expect(await hint('pending')).toMatch(/^The pod of Deployment batch does not run yet\./);
  });

  test("near miss: the lab's own pods only, and the pods of all nodes", async () => {
    const node = await firstNode();
    const own = (await run(`get pods --field-selector spec.nodeName=${node} -o name`)).split('\n').length;
    expect(await hint('usage', String(own))).toMatch(/^That counts only the pods of this lab's namespace\./);
    expect(await hint('usage', '1000')).toMatch(/^That is not the number\. Count the pods of all namespaces on node/);
  });

  test('near miss: a node that is still cordoned, and pods that were not recreated', async () => {
    expect(await hint('node')).toMatch(/^The pods of Deployment web have not been recreated yet\./);
    const node = await firstNode();
    await run(`cordon ${node}`);
    expect(await hint('node')).toBe('A node still accepts no new pods.');
    await run('rollout restart deployment/web');
    await run('rollout status deployment/web --timeout=60s');
    await run(`uncordon ${node}`);
    await waitUntil('web is on one node', async () => /^The web pods are on 1 node/.test(await hint('node')));
  });

  test('near miss: no Service, one without pods, one with the wrong port', async () => {
    expect(await hint('network')).toMatch(/^There is no Service web-internal in namespace troubleshooting\./);
    await run('create service clusterip web-internal --tcp=80:8081');
    await waitUntil('it has no pods', async () => /hold no ready endpoint\.$/.test(await hint('network')));
    const selector = JSON.stringify({ spec: { selector: { app: null, 'app.kubernetes.io/name': 'web' } } });
    await run(`patch service web-internal --type=merge -p '${selector}'`);
    const wrongPort = async () => /lack the port that the container listens on\.$/.test(await hint('network'));
    await waitUntil('it has the wrong port', wrongPort);
  });
});
