import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { CoordinationV1Api, CoreV1Api } from '@kubernetes/client-node';
import { eksEc2Lab } from '../../labs/eks-ec2/lab.ts';
import type { Lab } from '../../lib/model/lab.ts';
import { parseSettings } from '../../lib/settings/settings.ts';
import { LocalFolder } from '../../lib/targets/local/local-folder.ts';
import { isHeldByKwok } from '../../lib/targets/local/leases.ts';
import type { LabAccess } from '../../lib/targets/target.ts';
import { waitUntil } from '../wait-until.ts';
import { buildTime, clusterOf, describeCluster, installPrograms, kubectlDone, Machine, runAll } from './environment.ts';

jest.setTimeout(240_000);

/** Another lab in the environment, so that the environment stays when the first goes. */
const other: Lab = {
  ...eksEc2Lab,
  id: 'other',
  namespace: 'other',
  tasks: [],
  loadManifests: async () => '{apiVersion: v1, kind: Namespace, metadata: {name: other}}',
};

describeCluster('simulated kubelets', () => {
  const settings = parseSettings({});
  let machine: Machine;
  let access: LabAccess;
  beforeAll(async () => {
    await installPrograms(settings.kubernetes);
    machine = await Machine.make();
    access = await machine.up(eksEc2Lab, settings);
  }, buildTime);
  afterAll(() => machine.remove());

  const run = (command: string) => kubectlDone(access, command);
  const api = () => clusterOf(access, eksEc2Lab).api(CoreV1Api);
  const leaseOf = (name: string) =>
    clusterOf(access, eksEc2Lab).api(CoordinationV1Api).readNamespacedLease({ name, namespace: 'kube-node-lease' });
  const hold = (node: string, holderIdentity: string, leaseDurationSeconds: number) => {
    const patch = JSON.stringify({ spec: { holderIdentity, leaseDurationSeconds } });
    return run(`patch lease ${node} -n kube-node-lease --type=merge -p '${patch}'`);
  };
  const silence = (node: string) => hold(node, 'nobody', 3600);
  const nodes = async () => (await api().listNode()).items.map(({ metadata }) => metadata!.name!);

  /** Makes a pod on that node, past the scheduler. */
  const place = (name: string, node: string) => {
    const spec = { nodeName: node, containers: [{ name: 'main', image: 'registry.k8s.io/pause:3.10' }] };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' }, spec };
    return kubectlDone(access, 'create -f -', JSON.stringify(pod));
  };
  /** The end of what kwok logged, for a test that waited in vain. */
  const saidByKubelets = async () => {
    const { clusterFolder } = new LocalFolder(path.join(machine.data, 'local'), eksEc2Lab.environment.id);
    const log = await readFile(path.join(clusterFolder, 'logs', 'kwok-controller.log'), 'utf8');
    return log.split('\n').slice(-60).join('\n');
  };
  const phaseOf = (name: string) => run(`get pod ${name} -n default --ignore-not-found -o jsonpath={.status.phase}`);

  test('end and start the pods of which they heard nothing', async () => {
    const node = (await nodes())[0]!;
    await place('old', node);
    await waitUntil('it runs', async () => (await phaseOf('old')) === 'Running');
    // With the first renewal, kwok lists a node's pods by itself.
    const renewal = () => run(`get lease ${node} -n kube-node-lease -o jsonpath={.spec.renewTime}`);
    const first = await renewal();
    await waitUntil('its lease is renewed', async () => (await renewal()) !== first);
    const { holderIdentity, leaseDurationSeconds } = (await leaseOf(node)).spec!;
    await silence(node);
    // It takes a moment until kwok sees that; until then, pods start.
    let name = '';
    let tries = 0;
    const isDeaf = async () => {
      // One more second makes it a change, which kwok sees even if it missed the one before.
      await hold(node, 'nobody', 3600 + tries++);
      name = `new-${Date.now()}`;
      await place(name, node);
      await sleep(1_000);
      return (await phaseOf(name)) === 'Pending';
    };
    await waitUntil('nobody starts its pods', isDeaf, 120_000).catch(async (error: unknown) => {
      const lease = JSON.stringify((await leaseOf(node)).spec);
      throw new Error(`Its lease is ${lease}, and the simulated kubelets said:\n${await saidByKubelets()}`, {
        cause: error,
      });
    });
    await run('delete pod old -n default --wait=false');
    await sleep(1_000);
    expect([await phaseOf('old'), await phaseOf(name)]).toEqual(['Running', 'Pending']);
    // The lease comes back as if it had never been away, so kwok does not list the node's pods again.
    await hold(node, holderIdentity!, leaseDurationSeconds!);
    const haveFollowed = async () => (await phaseOf('old')) === '' && (await phaseOf(name)) === 'Running';
    await waitUntil('the old pod is gone and the new one runs', haveFollowed);
  });

  test('reset puts a lab back whose node is silent, and leaves the other leases alone', async () => {
    const [silent, heard] = (await nodes()) as [string, string];
    const before = await leaseOf(heard);
    await silence(silent);
    await run('delete pods --all --wait=false');
    await runAll(await machine.target.reset(eksEc2Lab));
    access = await machine.target.access(eksEc2Lab);
    expect(isHeldByKwok(await leaseOf(silent))).toBe(true);
    expect((await leaseOf(heard)).metadata?.uid).toBe(before.metadata?.uid);
    expect(await run('get deployment web -o jsonpath={.status.readyReplicas}')).toBe('3');
  });

  test('down removes a lab whose node is silent from an environment that stays', async () => {
    const access = await machine.up(other, settings);
    await silence((await nodes())[0]!);
    await runAll(await machine.target.down(eksEc2Lab));
    const namespaces = await kubectlDone(access, 'get namespaces -o name');
    expect(namespaces).toContain('namespace/other');
    expect(namespaces).not.toContain(`namespace/${eksEc2Lab.namespace}\n`);
  });
});
