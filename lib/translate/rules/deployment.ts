import type { V1DaemonSetSpec, V1DeploymentSpec, V1PodDisruptionBudget } from '../kubernetes-types.ts';
import { minAvailableDuringDrain } from '../../application/rollout.ts';
import { approximate, exact, none } from '../finding.ts';
import { labelsOf, selectorOf } from './identity.ts';
import type { Plan } from '../plan.ts';
import { forAll, rule, type Rules } from '../rule.ts';

/**
 * Defaults of a rolling deployment, in percent of the desired count.
 *
 * @see Amazon ECS API Reference, "DeploymentConfiguration" (read November 2026)
 */
const defaultPercent = { maximum: 200, minimum: 100 };

/** Seconds that ECS waits before it counts a task without any health check as healthy. */
const secondsWithoutCheck = 40;

/** Seconds after which a rollout that does not progress is reported. It is Kubernetes' default. */
const progressSeconds = 600;

/** The bounds of a rollout, in replicas. */
interface Bounds {
  readonly replicas: number;
  readonly surge: number;
  readonly unavailable: number;
  /** How many stay up. */
  readonly healthy: number;
}

const percentOf = ({ input: { service } }: Plan) => {
  const { maximumPercent, minimumHealthyPercent } = service?.deploymentConfiguration ?? {};
  return {
    maximum: Math.max(100, maximumPercent ?? defaultPercent.maximum),
    minimum: Math.min(100, minimumHealthyPercent ?? defaultPercent.minimum),
  };
};

/** ECS rounds the maximum down and the minimum up. */
function boundsOf(plan: Plan): Bounds {
  const replicas = plan.input.service?.desiredCount ?? 1;
  const { maximum, minimum } = percentOf(plan);
  const surge = Math.floor((replicas * (maximum - 100)) / 100);
  const healthy = Math.ceil((replicas * minimum) / 100);
  return { replicas, surge, unavailable: replicas - healthy, healthy };
}

/** Whether the bounds leave no room for a rollout: the API server refuses 0 and 0. */
const isStuck = (plan: Plan): boolean => {
  const { surge, unavailable, replicas } = boundsOf(plan);
  const { maximum, minimum } = percentOf(plan);
  return plan.autoscaled ? maximum === 100 && minimum === 100 : replicas > 0 && surge === 0 && unavailable === 0;
};

/** How a Deployment replaces its pods. */
export function deploymentStrategyOf(plan: Plan): Partial<V1DeploymentSpec> {
  if (plan.input.service === undefined) return {};
  const { replicas, surge, unavailable } = boundsOf(plan);
  const { maximum, minimum } = percentOf(plan);
  // Without replicas, any numbers do; percentages stay right when there are some.
  const inPercent = plan.autoscaled || replicas === 0;
  const rollingUpdate = isStuck(plan)
    ? { maxSurge: 1, maxUnavailable: 0 }
    : inPercent
      ? maximum === 100 && minimum === 100
        ? { maxSurge: 1, maxUnavailable: 0 }
        : { maxSurge: `${maximum - 100}%`, maxUnavailable: `${100 - minimum}%` }
      : { maxSurge: surge, maxUnavailable: unavailable };
  const hasCheck = plan.containers.some(({ source, essential }) => essential && source.healthCheck !== undefined);
  return {
    strategy: { type: 'RollingUpdate', rollingUpdate },
    ...(!hasCheck && (plan.input.service.loadBalancers ?? []).length === 0 && { minReadySeconds: secondsWithoutCheck }),
    ...(plan.input.service.deploymentConfiguration?.deploymentCircuitBreaker?.enable === true && {
      progressDeadlineSeconds: progressSeconds,
    }),
  };
}

