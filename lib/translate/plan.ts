import type { Text } from '../core/text.ts';
import { containersOf, type ContainerDefinition, type EcsInput } from './ecs-input.ts';
import { dnsLabel, labelLength, uniqueLabels } from './names.ts';
import { plannedPorts, type PlannedPort } from './planned-ports.ts';

/**
 * Where a container of a task goes in a pod: beside the others; before them and then beside them, as a native sidecar;
 * before them, to its end; or nowhere.
 */
export type Role = 'main' | 'sidecar' | 'init' | 'dropped';

/** A container of the task, and what becomes of it. */
export interface PlannedContainer {
  readonly source: ContainerDefinition;
  /** Its place in `containerDefinitions`. */
  readonly index: number;
  /** Its name in the pod, a DNS label. */
  readonly name: string;
  readonly role: Role;
  /** Why it is dropped. */
  readonly why?: Text;
  readonly essential: boolean;
  /** Whether another container waits until it is healthy. */
  readonly waitedForHealthy: boolean;
  readonly ports: readonly PlannedPort[];
}

/** The kinds of workload that a task becomes. */
export type WorkloadKind = 'Deployment' | 'DaemonSet' | 'Job' | 'CronJob';

/** What is decided before any object is written, and what rules read to say what happened. */
export interface Plan {
  readonly input: EcsInput;
  readonly kind: WorkloadKind;
  /** The name of the workload and of most objects. */
  readonly name: string;
  /** The containers in the order of the task definition. */
  readonly containers: readonly PlannedContainer[];
  /** The one that the rest is for: it takes what belongs to the whole task, such as ephemeral storage. */
  readonly main: PlannedContainer;
  /** Names of volumes in the pod, by those in the task definition. */
  readonly volumeNames: ReadonlyMap<string, string>;
  readonly fargate: boolean;
  readonly windows: boolean;
  /** Whether an autoscaler owns the number of replicas. */
  readonly autoscaled: boolean;
}

/** The most characters of a CronJob's name: its Jobs append eleven. */
const cronJobNameLength = 52;

/** Decides on names, and where each container goes. */
export function planOf(input: EcsInput): Plan {
  const { taskDefinition, service, scaling } = input;
  const kind = kindOf(input);
  const roles = rolesOf(input);
  const names = uniqueLabels(containersOf(input).map(({ name = '' }) => name));
  const ports = plannedPorts(containersOf(input), taskDefinition.networkMode ?? 'bridge');
  const planned = containersOf(input).map((source, index): PlannedContainer => ({
    source,
    index,
    name: names[index]!,
    ...roles[index]!,
    essential: source.essential !== false,
    waitedForHealthy: containersOf(input).some(
      (other, at) =>
        roles[at]!.role !== 'dropped' &&
        other.dependsOn?.some(
          ({ containerName, condition }) => containerName === source.name && condition === 'HEALTHY',
        ),
    ),
    ports: ports[index]!,
  }));
  const containers = kind === 'Job' || kind === 'CronJob' ? asJob(planned) : planned;
  const volumes = taskDefinition.volumes ?? [];
  const volumeNames = uniqueLabels(volumes.map(({ name = '' }) => name));
  const compatibilities = taskDefinition.requiresCompatibilities ?? [];
  const providers = service?.capacityProviderStrategy?.map(({ capacityProvider }) => capacityProvider) ?? [];
  return {
    input,
    kind,
    name: dnsLabel(
      service?.serviceName ?? taskDefinition.family ?? '',
      kind === 'CronJob' ? cronJobNameLength : labelLength,
    ),
    containers,
    main: mainOf(containers, input),
    volumeNames: new Map(volumes.map(({ name = '' }, index) => [name, volumeNames[index]!])),
    fargate:
      service?.launchType === undefined && providers.length === 0
        ? compatibilities.includes('FARGATE')
        : service?.launchType === 'FARGATE' || providers.some((name) => name?.startsWith('FARGATE')),
    windows: taskDefinition.runtimePlatform?.operatingSystemFamily?.startsWith('WINDOWS') === true,
    autoscaled: kind === 'Deployment' && scaling !== undefined && scaling.policies.some(isTargetTracking),
  };
}

/** Whether a policy becomes a metric of an autoscaler. */
export const isTargetTracking = ({ predefinedMetric }: { readonly predefinedMetric?: string }): boolean =>
  predefinedMetric === 'ECSServiceAverageCPUUtilization' || predefinedMetric === 'ECSServiceAverageMemoryUtilization';

