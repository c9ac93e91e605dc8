import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { eksEc2Lab as lab } from '../../labs/eks-ec2/lab.ts';
import { parseSettings } from '../../lib/settings/settings.ts';
import type { LabAccess } from '../../lib/targets/target.ts';
import { waitUntil } from '../wait-until.ts';
import { testedVersions } from '../tier.ts';
import { buildTime, describeCluster, installPrograms, kubectl, kubectlDone, Machine } from './environment.ts';

jest.setTimeout(300_000);

const internal = 'service.beta.kubernetes.io/aws-load-balancer-internal';

/** A Service as JSON. */
const service = (type: string, annotations: Record<string, string> = {}, spec: object = {}, name = 'edge') =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'default', annotations },
    spec: { type, ports: [{ port: 80 }], ...spec },
  });

describeCluster.each(testedVersions)('load balancers that the world would reach, on Kubernetes %s', (version) => {
  let machine: Machine;
  let access: LabAccess;

  const tried = (object: string) => kubectl(access, 'create --dry-run=server -f -', object);
  const isRefused = async (object: string) => {
    const { text, code } = await tried(object);
    expect(text).toContain('The load balancer of this Service would be open to the world.');
    expect(code).toBe(1);
  };
  const isAccepted = async (object: string) => expect(await tried(object)).toMatchObject({ code: 0 });

  beforeAll(async () => {
    await installPrograms(version);
    machine = await Machine.make();
    // The environment brings the policy.
    access = await machine.up(lab, parseSettings({ kubernetes: version }));
    const open = service('LoadBalancer');
    await waitUntil('the policy is in force', async () => (await tried(open)).code !== 0);
  }, buildTime);
  afterAll(() => machine.remove());

  test('the API server finds no error of type in any expression', async () => {
    const checked = () =>
      kubectlDone(access, `get validatingadmissionpolicy load-balancers-closed -o jsonpath='{.status.typeChecking}'`);
    await waitUntil('the policy is checked', async () => (await checked()) !== '');
    expect(await checked()).toBe('{}');
  });

  test('are refused when they say nothing or anything but "true"', async () => {
    await isRefused(service('LoadBalancer'));
    await isRefused(service('LoadBalancer', { [internal]: 'false' }));
    // Which the AWS Load Balancer Controller would heed, and EKS's own does not.
    await isRefused(service('LoadBalancer', { 'service.beta.kubernetes.io/aws-load-balancer-scheme': 'internal' }));
    await isRefused(service('LoadBalancer', {}, { loadBalancerSourceRanges: [] }));
  });

  test('pass if they are internal, or for typed addresses, and Services without one pass anyway', async () => {
    await isAccepted(service('LoadBalancer', { [internal]: 'true' }));
    await isAccepted(service('LoadBalancer', {}, { loadBalancerSourceRanges: ['203.0.113.7/32'] }));
    await isAccepted(service('ClusterIP'));
    await isAccepted(service('NodePort'));
  });

  test('can come of no Service that was harmless, and one that is older can still be labelled and deleted', async () => {
    await kubectlDone(access, 'create -f -', service('ClusterIP'));
    const opened = await kubectl(access, `patch service edge -n default -p '{"spec":{"type":"LoadBalancer"}}'`);
    expect(opened.text).toContain('would be open to the world');

    const patch = { metadata: { annotations: { [internal]: 'true' } }, spec: { type: 'LoadBalancer' } };
    await kubectlDone(access, `patch service edge -n default -p '${JSON.stringify(patch)}'`);
    const bared = await kubectl(access, `annotate service edge -n default ${internal}-`);
    expect(bared.text).toContain('would be open to the world');

    const actions = (action: string) =>
      kubectlDone(
        access,
        `patch validatingadmissionpolicybinding load-balancers-closed --type=merge -p '{"spec":{"validationActions":["${action}"]}}'`,
      );
    await actions('Audit');
    const old = service('LoadBalancer', {}, {}, 'old');
    await waitUntil('the policy only looks on', async () => (await tried(old)).code === 0);
    await kubectlDone(access, 'create -f -', old);
    await actions('Deny');
    await waitUntil('the policy refuses again', async () => (await tried(service('LoadBalancer'))).code !== 0);
    await kubectlDone(access, 'label service old -n default seen=true');
    await kubectlDone(access, 'delete service old edge -n default --timeout=90s');
  });
});
