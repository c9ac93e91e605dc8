import { expect, test } from '@jest/globals';
import { EcsAndEks } from '../../lib/environments/ecs-and-eks.ts';
import { readInput } from '../../lib/translate/input/read-input.ts';
import { translate } from '../../lib/translate/translate.ts';
import { appliedBy } from '../environments/application-sides.ts';
import { leavesOf } from '../environments/leaves.ts';
import { templateOf } from '../environments/synth.ts';

const template = templateOf(EcsAndEks);
const text = JSON.stringify(template.toJSON());
const serviceId = Object.keys(template.findResources('AWS::ECS::Service')).find((id) => id.includes('OnEc2'))!;
const { objects } = translate(readInput([{ name: 'EcsAndEks.template.json', text }], { service: serviceId }));
const applied = appliedBy(template);

const compared = ['Deployment', 'Service', 'PodDisruptionBudget', 'HorizontalPodAutoscaler', 'NetworkPolicy'];

/** The parts of an object that say what it does: names and labels are chosen, and not translated. */
const contentOf = (all: readonly { readonly kind?: string }[], kind: string): unknown => {
  const { spec } = all.find((object) => object.kind === kind) as unknown as { spec: Record<string, unknown> };
  return JSON.parse(
    JSON.stringify(spec, (key, value: unknown) =>
      ['labels', 'matchLabels', 'annotations', 'selector', 'labelSelector', 'podSelector'].includes(key)
        ? undefined
        : value,
    ),
  );
};

/** Between the keys of a path: keys have dots and slashes in them. */
const separator = ' ';

const at = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((each, key) => (each as Record<string, unknown> | undefined)?.[key], value);

/** The paths in which the environment's own objects and the translation of its task definition differ. */
const differing = (kind: string): readonly string[] => {
  const [own, translated] = [contentOf(applied, kind), contentOf(objects, kind)];
  const paths = new Set([own, translated].flatMap((each) => leavesOf(each).map((path) => path.join(separator))));
  return [...paths]
    .filter(
      (path) =>
        JSON.stringify(at(own, path.split(separator))) !== JSON.stringify(at(translated, path.split(separator))),
    )
    .toSorted();
};

const container = ['template', 'spec', 'containers', '0'].join(separator);

/** All fields in which they differ, by why. Everything else is the same. */
const reviewed: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  Deployment: {
    'the environment writes a number that its autoscaler owns, for as long as nothing measures': ['replicas'],
    'the number of an autoscaled service changes, so that its bounds stay percentages': [
      'strategy rollingUpdate maxSurge',
      'strategy rollingUpdate maxUnavailable',
    ],
    'the environment lets pods use the idle CPU of a node': [`${container} resources limits cpu`],
    'the environment is restricted, beyond what the task says, and has the user on the pod': [
      `${container} imagePullPolicy`,
      `${container} securityContext allowPrivilegeEscalation`,
      `${container} securityContext capabilities drop 0`,
      `${container} securityContext privileged`,
      `${container} securityContext readOnlyRootFilesystem`,
      `${container} securityContext runAsGroup`,
      `${container} securityContext runAsUser`,
      'template spec securityContext runAsGroup',
      'template spec securityContext runAsNonRoot',
      'template spec securityContext runAsUser',
    ],
    'the service has a circuit breaker, and the chart leaves the same number to its default': [
      'progressDeadlineSeconds',
    ],
    'the application of the environment drains itself': [
      `${container} lifecycle preStop sleep seconds`,
      'template spec terminationGracePeriodSeconds',
    ],
    'the environment has nodes of one kind': [
      'template spec nodeSelector kubernetes.io/arch',
      'template spec nodeSelector kubernetes.io/os',
      'template spec os name',
    ],
    'the task has a role': ['template spec serviceAccountName'],
    'tasks have no variables of Services': ['template spec enableServiceLinks'],
    'the service on EC2 is spread over instances, too': [
      'matchLabelKeys 0',
      'maxSkew',
      'topologyKey',
      'whenUnsatisfiable',
    ].map((field) => `template spec topologySpreadConstraints 1 ${field}`),
  },
  Service: { 'the port mapping says what Service Connect speaks': ['ports 0 appProtocol'] },
  PodDisruptionBudget: { 'the number of an autoscaled service changes': ['maxUnavailable', 'minAvailable'] },
  HorizontalPodAutoscaler: { 'the ECS service has a name of its own': ['scaleTargetRef name'] },
  NetworkPolicy: {
    'the rules of the security group are not read': [
      'egress 0 ports 0 port',
      'egress 0 ports 0 protocol',
      'egress 1 ports 0 port',
      'egress 1 ports 0 protocol',
      'egress 1 ports 1 port',
      'egress 1 ports 1 protocol',
      'policyTypes 1',
    ],
  },
};

test.each(compared)('the %s of the environment is what its task definition is translated to', (kind) => {
  const expected = Object.values(reviewed[kind] ?? {})
    .flat()
    .toSorted();
  expect(differing(kind)).toEqual(expected);
});
