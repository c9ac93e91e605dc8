import { describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { fargateAdmission, fargateAdmissionYaml } from '../../charts/fargate-admission.ts';
import { refusals } from '../../charts/fargate-refusals.ts';

interface Expression {
  readonly name?: string;
  readonly expression: string;
  readonly message?: string;
  readonly messageExpression?: string;
}

interface PolicyOrBinding {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly failurePolicy?: string;
    readonly matchConstraints?: { readonly resourceRules: readonly { resources: string[]; operations: string[] }[] };
    readonly variables?: readonly Expression[];
    readonly validations?: readonly Expression[];
  };
}

const profiles = [
  { name: 'system', namespaces: ['kube-system'] },
  { name: 'labs', namespaces: ['one', 'two'] },
];
const yaml = fargateAdmissionYaml(profiles);
const objects = parseAllDocuments(yaml).map((document) => document.toJS() as PolicyOrBinding);
const policies = objects.filter(({ kind }) => kind === 'ValidatingAdmissionPolicy');
const [pods] = policies;

test('is the YAML that was reviewed', () => {
  expect(yaml).toMatchSnapshot();
});

test('is the same for AWS, where CDK takes the chart, and for kubectl', () => {
  expect(fargateAdmission(profiles).toJson()).toEqual(objects);
});

test('is of the stable API, a policy and its binding each', () => {
  expect(objects.map(({ apiVersion, kind, metadata }) => [apiVersion, kind, metadata.name])).toEqual(
    ['fargate-pods', 'fargate-claims'].flatMap((name) => [
      ['admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy', name],
      ['admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicyBinding', name],
    ]),
  );
});

test('binds to the namespaces of the profiles, never to kube-system', () => {
  for (const { kind, metadata, spec } of objects) {
    if (kind === 'ValidatingAdmissionPolicy') continue;
    expect(spec).toMatchObject({
      policyName: metadata.name,
      validationActions: ['Deny'],
      matchResources: { namespaceSelector: { matchExpressions: [{ operator: 'In', values: ['one', 'two'] }] } },
    });
  }
  expect(yaml).not.toContain('kube-system');
});

test('without a namespace but kube-system there is nothing to bind to', () => {
  expect(() => fargateAdmissionYaml(profiles.slice(0, 1))).toThrow(
    /^No profile has a namespace other than kube-system/,
  );
});

test('an error of a policy lets nothing through', () => {
  expect(policies.map(({ spec }) => spec.failurePolicy)).toEqual(['Fail', 'Fail']);
});

test('looks at pods, at what is added to them while they run, and at every workload that makes them', () => {
  const rules = pods!.spec.matchConstraints!.resourceRules;
  expect(rules.flatMap(({ resources }) => resources)).toEqual([
    'pods',
    'pods/ephemeralcontainers',
    'deployments',
    'replicasets',
    'statefulsets',
    'daemonsets',
    'jobs',
    'cronjobs',
  ]);
  // Other updates of a pod, by its controllers and the kubelet, say nothing new and are many.
  expect(rules[0]!.operations).toEqual(['CREATE']);
});

describe.each(refusals.map((refusal) => [refusal.name, refusal] as const))('%s', (name, { sentence, offenders }) => {
  const validation = pods!.spec.validations!.find(({ expression }) => expression.includes(`variables.${name}.`));

  test('is refused with its sentence and with who asks for it', () => {
    expect(pods!.spec.variables).toContainEqual({ name, expression: offenders });
    expect(validation).toEqual({
      expression: `variables.${name}.size() == 0`,
      message: sentence,
      messageExpression: `${JSON.stringify(`${sentence} Found in: `)} + variables.${name}.join(', ') + '.'`,
    });
  });

  test('says what Fargate does not do, and what to do instead', () => {
    expect(sentence).toMatch(/^Fargate .+[.:] .*\b(Use|Remove|Claim|Add) .+\.$/);
  });
});

test('no expression takes a field for granted that may be absent', () => {
  const optional = ['securityContext', 'ports', 'volumes', 'nodeSelector', 'affinity', 'resources', 'initContainers'];
  for (const { expression } of pods!.spec.variables!) {
    for (const field of optional) expect(expression).not.toMatch(new RegExp(`(?<!variables)\\.${field}\\b`));
  }
});
