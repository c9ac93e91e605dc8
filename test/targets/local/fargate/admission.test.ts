import { expect, test } from '@jest/globals';
import { eksFargate } from '../../../../lib/environments/eks-fargate.data.ts';
import { parseSettings } from '../../../../lib/settings/settings.ts';
import { profilePolicy } from '../../../../lib/targets/local/fargate/admission.ts';

const profiles = eksFargate.fargateProfiles(parseSettings({}));

test.each(['v1', 'v1beta1'] as const)('is a policy and its binding in version %s', (version) => {
  const objects = profilePolicy(profiles, version) as { url: string; object: { kind: string; apiVersion: string } }[];
  const root = `/apis/admissionregistration.k8s.io/${version}`;
  const name = '0500-amazon-eks-fargate-mutation.amazonaws.com';
  expect(objects.map(({ url }) => url)).toEqual([
    `${root}/mutatingadmissionpolicies/${name}`,
    `${root}/mutatingadmissionpolicybindings/${name}`,
  ]);
  for (const { object } of objects) expect(object.apiVersion).toBe(`admissionregistration.k8s.io/${version}`);
});

test('matches the pods of the profiles, and gives each the name of its own', () => {
  const text = JSON.stringify(profilePolicy(profiles, 'v1')[0]);
  expect(text).toContain('"values":["kube-system","eks-fargate"]');
  expect(text).toContain(
    JSON.stringify('{"kube-system":"system","eks-fargate":"labs"}[request.namespace]').slice(1, -1),
  );
});
