import type { V1Container, V1HTTPGetAction, V1Probe } from '../kubernetes-types.ts';
import { startupFailures } from '../../application/startup-failures.ts';
import type { TargetGroup } from '../ecs-input.ts';
import { literally } from '../escape.ts';
import { approximate, exact, input, none, type Answer } from '../finding.ts';
import { runsOn, type Plan, type PlannedContainer } from '../plan.ts';
import { forAll, rule, type Rules } from '../rule.ts';

type HealthCheck = NonNullable<PlannedContainer['source']['healthCheck']>;

/**
 * Defaults of a health check. Those of a probe differ (a period of 10 seconds, a timeout of 1), so they are written.
 *
 * @see Amazon ECS API Reference, "HealthCheck" (read November 2026)
 */
const defaults = { interval: 30, timeout: 5, retries: 3, startPeriod: 0 };

const valuesOf = (check: HealthCheck) => ({
  interval: check.interval ?? defaults.interval,
  timeout: check.timeout ?? defaults.timeout,
  retries: check.retries ?? defaults.retries,
  startPeriod: check.startPeriod ?? defaults.startPeriod,
});

const isOff = ({ command = [] }: Partial<HealthCheck>): boolean => command.length === 0 || command[0] === 'NONE';

/** Flags of curl and wget that change nothing of what a status means. */
const harmlessFlags = new Set([
  '-f',
  '--fail',
  '-s',
  '--silent',
  '-S',
  '--show-error',
  '-sS',
  '-fs',
  '-sf',
  '-fsS',
  '-sSf',
  '-sfS',
  '-q',
  '--quiet',
  '--spider',
  '-qO-',
  '-O-',
  '-L',
]);

/**
 * The request that a command makes, where it does nothing but one request to a port of its own container by curl or
 * wget. Anything else stays a command.
 */
