import type { V1Container, V1PodSpec } from '../kubernetes-types.ts';
import { approximate, exact, none } from '../finding.ts';
import { containersOf } from '../ecs-input.ts';
import { sendsTraffic } from './load-balancing.ts';
import { runsOn, type Plan, type PlannedContainer } from '../plan.ts';
import { rule, type Rules } from '../rule.ts';

/** Seconds from SIGTERM to SIGKILL, where the task definition says nothing. The same on both sides. */
const defaultStopSeconds = 30;

/**
 * Seconds that a pod waits before SIGTERM, so that load balancers and proxies stop sending to it. ECS deregisters a
 * task from its target group first; Kubernetes sends SIGTERM at the same time.
 */
export const drainSeconds = 15;

const stopTimeouts = ({ input }: Plan): readonly number[] =>
  containersOf(input).map(({ stopTimeout }) => stopTimeout ?? defaultStopSeconds);

const isDrained = (plan: Plan, container: PlannedContainer): boolean =>
  sendsTraffic(plan) && runsOn(container) && container.ports.length > 0;

/** How a pod ends, and whether its containers start again. */
export function podLifecycleOf(plan: Plan): Partial<V1PodSpec> {
  const drained = plan.containers.some((container) => isDrained(plan, container));
  return {
    ...((plan.kind === 'Job' || plan.kind === 'CronJob') && { restartPolicy: 'Never' }),
    terminationGracePeriodSeconds: Math.max(...stopTimeouts(plan)) + (drained ? drainSeconds : 0),
  };
}

/** Whether the others wait until a container has ended, and take any status for an answer. */
export const anyStatusWillDo = (plan: Plan, { source, role }: PlannedContainer): boolean => {
  const conditions = containersOf(plan.input)
    .flatMap(({ dependsOn = [] }) => dependsOn)
    .filter(({ containerName }) => containerName === source.name)
    .map(({ condition }) => condition);
  return role === 'init' && conditions.includes('COMPLETE') && !conditions.includes('SUCCESS');
};

const essentials = ({ containers }: Plan): number =>
  containers.filter((container) => container.essential && runsOn(container)).length;

const endTogether = (plan: Plan): boolean =>
  plan.input.newestKubernetes === true && plan.kind !== 'Job' && plan.kind !== 'CronJob' && essentials(plan) > 1;

/** Whether and how a container starts again, and how it is drained. */
export function lifecycleOf(plan: Plan, container: PlannedContainer): Partial<V1Container> {
  const { source, role, essential } = container;
  const ignored = source.restartPolicy?.enabled === true ? (source.restartPolicy.ignoredExitCodes ?? []) : [];
  const all = endTogether(plan) && essential && runsOn(container);
  const restart: Partial<V1Container> =
    role === 'init'
      ? {}
      : role === 'sidecar'
        ? { restartPolicy: 'Always' }
        : ignored.length > 0 && plan.kind !== 'Job' && plan.kind !== 'CronJob'
          ? {
              restartPolicy: 'Never',
              restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'NotIn', values: [...ignored] } }],
            }
          : source.restartPolicy?.enabled === true && (plan.kind === 'Job' || plan.kind === 'CronJob')
            ? { restartPolicy: 'Always' }
            : {};
  return {
    ...restart,
    ...(all &&
      ignored.length === 0 && {
        restartPolicy: 'Always',
        restartPolicyRules: [{ action: 'RestartAllContainers', exitCodes: { operator: 'NotIn', values: [] } }],
      }),
    ...(isDrained(plan, container) && { lifecycle: { preStop: { sleep: { seconds: drainSeconds } } } }),
  };
}

