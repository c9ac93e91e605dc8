import type { V1NodeSelectorRequirement, V1PodSpec, V1TopologySpreadConstraint } from '../kubernetes-types.ts';
import { approximate, none, type Answer } from '../finding.ts';
import { selectorOf } from './identity.ts';
import type { Plan } from '../plan.ts';
import { forAll, rule, type Rules } from '../rule.ts';

/** Node labels, by attributes of container instances. */
const nodeLabels: Readonly<Record<string, string>> = {
  'ecs.instance-type': 'node.kubernetes.io/instance-type',
  'ecs.availability-zone': 'topology.kubernetes.io/zone',
  'ecs.os-type': 'kubernetes.io/os',
  'ecs.cpu-architecture': 'kubernetes.io/arch',
};

const architectures: Readonly<Record<string, string>> = { x86_64: 'amd64', arm64: 'arm64' };

const zone = 'topology.kubernetes.io/zone';
const host = 'kubernetes.io/hostname';

/** Attributes that only a container instance has. */
const withoutLabel = new Set(['ecs.ami-id', 'ecs.subnet-id', 'ecs.vpc-id', 'ecs.awsvpc-trunk-id', 'ecs.outpost-arn']);

const isLabelValue = (text: string): boolean => /^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/.test(text);
const isLabelKey = (text: string): boolean => /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/.test(text);

/** One comparison of the cluster query language, as a requirement of a node; undefined where there is none. */
function comparison(text: string): V1NodeSelectorRequirement | undefined {
  const found =
    /^\(?\s*attribute:(?<name>[\w.\-/\\]+)\s*(?<operator>==|equals|!=|not_equals|in|!in|not_in|exists|!exists|not_exists)\s*(?<value>[^()]*?)\s*\)?$/.exec(
      text.trim(),
    );
  if (found?.groups === undefined) return undefined;
  const { name = '', operator = '', value = '' } = found.groups;
  const key = nodeLabels[name] ?? (withoutLabel.has(name) || name.startsWith('ecs.') ? undefined : name);
  if (key === undefined || (!key.includes('/') && !isLabelKey(key))) return undefined;
  if (operator === 'exists') return { key, operator: 'Exists' };
  if (operator === '!exists' || operator === 'not_exists') return { key, operator: 'DoesNotExist' };
  const values = value
    .replaceAll(/^\[|\]$/g, '')
    .split(',')
    .map((each) => each.trim().replaceAll(/^['"]|['"]$/g, ''))
    .map((each) => (name === 'ecs.cpu-architecture' ? (architectures[each] ?? each) : each));
  if (values.some((each) => each === '' || !isLabelValue(each))) return undefined;
  const isNegative = operator.startsWith('!') || operator.startsWith('not_');
  return { key, operator: isNegative ? 'NotIn' : 'In', values };
}

/**
 * An expression of the cluster query language as node selector terms, one of which has to hold; undefined where it has
 * regular expressions, task groups, or brackets around several comparisons.
 *
 * @see Amazon ECS Developer Guide, "Create expressions to define container instances for Amazon ECS tasks" (read
 * November 2026)
 */
export function nodeSelectorTerms(expression: string): readonly (readonly V1NodeSelectorRequirement[])[] | undefined {
  const terms = expression.split(/\s+or\s+|\s*\|\|\s*/).map((term) => term.split(/\s+and\s+|\s*&&\s*/).map(comparison));
  const isComplete = terms.every((term) => term.every((each) => each !== undefined));
  const isFlat = terms.length === 1 || terms.every((term) => term.length === 1) || !/[()]/.test(expression);
  return isComplete && isFlat ? terms : undefined;
}

const expressionsOf = ({ input: { taskDefinition, service } }: Plan): readonly string[] =>
  [...(taskDefinition.placementConstraints ?? []), ...(service?.placementConstraints ?? [])]
    .filter(({ type }) => type === 'memberOf')
    .map(({ expression = '' }) => expression);

const isAlone = ({ input: { service } }: Plan): boolean =>
  service?.placementConstraints?.some(({ type }) => type === 'distinctInstance') === true;

/** How pods are spread, where the service says nothing: over zones, as ECS does by default. */
const spreads = ({ input: { service } }: Plan): readonly string[] => {
  const strategies = service?.placementStrategy ?? [];
  const fields = strategies
    .filter(({ type }) => type === 'spread')
    .map(({ field }) =>
      field === 'attribute:ecs.availability-zone'
        ? zone
        : field === 'instanceId' || field === 'host'
          ? host
          : undefined,
    )
    .filter((field) => field !== undefined);
  return strategies.length === 0 ? [zone] : [...new Set(fields)];
};

/** Which nodes the pods may run on, and how they are spread over them. */
export function placementOf(plan: Plan): Partial<V1PodSpec> {
  const labelSelector = { matchLabels: selectorOf(plan) };
  const all = expressionsOf(plan)
    .map(nodeSelectorTerms)
    .filter((terms) => terms !== undefined);
  // Each constraint has to hold, so that the alternatives of one meet those of the others.
  const terms = all.reduce<readonly (readonly V1NodeSelectorRequirement[])[]>(
    (before, next) => before.flatMap((term) => next.map((other) => [...term, ...other])),
    [[]],
  );
  const affinity: V1PodSpec['affinity'] = {
    ...(all.length > 0 && {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: terms.map((matchExpressions) => ({ matchExpressions: [...matchExpressions] })),
        },
      },
    }),
    ...(isAlone(plan) && {
      podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector, topologyKey: host }] },
    }),
  };
  const constraints = spreads(plan).map((topologyKey): V1TopologySpreadConstraint => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector,
    // Counts pods of the same version only; others would leave a rollout unevenly spread.
    matchLabelKeys: ['pod-template-hash'],
  }));
  const isSpread = plan.kind === 'Deployment' && plan.input.service !== undefined && constraints.length > 0;
  return {
    ...(Object.keys(affinity).length > 0 && { affinity }),
    ...(isSpread && { topologySpreadConstraints: constraints }),
  };
}