/** How a DaemonSet replaces its pods: a node's pod ends before the next begins, as with a daemon of ECS. */
export function daemonStrategyOf(plan: Plan): Partial<V1DaemonSetSpec> {
  const minimum = plan.input.service?.deploymentConfiguration?.minimumHealthyPercent;
  const maxUnavailable = minimum === undefined || minimum >= 100 ? 1 : `${100 - minimum}%`;
  return { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable } } };
}

/** What keeps a drain of nodes from taking too many pods; undefined where one pod has to go anyway. */
export function disruptionBudgetOf(plan: Plan): V1PodDisruptionBudget | undefined {
  if (plan.kind !== 'Deployment' || plan.input.service === undefined) return undefined;
  const { replicas, healthy } = boundsOf(plan);
  const { minimum } = percentOf(plan);
  const kept = minAvailableDuringDrain({ replicas, minAvailable: healthy });
  if (!plan.autoscaled && kept < 1) return undefined;
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: plan.name, labels: labelsOf(plan) },
    spec: {
      ...(plan.autoscaled ? { maxUnavailable: minimum === 100 ? 1 : `${100 - minimum}%` } : { minAvailable: kept }),
      selector: { matchLabels: selectorOf(plan) },
      // Pods that never became ready receive no traffic. They must not block the drain of a node.
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    },
  };
}

const at = 'service.deploymentConfiguration';
const progressive = (ja: string, en: string) =>
  none(`${ja}Argo Rollouts か Flagger を使います。`, `${en} Argo Rollouts and Flagger do it.`, {
    todo: 'decide',
    lab: 'operations',
  });

const strategy = 'workload.spec.strategy.rollingUpdate';

const maximum = rule<number>(({ value, plan }) => {
  if (plan.kind !== 'Deployment') {
    return none('ノードごとに 1 つなので、増やすことはできません。', 'There is one for each node, and no more.', {
      todo: 'nothing',
      lab: 'workloads',
    });
  }
  if (isStuck(plan)) {
    return approximate(
      `${value} % では、増やすことも減らすこともできません。API サーバーは maxSurge 0 と maxUnavailable 0 の組を拒否するので、maxSurge 1 にしました。`,
      `${value} % leaves no room for a rollout. The API server refuses maxSurge 0 together with maxUnavailable 0, so maxSurge is 1.`,
      { todo: 'decide', to: strategy, lab: 'workloads' },
    );
  }
  return plan.autoscaled
    ? approximate(
        '数が変わるので割合で書きます。ECS は切り捨て、Kubernetes の maxSurge は切り上げるので、1 つ多く動くことがあります。',
        'The number changes, so it stays a percentage. ECS rounds down and maxSurge up, so there may be one more.',
        { to: strategy, lab: 'workloads' },
      )
    : exact(
        `maxSurge ${boundsOf(plan).surge} になります。ECS は切り捨てるので、数で書きます（割合では Kubernetes が切り上げます）。`,
        `It is maxSurge ${boundsOf(plan).surge}: a number, because ECS rounds down, and Kubernetes would round a percentage up.`,
        { to: strategy, lab: 'workloads' },
      );
});

const minimum = rule<number>(({ plan }) =>
  plan.kind === 'DaemonSet'
    ? exact('updateStrategy の maxUnavailable になります。', 'It becomes maxUnavailable of the updateStrategy.', {
        to: 'workload.spec.updateStrategy',
        lab: 'workloads',
      })
    : plan.kind !== 'Deployment'
      ? none('Job にローリング更新はありません。', 'A Job has no rollouts.', { todo: 'nothing', lab: 'workloads' })
      : exact(
          'maxUnavailable と PodDisruptionBudget になります。ノードの退避は代わりが起動する前に Pod を終了させるため、少なくとも 1 つは退避できるようにしました。',
          'It becomes maxUnavailable and a PodDisruptionBudget. A drain evicts a pod before its replacement runs, so one may always go.',
          { to: strategy, lab: 'workloads' },
        ),
);