const essential = rule<boolean>(({ value, plan, container }) => {
  if (container.role === 'init') {
    return approximate(
      'ほかのコンテナが終了を待つので、init コンテナになります。',
      'Others wait for its end, so it is an init container.',
      { to: 'container.name', lab: 'workloads' },
    );
  }
  if (plan.kind === 'Job' || plan.kind === 'CronJob') {
    return container === plan.main
      ? exact('このコンテナが終わると Job も終わります。', 'The Job ends when this container does.', {
          to: 'container.name',
          lab: 'workloads',
        })
      : approximate(
          `Job が終わるのはコンテナ ${plan.main.name} が終わるときです。このコンテナはネイティブサイドカーで、その後に止まります。`,
          `The Job ends when container ${plan.main.name} does. This one is a native sidecar, which stops after it.`,
          { todo: value ? 'decide' : 'nothing', to: 'container.restartPolicy', lab: 'workloads' },
        );
  }
  if (!value) {
    return approximate(
      '必須でないコンテナが終了しても、ECS はそのままにします。Kubernetes は同じ Pod の中で再起動し続けます。終わるように作られているなら、init コンテナか別の Job にします。',
      'ECS leaves a container that is not essential as it ended; Kubernetes restarts it in the pod, for ever. If it ends by design, make it an init container or a Job.',
      { todo: 'decide', to: 'container.name', lab: 'workloads' },
    );
  }
  if (essentials(plan) > 1) {
    return approximate(
      endTogether(plan)
        ? '必須のコンテナが 1 つ終了すると、Pod のすべてのコンテナが再起動します（RestartAllContainers、1.36 のベータ）。ECS と違い、同じ Pod の中です。ノードがこの機能を宣言していなければ、Pod は Pending のままです。'
        : '必須のコンテナが 1 つ終了すると、ECS はタスクを置き換えます。Kubernetes はそのコンテナだけを再起動し、ほかは動き続けます。--kubernetes 1.36 を付けるとすべてを再起動させられます。',
      endTogether(plan)
        ? 'When one essential container ends, all containers of the pod restart (RestartAllContainers, beta in 1.36), in place. The pod stays Pending where no node declares that feature.'
        : 'When one essential container ends, ECS replaces the task. Kubernetes restarts that container alone, and the others go on. With --kubernetes 1.36 all of them restart.',
      {
        todo: 'decide',
        to: endTogether(plan) ? 'container.restartPolicyRules' : 'container.name',
        lab: 'workloads',
      },
    );
  }
  return approximate(
    '終了すると、ECS は新しいタスクで置き換えます。Kubernetes は同じ Pod の中で再起動します。アドレスと emptyDir は残り、待ち時間は 10 秒から 5 分まで延びます（CrashLoopBackOff）。',
    'When it ends, ECS puts a new task in its place; Kubernetes restarts it in the same pod: same address, same emptyDirs, after 10 seconds and later up to 5 minutes (CrashLoopBackOff).',
    { lab: 'workloads' },
  );
});

const dependency = rule(({ plan, container, indexes }) => {
  const { containerName, condition } = container.source.dependsOn![indexes[1]!]!;
  const other = plan.containers.find(({ source }) => source.name === containerName);
  const name = other?.name ?? '';
  if (other?.role === 'dropped') {
    return none(
      `コンテナ ${containerName} は変換しないので、それを待つ必要はありません。`,
      `Container ${containerName} is left out, so there is nothing to wait for.`,
      { todo: 'nothing', lab: 'workloads' },
    );
  }
  switch (condition) {
    case 'COMPLETE':
      return approximate(
        (other?.source.entryPoint ?? []).length > 0
          ? `${name} は init コンテナになり、終了コードが何でも先へ進むように sh で包みました。イメージに /bin/sh が必要です。`
          : `${name} は init コンテナになります。COMPLETE はどの終了コードでも先へ進みますが、init コンテナは成功するまで再試行されます。失敗してもよいなら、コマンドの最後を || true にします。`,
        (other?.source.entryPoint ?? []).length > 0
          ? `${name} becomes an init container, in a shell that ignores its status. The image needs /bin/sh.`
          : `${name} becomes an init container. COMPLETE accepts any exit code; an init container is tried again until it succeeds. If it may fail, end its command with || true.`,
        { todo: 'decide', to: `before.${name}`, lab: 'workloads' },
      );
    case 'SUCCESS':
      return approximate(
        `${name} は init コンテナになります。失敗すると ECS はタスクを止め、kubelet は間隔を延ばしながら再試行します。`,
        `${name} becomes an init container. When it fails, ECS stops the task; the kubelet tries again, with growing delays.`,
        { to: `before.${name}`, lab: 'workloads' },
      );
    case 'HEALTHY':
      return approximate(
        `${name} はネイティブサイドカー（restartPolicy: Always の init コンテナ）になり、startupProbe が成功するまで次のコンテナを待たせます。`,
        `${name} becomes a native sidecar: an init container with restartPolicy Always, whose startupProbe holds back those after it.`,
        { to: `before.${name}`, lab: 'workloads' },
      );
    default:
      return approximate(
        `${name} はネイティブサイドカー（restartPolicy: Always の init コンテナ）になり、次のコンテナより先に起動します。`,
        `${name} becomes a native sidecar: an init container with restartPolicy Always, which runs before those after it start.`,
        { to: `before.${name}`, lab: 'workloads' },
      );
  }
});