function kindOf({ service, schedule, once }: EcsInput): WorkloadKind {
  if (schedule !== undefined) return 'CronJob';
  if (once === true) return 'Job';
  return service?.schedulingStrategy === 'DAEMON' ? 'DaemonSet' : 'Deployment';
}

/** Where each container goes, by what the others wait for. */
function rolesOf(input: EcsInput): readonly { readonly role: Role; readonly why?: Text }[] {
  const containers = containersOf(input);
  const dropped = containers.map((container) => whyDropped(container, input));
  return containers.map(({ name }, index) => {
    const why = dropped[index];
    if (why !== undefined) return { role: 'dropped', why };
    const conditions = containers.flatMap(({ dependsOn }, at) =>
      dropped[at] === undefined
        ? (dependsOn ?? []).filter(({ containerName }) => containerName === name).map(({ condition }) => condition)
        : [],
    );
    if (conditions.some((condition) => condition === 'SUCCESS' || condition === 'COMPLETE')) return { role: 'init' };
    return { role: conditions.length > 0 ? 'sidecar' : 'main' };
  });
}

/** Why a container has no counterpart; undefined when it has one, or when it is the only one. */
function whyDropped(container: ContainerDefinition, { taskDefinition }: EcsInput): Text | undefined {
  const { containerDefinitions = [], proxyConfiguration } = taskDefinition;
  const others = containerDefinitions.filter(
    ({ name, firelensConfiguration }) =>
      firelensConfiguration === undefined && name !== proxyConfiguration?.containerName,
  );
  if (others.length === 0) return undefined;
  if (proxyConfiguration !== undefined && container.name === proxyConfiguration.containerName) {
    return {
      ja: `コンテナ ${container.name} は App Mesh のプロキシです。App Mesh のサポートは 2026 年 9 月に終了したため、変換しません。`,
      en: `Container ${container.name} is App Mesh's proxy. App Mesh's support ended in September 2026, so it is left out.`,
    };
  }
  if (container.firelensConfiguration !== undefined) {
    return {
      ja: `コンテナ ${container.name} は FireLens のログルーターです。Pod のサイドカーはほかのコンテナの標準出力を受け取れないため変換しません。ノードの Fluent Bit（DaemonSet）がその役目を担います。`,
      en: `Container ${container.name} is FireLens's log router. A sidecar of a pod can't receive another container's standard output, so it is left out: Fluent Bit on each node (a DaemonSet) does its work.`,
    };
  }
  return undefined;
}

/**
 * A Job ends when all of its containers have ended, and a task when its first essential container has. So one container
 * decides, and the others are native sidecars, which end after it.
 */
function asJob(containers: readonly PlannedContainer[]): readonly PlannedContainer[] {
  const main = mainAmong(containers.filter(({ role }) => role === 'main'));
  return containers.map((container) =>
    container.role === 'main' && container !== main ? { ...container, role: 'sidecar' } : container,
  );
}

/** The container that the service's load balancer or mesh sends requests to, or else the first essential one. */
function mainOf(containers: readonly PlannedContainer[], { service }: EcsInput): PlannedContainer {
  const targeted = service?.loadBalancers?.[0]?.containerName;
  const kept = containers.filter(({ role }) => role !== 'dropped');
  return (
    kept.find(({ source, role }) => source.name === targeted && role !== 'init') ??
    mainAmong(kept.filter(({ role }) => role === 'main'))
  );
}

const mainAmong = (containers: readonly PlannedContainer[]): PlannedContainer =>
  containers.find(({ essential }) => essential) ?? containers[0]!;

/** The containers that are in the pod, in the order in which the pod lists them: those that start first, first. */
export function inOrder({ containers }: Pick<Plan, 'containers'>): {
  readonly before: readonly PlannedContainer[];
  readonly beside: readonly PlannedContainer[];
} {
  const byName = new Map(containers.map((container) => [container.source.name, container]));
  const before: PlannedContainer[] = [];
  const visit = (container: PlannedContainer): void => {
    for (const { containerName } of container.source.dependsOn ?? []) {
      const dependency = byName.get(containerName);
      if (dependency !== undefined) visit(dependency);
    }
    if (!before.includes(container) && (container.role === 'init' || container.role === 'sidecar'))
      before.push(container);
  };
  containers.forEach(visit);
  return { before, beside: containers.filter(({ role }) => role === 'main') };
}

/** Whether a container's counterpart is there as long as the pod. */
export const runsOn = ({ role }: PlannedContainer): boolean => role === 'main' || role === 'sidecar';