/** How a service replaces its tasks. */
export const deploymentRules: Rules = {
  'service.deploymentController.type': rule<string>(({ value }) =>
    value === 'ECS'
      ? exact('Deployment のコントローラーが行います。', 'The controller of Deployments does it.', { lab: 'workloads' })
      : progressive(
          `${value} のデプロイに対応するものは Deployment にありません。`,
          `A Deployment has no counterpart to deployments by ${value}.`,
        ),
  ),
  [`${at}.maximumPercent`]: maximum,
  [`${at}.minimumHealthyPercent`]: minimum,
  [`${at}.deploymentCircuitBreaker.enable`]: rule<boolean>(({ value, plan }) =>
    value && plan.kind === 'Deployment'
      ? approximate(
          'progressDeadlineSeconds になります。時間が過ぎると条件（ProgressDeadlineExceeded）が立つだけで、何も止まりません。コントローラーは試し続けます。',
          'It becomes progressDeadlineSeconds. When it is over, a condition says so (ProgressDeadlineExceeded); nothing stops, and the controller goes on trying.',
          { todo: 'decide', to: 'workload.spec.progressDeadlineSeconds', lab: 'workloads' },
        )
      : exact('サーキットブレーカーはありません。', 'There is no circuit breaker.', { lab: 'workloads' }),
  ),
  [`${at}.deploymentCircuitBreaker.rollback`]: none(
    '自動では戻りません。kubectl rollout undo で戻します。Helm（--rollback-on-failure）、Flux、Argo Rollouts は自動で戻せます。',
    'Nothing rolls back by itself: kubectl rollout undo does. Helm (--rollback-on-failure), Flux and Argo Rollouts do it for you.',
    { todo: 'decide', lab: 'workloads' },
  ),
  ...forAll(
    ['resetOnHealthyTask', 'thresholdConfiguration.type', 'thresholdConfiguration.value'].map(
      (field) => `${at}.deploymentCircuitBreaker.${field}`,
    ),
    none('失敗の回数は数えません。数えるのは時間です。', 'Failures are not counted; time is.', {
      todo: 'nothing',
      lab: 'workloads',
    }),
  ),
  ...forAll(
    ['alarmNames[]', 'rollback', 'enable'].map((field) => `${at}.alarms.${field}`),
    progressive('アラームで戻すフィールドはありません。', 'No field rolls back on alarms.'),
  ),
  [`${at}.strategy`]: rule<string>(({ value }) =>
    value === 'ROLLING'
      ? exact('RollingUpdate です。', 'It is RollingUpdate.', { to: 'workload.spec.strategy', lab: 'workloads' })
      : progressive(
          `${value} に対応するものは Deployment にありません。ローリング更新になります。`,
          `A Deployment has no ${value}; it is a rolling update.`,
        ),
  ),
  ...forAll(
    [
      'bakeTimeInMinutes',
      ...[
        'targetType',
        'hookTargetArn',
        'roleArn',
        'lifecycleStages[]',
        'hookDetails',
        'timeoutConfiguration.timeoutInMinutes',
        'timeoutConfiguration.action',
      ].map((field) => `lifecycleHooks[].${field}`),
      'linearConfiguration.stepPercent',
      'linearConfiguration.stepBakeTimeInMinutes',
      'canaryConfiguration.canaryPercent',
      'canaryConfiguration.canaryBakeTimeInMinutes',
    ].map((field) => `${at}.${field}`),
    progressive('段階的なデプロイのフィールドはありません。', 'No field has steps of a deployment.'),
  ),
  ...forAll(
    ['enable', 'healthyPercent', 'sourceServiceRevisionCleanup'].map((field) => `${at}.earlySuccessCriteria.${field}`),
    none(
      'kubectl rollout status はすべてを待ちます。早く先へ進むには、status.availableReplicas を読みます。',
      'kubectl rollout status waits for all. To go on sooner, read status.availableReplicas.',
      { todo: 'nothing', lab: 'workloads' },
    ),
  ),
};
