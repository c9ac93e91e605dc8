import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { eksEc2Lab } from '../../labs/eks-ec2/lab.ts';
import { schedulingLab } from '../../labs/scheduling/lab.ts';
import { securityLab } from '../../labs/security/lab.ts';
import { parseSettings } from '../../lib/settings/settings.ts';
import type { LabAccess } from '../../lib/targets/target.ts';
import { testedVersions } from '../tier.ts';
import { buildTime, describeCluster, installPrograms, kubectl, kubectlDone, Machine, runAll } from './environment.ts';

jest.setTimeout(300_000);

/** An admission policy that refuses every pod of lab eks-ec2, as a learner may leave it in lab security. */
const policyName = 'security-image-sources';
const api = 'admissionregistration.k8s.io/v1';
const policy = {
  apiVersion: api,
  kind: 'ValidatingAdmissionPolicy',
  metadata: { name: policyName },
  spec: {
    matchConstraints: {
      resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
    },
    validations: [{ expression: 'false' }],
  },
};
const namespaces = [securityLab.namespace, eksEc2Lab.namespace];
const binding = {
  apiVersion: api,
  kind: 'ValidatingAdmissionPolicyBinding',
  metadata: { name: policyName },
  spec: {
    policyName,
    validationActions: ['Deny'],
    matchResources: {
      namespaceSelector: {
        matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: namespaces }],
      },
    },
  },
};

describeCluster.each(testedVersions)('a lab that leaves an environment on Kubernetes %s', (kubernetes) => {
  const settings = parseSettings({ kubernetes });
  let machine: Machine;
  let other: LabAccess;

  beforeAll(async () => {
    await installPrograms(kubernetes);
    machine = await Machine.make();
    other = await machine.up(eksEc2Lab, settings);
  }, buildTime);
  afterAll(() => machine.remove());

  const isGone = async (object: string) => expect((await kubectl(other, `get ${object}`)).text).toContain('NotFound');

  test('takes a PriorityClass of its guide with it', async () => {
    const access = await machine.up(schedulingLab, settings);
    await kubectlDone(access, 'create priorityclass scheduling-urgent --value=1000');
    await runAll(await machine.target.down(schedulingLab));
    await isGone('priorityclass scheduling-urgent');
    await isGone('namespace scheduling');
  });

  test('takes an admission policy of its guide with it, which refused the pods of others', async () => {
    const access = await machine.up(securityLab, settings);
    for (const object of [policy, binding]) await kubectlDone(access, 'apply -f -', JSON.stringify(object));
    await runAll(await machine.target.down(securityLab));
    await isGone(`validatingadmissionpolicy ${policyName}`);
    await isGone(`validatingadmissionpolicybinding ${policyName}`);
    await isGone(`namespace ${securityLab.namespace}`);
  });
});