export function requestOf(command: readonly string[], container: PlannedContainer): V1HTTPGetAction | undefined {
  const [keyword, ...rest] = command;
  const words = (
    keyword === 'CMD-SHELL' ? rest.join(' ').replace(/\s*\|\|\s*(exit|false|return)\b.*$/, '') : rest.join('\u0000')
  )
    .split(keyword === 'CMD-SHELL' ? /\s+/ : '\u0000')
    .filter((word) => word !== '');
  if (keyword !== 'CMD' && keyword !== 'CMD-SHELL') return undefined;
  const [program, ...args] = words;
  if (program !== 'curl' && program !== 'wget') return undefined;
  const urls: string[] = [];
  let fails = program === 'wget';
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    if (word === '-o' || word === '--output' || word === '-O') {
      // Where the answer goes, which nothing reads.
      if (args[++at] !== '/dev/null' && args[at] !== '-') return undefined;
    } else if (word.startsWith('-')) {
      if (!harmlessFlags.has(word)) return undefined;
      fails ||= word === '--fail' || /^-[A-Za-z]*f/.test(word);
    } else urls.push(word.replaceAll(/^['"]|['"]$/g, ''));
  }
  const [url = '', ...more] = urls;
  const found =
    /^(?<scheme>https?):\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0)(?::(?<port>\d+))?(?<path>\/[\w./~?=&%-]*)?$/.exec(
      url,
    );
  if (found?.groups === undefined || more.length > 0 || !fails) return undefined;
  const { scheme, port, path = '/' } = found.groups;
  const number = port === undefined ? (scheme === 'https' ? 443 : 80) : Number(port);
  const named = container.ports.find(({ containerPort, protocol }) => containerPort === number && protocol === 'TCP');
  if (named === undefined) return undefined;
  return { path, port: named.name, ...(scheme === 'https' && { scheme: 'HTTPS' }) };
}

/** What a command of a health check executes. */
function executed([keyword, ...rest]: readonly string[], { windows }: Plan): string[] {
  if (keyword === 'CMD') return rest.map(literally);
  if (keyword === 'CMD-SHELL') {
    return [...(windows ? ['cmd', '/S', '/C'] : ['/bin/sh', '-c']), literally(rest.join(' '))];
  }
  return [keyword!, ...rest].map(literally);
}

/** The one health check of a container as the probe that is used for all of its purposes. */
function probeOf(check: HealthCheck, container: PlannedContainer, plan: Plan): V1Probe {
  const { interval, timeout, retries } = valuesOf(check);
  const command = check.command ?? [];
  const request = requestOf(command, container);
  return {
    ...(request === undefined ? { exec: { command: executed(command, plan) } } : { httpGet: request }),
    periodSeconds: interval,
    timeoutSeconds: timeout,
    failureThreshold: retries,
  };
}

const targetGroupOf = ({ input: { targetGroups = [], service } }: Plan): TargetGroup | undefined =>
  targetGroups.find(({ targetGroupArn }) =>
    service?.loadBalancers?.some((balancer) => balancer.targetGroupArn === targetGroupArn),
  );

/** Whether requests of a load balancer reach a container. */
const isTarget = ({ input: { service } }: Plan, { source }: PlannedContainer): boolean =>
  service?.loadBalancers?.some(({ containerName }) => containerName === source.name) === true;

/** Readiness by the health check of the target group; a connection where nothing is known of it. */
function targetProbe(plan: Plan, container: PlannedContainer): V1Probe | undefined {
  const balancer = plan.input.service?.loadBalancers?.find(
    ({ containerName }) => containerName === container.source.name,
  );
  const port = container.ports.find(
    ({ containerPort, protocol }) => containerPort === balancer?.containerPort && protocol === 'TCP',
  );
  if (port === undefined) return undefined;
  const group = targetGroupOf(plan);
  if (group === undefined)
    return { tcpSocket: { port: port.name }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 };
  const times: V1Probe = {
    periodSeconds: group.healthCheckIntervalSeconds ?? 30,
    timeoutSeconds: group.healthCheckTimeoutSeconds ?? 5,
    failureThreshold: group.unhealthyThresholdCount ?? 2,
    ...((group.healthyThresholdCount ?? 1) > 1 && { successThreshold: group.healthyThresholdCount! }),
  };
  const at =
    group.healthCheckPort === undefined || group.healthCheckPort === 'traffic-port'
      ? port.name
      : Number(group.healthCheckPort);
  if (group.healthCheckPath === undefined) return { tcpSocket: { port: at }, ...times };
  const scheme = group.healthCheckProtocol === 'HTTPS' ? { scheme: 'HTTPS' } : {};
  return { httpGet: { path: group.healthCheckPath, port: at, ...scheme }, ...times };
}

const isJob = ({ kind }: Plan): boolean => kind === 'Job' || kind === 'CronJob';

/** The probes of a container: one check of ECS is three here. */
export function probesOf(plan: Plan, container: PlannedContainer): Partial<V1Container> {
  const check = container.source.healthCheck;
  if (!runsOn(container)) return {};
  const readiness = isTarget(plan, container) && !isJob(plan) ? targetProbe(plan, container) : undefined;
  if (check === undefined || isOff(check)) return readiness === undefined ? {} : { readinessProbe: readiness };
  const probe = probeOf(check, container, plan);
  const starting = startupProbe(plan, container, check, probe);
  // ECS acts on the health of essential containers of services only, and otherwise just shows it.
  const acts = container.essential && !isJob(plan);
  return {
    ...(starting !== undefined && { startupProbe: starting }),
    ...(acts && { livenessProbe: probe, readinessProbe: readiness ?? probe }),
  };
}

/** The probe that holds the others back, and containers that wait for this one. */
function startupProbe(
  plan: Plan,
  container: PlannedContainer,
  check: HealthCheck,
  probe: V1Probe,
): V1Probe | undefined {
  const { interval, retries, startPeriod } = valuesOf(check);
  const grace = isTarget(plan, container) ? (plan.input.service?.healthCheckGracePeriodSeconds ?? 0) : 0;
  const waits = container.role === 'sidecar' && container.waitedForHealthy;
  const lenient = Math.max(startPeriod, grace);
  if (lenient === 0 && !waits) return undefined;
  if (isJob(plan) && !waits) return undefined;
  const budget = waits ? container.source.startTimeout : undefined;
  return {
    ...probe,
    failureThreshold:
      budget === undefined
        ? startupFailures({ graceSeconds: lenient, intervalSeconds: interval, retries })
        : Math.max(1, Math.ceil(budget / interval)),
  };
}

const time = (ja: string, en: string) =>
  rule(({ plan, container }) =>
    Object.keys(probesOf(plan, container)).length === 0
      ? unused(plan, container)
      : exact(ja, en, { to: firstProbe(plan, container), lab: 'workloads' }),
  );

const firstProbe = (plan: Plan, container: PlannedContainer): string => {
  const probes = probesOf(plan, container);
  return `container.${probes.livenessProbe === undefined ? 'startupProbe' : 'livenessProbe'}`;
};

/** Why the check of a container becomes no probe. */
function unused(plan: Plan, container: PlannedContainer): Answer {
  if (isOff(container.source.healthCheck ?? {})) {
    return exact('ヘルスチェックはありません。', 'There is no health check.', { lab: 'workloads' });
  }
  if (container.role === 'init') {
    return none(
      '終了を待つ init コンテナに、プローブは付けられません。',
      'An init container, whose end is waited for, has no probes.',
      { todo: 'nothing', lab: 'workloads' },
    );
  }
  return none(
    isJob(plan)
      ? 'サービスでないタスクのヘルスは、ECS では表示されるだけです。Job の Pod には付けません。'
      : '必須でないコンテナのヘルスは、ECS では表示されるだけです。プローブにすると、再起動や Service からの除外が起きるため、付けません。',
    isJob(plan)
      ? 'ECS only shows the health of a task that belongs to no service, so the pod of a Job has no probe.'
      : 'ECS only shows the health of a container that is not essential. A probe would restart it, or take the pod out of its Services, so there is none.',
    { todo: 'nothing', lab: 'workloads' },
  );
}

const targetGroupField = exact(
  'readinessProbe になります。成功とされるのは 200 から 399 で、選べません。ターゲットグループ自身のチェックも残ります。',
  "It goes into the readinessProbe. Success is 200 to 399 and can't be chosen. The target group keeps its own check as well.",
  { to: 'container.readinessProbe', lab: 'networking' },
);

/** Health of containers. */
export const healthRules: Rules = {
  'containerDefinitions[].healthCheck.command[]': rule(({ plan, container }) => {
    const check = container.source.healthCheck!;
    if (Object.keys(probesOf(plan, container)).length === 0) return unused(plan, container);
    if (requestOf(check.command ?? [], container) !== undefined) {
      return approximate(
        'curl のコマンドは httpGet のプローブになりました。kubelet は Pod のアドレスへ要求するので、アプリケーションが 127.0.0.1 だけで待ち受けていると失敗します。失敗すると、ECS はタスクを置き換え、livenessProbe は同じ Pod の中で再起動させ、readinessProbe は Service から外します。',
        "The command of curl or wget became an httpGet probe. The kubelet asks the pod's address, so it fails where the application listens on 127.0.0.1 alone. On failure ECS replaces the task; livenessProbe restarts the container in place, and readinessProbe takes the pod out of its Services.",
        { to: firstProbe(plan, container), lab: 'workloads' },
      );
    }
    return approximate(
      'コマンドは exec のプローブになります。失敗すると、ECS はタスクを置き換え、livenessProbe は同じ Pod の中で再起動させ、readinessProbe は Service から外します。',
      'The command becomes an exec probe. On failure ECS replaces the task; livenessProbe restarts the container in place, and readinessProbe takes the pod out of its Services.',
      { to: firstProbe(plan, container), lab: 'workloads' },
    );
  }),
  'containerDefinitions[].healthCheck.interval': time('periodSeconds になります。', 'It is periodSeconds.'),
  'containerDefinitions[].healthCheck.timeout': time('timeoutSeconds になります。', 'It is timeoutSeconds.'),
  'containerDefinitions[].healthCheck.retries': time('failureThreshold になります。', 'It is failureThreshold.'),
  'containerDefinitions[].healthCheck.startPeriod': rule<number>(({ value, plan, container }) => {
    if (value === 0) return exact('猶予はありません。', 'There is no grace period.', { lab: 'workloads' });
    return probesOf(plan, container).startupProbe === undefined
      ? unused(plan, container)
      : approximate(
          'startupProbe の回数（startPeriod ÷ interval の切り上げ + retries）になります。成功するまで、ほかのプローブは始まりません。',
          'It becomes the failureThreshold of a startupProbe: startPeriod / interval, rounded up, plus retries. No other probe runs before it succeeds.',
          { to: 'container.startupProbe', lab: 'workloads' },
        );
  }),
  'service.healthCheckGracePeriodSeconds': rule<number>(({ plan, container }) =>
    probesOf(plan, container).startupProbe === undefined
      ? none(
          'コンテナのヘルスチェックがないので、猶予の必要な livenessProbe もありません。ロードバランサーが失敗を数えても、Pod は再起動されません。',
          'The container has no health check, so no livenessProbe needs a grace period. A pod is not restarted because a load balancer counts failures.',
          { todo: 'nothing', lab: 'workloads' },
        )
      : approximate(
          'startupProbe の回数に含めました（startPeriod との大きいほう）。ECS では新しいタスクのすべてのチェックを待たせ、ここでは startupProbe だけが待ちます。',
          'It is in the failureThreshold of the startupProbe: the larger of it and startPeriod. In ECS all checks of a new task wait; here only the startupProbe does.',
          { to: 'container.startupProbe', lab: 'workloads' },
        ),
  ),
  ...forAll(
    [
      'targetGroups[].healthCheckProtocol',
      'targetGroups[].healthCheckPort',
      'targetGroups[].healthCheckPath',
      'targetGroups[].healthCheckIntervalSeconds',
      'targetGroups[].healthCheckTimeoutSeconds',
      'targetGroups[].healthyThresholdCount',
      'targetGroups[].unhealthyThresholdCount',
      'targetGroups[].healthCheckEnabled',
    ],
    targetGroupField,
  ),
  ...forAll(
    ['targetGroups[].targetGroupArn', 'targetGroups[].protocol', 'targetGroups[].port'],
    exact('TargetGroupBinding がこのターゲットグループを使います。', 'The TargetGroupBinding uses this target group.', {
      to: 'TargetGroupBinding.spec',
      lab: 'networking',
    }),
  ),
  'targetGroups[].targetType': rule<string>(({ value }) =>
    value === 'ip'
      ? exact('Pod のアドレスを登録します。', 'Addresses of pods are registered.', {
          to: 'TargetGroupBinding.spec',
          lab: 'networking',
        })
      : input(
          `ターゲットタイプ ${value} のグループには Pod のアドレスを登録できません。タイプ ip のターゲットグループを新しく作り、リスナーを切り替えます。`,
          `A target group of type ${value} can't take the addresses of pods. Make one of type ip, and switch the listener to it.`,
          { todo: 'elsewhere', lab: 'networking' },
        ),
  ),
};