function constraint(type: string | undefined, expression = ''): Answer {
  if (type === 'distinctInstance') {
    return approximate(
      '1 つのノードに Pod は 1 つです（podAntiAffinity）。',
      'One pod for each node, by podAntiAffinity.',
      {
        to: 'pod.affinity.podAntiAffinity',
        lab: 'scheduling',
      },
    );
  }
  return nodeSelectorTerms(expression) === undefined
    ? none(
        `式「${expression}」はノードのラベルの条件に変換できません。正規表現、タスクグループ、インスタンスだけの属性は書けません。ノードにラベルを付けて、nodeAffinity で選んでください。`,
        `'${expression}' can't be written as a condition on labels of nodes: those know no regular expressions, task groups or attributes of instances. Label the nodes, and select them by nodeAffinity.`,
        { todo: 'decide', lab: 'scheduling' },
      )
    : approximate(
        'nodeAffinity になります。自分で付けた属性は、ノードのラベルとして付け直します（kubectl label node）。',
        'It becomes nodeAffinity. Attributes of your own have to be labels of nodes: kubectl label node.',
        { todo: 'decide', to: 'pod.affinity.nodeAffinity', lab: 'scheduling' },
      );
}

const strategy = rule(({ plan, indexes }) => {
  const { type, field } = plan.input.service!.placementStrategy![indexes[0]!]!;
  if (
    type === 'spread' &&
    (field === 'attribute:ecs.availability-zone' || field === 'instanceId' || field === 'host')
  ) {
    return approximate(
      'topologySpreadConstraints になります。スケジューラーは配置するときに分散し、動いている Pod は移しません。',
      'It becomes topologySpreadConstraints. The scheduler spreads when it places, and never moves a running pod.',
      { to: 'pod.topologySpreadConstraints', lab: 'scheduling' },
    );
  }
  return none(
    type === 'binpack'
      ? 'ワークロードごとの binpack はありません。ノードを詰めるのは、Karpenter の consolidation か、スケジューラーの NodeResourcesFit のスコアの設定です。'
      : 'この戦略に対応するものはありません。',
    type === 'binpack'
      ? "There is no binpack of one workload. Karpenter's consolidation packs nodes, and so does the score of NodeResourcesFit in the scheduler's configuration."
      : 'Nothing corresponds to this strategy.',
    { todo: 'decide', lab: 'scheduling' },
  );
});

/** Where tasks are placed. */
export const placementRules: Rules = {
  ...forAll(
    ['placementConstraints[].type', 'placementConstraints[].expression'],
    rule(({ plan, indexes }) => {
      const { type, expression } = plan.input.taskDefinition.placementConstraints![indexes[0]!]!;
      return constraint(type, expression);
    }),
  ),
  ...forAll(
    ['service.placementConstraints[].type', 'service.placementConstraints[].expression'],
    rule(({ plan, indexes }) => {
      const { type, expression } = plan.input.service!.placementConstraints![indexes[0]!]!;
      return constraint(type, expression);
    }),
  ),
  'service.placementStrategy[].type': strategy,
  'service.placementStrategy[].field': strategy,
  'service.availabilityZoneRebalancing': rule<string>(({ value }) =>
    value === 'ENABLED'
      ? approximate(
          'ゾーンへの topologySpreadConstraints になります。動いている Pod は移されません。移すには descheduler を使います。',
          'It becomes topologySpreadConstraints over zones. Running pods are never moved; the descheduler does that.',
          { to: 'pod.topologySpreadConstraints', lab: 'scheduling' },
        )
      : approximate('動いている Pod が移されることはありません。', 'Running pods are never moved.', {
          lab: 'scheduling',
        }),
  ),
};
