import type { V2HorizontalPodAutoscaler, V2MetricSpec } from '../kubernetes-types.ts';
import type { ScalingPolicy } from '../ecs-input.ts';
import { approximate, exact, none } from '../finding.ts';
import { labelsOf } from './identity.ts';
import { isTargetTracking, type Plan } from '../plan.ts';
import { forAll, rule, type Rules } from '../rule.ts';

const resources: Readonly<Record<string, string>> = {
  ECSServiceAverageCPUUtilization: 'cpu',
  ECSServiceAverageMemoryUtilization: 'memory',
};

/** The autoscaler that stands for target tracking; undefined where the service has none. */
export function autoscalerOf(plan: Plan): V2HorizontalPodAutoscaler | undefined {
  const { scaling } = plan.input;
  if (!plan.autoscaled || scaling === undefined) return undefined;
  const policies = scaling.policies.filter(isTargetTracking);
  const cooldown = Math.max(...policies.map(({ scaleInCooldown }) => scaleInCooldown ?? -1));
  const minReplicas = Math.max(1, scaling.minCapacity);
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: plan.name, labels: labelsOf(plan) },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: plan.name },
      minReplicas,
      maxReplicas: Math.max(minReplicas, scaling.maxCapacity),
      metrics: policies.map(metricOf),
      ...(policies.some(({ disableScaleIn }) => disableScaleIn === true)
        ? { behavior: { scaleDown: { selectPolicy: 'Disabled' } } }
        : cooldown >= 0 && { behavior: { scaleDown: { stabilizationWindowSeconds: Math.min(3600, cooldown) } } }),
    },
  };
}

const metricOf = ({ predefinedMetric = '', targetValue = 0 }: ScalingPolicy): V2MetricSpec => ({
  type: 'Resource',
  resource: {
    name: resources[predefinedMetric]!,
    target: { type: 'Utilization', averageUtilization: Math.max(1, Math.round(targetValue)) },
  },
});

const notMetric = none(
  'HPA のリソースメトリクスではありません。KEDA（CloudWatch スケーラー、cron スケーラー）か、外部メトリクスのアダプターを使います。',
  'No resource metric of a HorizontalPodAutoscaler. Use KEDA (its CloudWatch or cron scaler) or an adapter of external metrics.',
  { todo: 'decide', lab: 'workloads' },
);

/** A rule of a policy that tracks CPU or memory. */
const tracked = (answer: ReturnType<typeof exact>) =>
  rule(({ plan, indexes }) =>
    isTargetTracking(plan.input.scaling!.policies[indexes[0]!]!) && plan.autoscaled ? answer : notMetric,
  );

const target = 'HorizontalPodAutoscaler.spec';

/** How the number of tasks follows the load. */
export const scalingRules: Rules = {
  'scaling.minCapacity': rule<number>(({ value, plan }) =>
    !plan.autoscaled
      ? notMetric
      : value === 0
        ? approximate(
            'minReplicas は 1 以上です。0 にするには、外部メトリクス（KEDA など）が必要です。',
            'minReplicas is 1 at least. Scaling to 0 needs an external metric, as KEDA has.',
            { todo: 'decide', to: `${target}.minReplicas`, lab: 'workloads' },
          )
        : exact('minReplicas になります。', 'It is minReplicas.', { to: `${target}.minReplicas`, lab: 'workloads' }),
  ),
  'scaling.maxCapacity': rule(({ plan }) =>
    plan.autoscaled
      ? exact('maxReplicas になります。', 'It is maxReplicas.', { to: `${target}.maxReplicas`, lab: 'workloads' })
      : notMetric,
  ),
  'scaling.policies[].policyName': tracked(
    exact('HPA はワークロードの名前です。', 'The autoscaler has the name of the workload.', { lab: 'workloads' }),
  ),
  'scaling.policies[].policyType': tracked(
    exact('ターゲット追跡は HPA になります。', 'Target tracking becomes a HorizontalPodAutoscaler.', {
      to: target,
      lab: 'workloads',
    }),
  ),
  ...forAll(
    ['scaling.policies[].predefinedMetric', 'scaling.policies[].targetValue'],
    tracked(
      approximate(
        'どちらも要求量に対する割合です。HPA は 15 秒ごとに判断し、CloudWatch のアラームは数分かかります。metrics-server が必要です。',
        'On both sides a percentage of what is reserved. An autoscaler decides every 15 seconds, an alarm of CloudWatch in minutes. It needs metrics-server.',
        { to: `${target}.metrics`, lab: 'workloads' },
      ),
    ),
  ),
  'scaling.policies[].scaleInCooldown': tracked(
    approximate(
      'scaleDown の stabilizationWindowSeconds（最大 3600）になります。その間の最大の数を保つので、減るのは遅くなりますが、増えるのは待ちません。',
      'It becomes stabilizationWindowSeconds of scaleDown (3600 at most): the largest number in that time is kept.',
      { to: `${target}.behavior`, lab: 'workloads' },
    ),
  ),
  'scaling.policies[].scaleOutCooldown': tracked(
    approximate(
      '書いていません。scaleUp の stabilizationWindowSeconds の既定は 0 で、すぐに増えます。',
      'Not written: stabilizationWindowSeconds of scaleUp is 0, so it scales out at once.',
      { lab: 'workloads' },
    ),
  ),
  'scaling.policies[].disableScaleIn': tracked(
    exact('true なら selectPolicy: Disabled になります。', 'If true, it is selectPolicy: Disabled.', {
      to: `${target}.behavior`,
      lab: 'workloads',
    }),
  ),
};