/** How containers start, depend on each other, end and start again. */
export const lifecycleRules: Rules = {
  'containerDefinitions[].essential': essential,
  'containerDefinitions[].dependsOn[].containerName': dependency,
  'containerDefinitions[].dependsOn[].condition': dependency,
  'containerDefinitions[].restartPolicy.enabled': rule<boolean>(({ value }) =>
    value
      ? approximate('Kubernetes はいつも再起動します。', 'Kubernetes restarts containers anyway.', {
          to: 'container.restartPolicy',
          lab: 'workloads',
        })
      : approximate(
          'ECS は再起動せず、Kubernetes は再起動します。Never にすると、終了後の Pod は Ready にならず Service から外れるため、書いていません。',
          'ECS does not restart it; Kubernetes does. Never is not written: a pod with an ended container is not ready, and would leave its Services.',
          { lab: 'workloads' },
        ),
  ),
  'containerDefinitions[].restartPolicy.ignoredExitCodes[]': rule<number>(({ container, plan }) =>
    container.source.restartPolicy?.enabled === true && lifecycleOf(plan, container).restartPolicyRules !== undefined
      ? exact(
          'この終了コードでは再起動しない規則になります（ContainerRestartRules、1.35 から既定で有効なベータ）。終了したコンテナの Pod は Ready になりません。',
          'A rule leaves the container ended with these exit codes (ContainerRestartRules, beta and on since 1.35). Its pod is not ready from then on.',
          { to: 'container.restartPolicyRules', lab: 'workloads' },
        )
      : none(
          'このコンテナの再起動は、この終了コードに左右されません。',
          'The restarts of this container do not depend on these exit codes.',
          { todo: 'nothing', lab: 'workloads' },
        ),
  ),
  'containerDefinitions[].restartPolicy.restartAttemptPeriod': none(
    'Kubernetes は、どれだけ動いたかに関わらず再起動します（10 秒から 5 分の待ち時間）。',
    'Kubernetes restarts a container however long it ran, after 10 seconds and later up to 5 minutes.',
    { todo: 'nothing', lab: 'workloads' },
  ),
  'containerDefinitions[].startTimeout': rule<number>(({ container }) =>
    container.role === 'sidecar' && container.waitedForHealthy
      ? approximate(
          'startupProbe の failureThreshold になります。時間切れのとき、ECS はタスクを止め、kubelet はこのサイドカーを再起動して続けます。',
          'It becomes the failureThreshold of the startupProbe. When it runs out, ECS stops the task; the kubelet restarts the sidecar and goes on.',
          { to: 'container.startupProbe', lab: 'workloads' },
        )
      : none(
          'このコンテナの起動を待つものがないか、待つのは終了なので、対応するものはありません。Job には activeDeadlineSeconds があります。',
          'Nothing waits for this container to start, or what it waits for is its end, so nothing corresponds. A Job has activeDeadlineSeconds.',
          { todo: 'nothing', lab: 'workloads' },
        ),
  ),
  'containerDefinitions[].stopTimeout': rule<number>(({ value, plan }) =>
    approximate(
      `Pod 全体の terminationGracePeriodSeconds（${podLifecycleOf(plan).terminationGracePeriodSeconds} 秒）になります。コンテナの最大値${Math.max(...stopTimeouts(plan)) === value ? '' : '（この値ではありません）'}に、preStop の待ち時間を足したものです。`,
      `It goes into terminationGracePeriodSeconds of the whole pod, ${podLifecycleOf(plan).terminationGracePeriodSeconds} seconds: the largest of all containers${Math.max(...stopTimeouts(plan)) === value ? '' : ', which is another,'} and the sleep of preStop.`,
      { to: 'pod.terminationGracePeriodSeconds', lab: 'workloads' },
    ),
  ),
};
