import { isDeepStrictEqual } from 'node:util';
import type { V1Container, V1Probe } from '@kubernetes/client-node';
import type { Application } from '../../lib/application/application.ts';
import { quantityIn } from '../../lib/catalog/quantity.ts';
import type { EcsSide, KubernetesSide } from './application-sides.ts';

/** One thing about an application: what ECS calls it, what Kubernetes calls it, and how to read it on each side. */
export interface ComparedThing {
  readonly what: string;
  readonly ecs: string;
  readonly kubernetes: string;
  readonly described: (application: Application) => unknown;
  readonly onEcs: (side: EcsSide) => unknown;
  readonly onKubernetes: (side: KubernetesSide) => unknown;
}

const taskContainer = ({ taskDefinition }: EcsSide) => taskDefinition.ContainerDefinitions[0];
const podSpec = ({ deployment }: KubernetesSide) => deployment.spec!.template.spec!;
const podContainer = (side: KubernetesSide): V1Container => podSpec(side).containers[0]!;
const record = (pairs: readonly (readonly [string, unknown])[]) => Object.fromEntries(pairs);

/** What both probes of a container say; two different values make it no match. */
const probed = (side: KubernetesSide, read: (probe: V1Probe) => unknown): unknown => {
  const { livenessProbe, readinessProbe } = podContainer(side);
  const [alive, ready] = [read(livenessProbe!), read(readinessProbe!)];
  return isDeepStrictEqual(alive, ready) ? alive : [alive, ready];
};

/** Where a probe asks: its port by number, whatever name the container gives it. */
const askedBy =
  (side: KubernetesSide) =>
  ({ httpGet }: V1Probe) => {
    const port = podContainer(side).ports!.find(({ name }) => name === httpGet!.port)?.containerPort;
    return `:${port}${httpGet!.path}`;
  };

/** How many tasks ECS leaves during a rollout: a percentage of those desired, rounded up. */
const leftByEcs = ({ service }: EcsSide) =>
  Math.ceil((service.DesiredCount * service.DeploymentConfiguration.MinimumHealthyPercent) / 100);

const mebibytes = (quantity: string | undefined) => quantityIn(quantity ?? 0) / 2 ** 20;

/** The comparison: each field of a description, through what ECS and Kubernetes call it. */
export const comparedThings: readonly ComparedThing[] = [
  {
    what: 'image',
    ecs: 'Image',
    kubernetes: 'image',
    described: ({ image }) => image,
    onEcs: (side) => taskContainer(side).Image,
    onKubernetes: (side) => podContainer(side).image,
  },
  {
    what: 'what the entry point is called with: `command` here, `args` there',
    ecs: 'Command',
    kubernetes: 'args',
    described: ({ args }) => args,
    onEcs: (side) => taskContainer(side).Command,
    onKubernetes: (side) => podContainer(side).args,
  },
  {
    what: 'port that the container listens on, with its name',
    ecs: 'PortMappings: ContainerPort, Name',
    kubernetes: 'ports: containerPort, name',
    described: ({ port }) => [port, 'http'],
    onEcs: (side) => taskContainer(side).PortMappings.flatMap(({ ContainerPort, Name }) => [ContainerPort, Name]),
    onKubernetes: (side) => podContainer(side).ports!.flatMap(({ containerPort, name }) => [containerPort, name]),
  },
  {
    what: 'port that callers use',
    ecs: 'ServiceConnectConfiguration: ClientAliases: Port',
    kubernetes: 'Service: port',
    described: ({ servicePort }) => servicePort,
    onEcs: ({ service }) => service.ServiceConnectConfiguration.Services[0].ClientAliases[0].Port,
    onKubernetes: ({ service }) => service.spec!.ports![0]!.port,
  },
  {
    what: 'port that they are led to, by its name',
    ecs: 'ServiceConnectConfiguration: PortName',
    kubernetes: 'Service: targetPort',
    described: () => 'http',
    onEcs: ({ service }) => service.ServiceConnectConfiguration.Services[0].PortName,
    onKubernetes: ({ service }) => service.spec!.ports![0]!.targetPort,
  },
  {
    what: 'port that the network lets in',
    ecs: 'security group: ingress',
    kubernetes: 'NetworkPolicy: ingress',
    described: ({ port }) => [port, 'tcp'],
    onEcs: ({ ingress: { FromPort, ToPort, IpProtocol } }) =>
      FromPort === ToPort ? [FromPort, IpProtocol] : [FromPort, ToPort, IpProtocol],
    onKubernetes: ({ networkPolicy }) =>
      networkPolicy.spec!.ingress!.flatMap(({ ports }) =>
        ports!.flatMap(({ port, protocol }) => [port, protocol?.toLowerCase()]),
      ),
  },
  {
    what: 'environment variables',
    ecs: 'Environment',
    kubernetes: 'env',
    described: ({ environment }) => environment,
    onEcs: (side) => record((taskContainer(side).Environment ?? []).map(({ Name, Value }) => [Name, Value])),
    onKubernetes: (side) => record(podContainer(side).env!.map(({ name, value }) => [name, value])),
  },
  {
    what: 'CPU: 1024 units a vCPU, 1000 millicores a core',
    ecs: 'Cpu',
    kubernetes: 'resources: requests: cpu',
    described: ({ vcpus }) => vcpus,
    onEcs: ({ taskDefinition }) => Number(taskDefinition.Cpu) / 1024,
    onKubernetes: (side) => quantityIn(podContainer(side).resources!.requests!['cpu']!, 1000n) / 1000,
  },
  {
    what: 'memory in MiB: kept free for it, and its limit',
    ecs: 'Memory',
    kubernetes: 'resources: requests and limits: memory',
    described: ({ memoryMib }) => [memoryMib, memoryMib],
    onEcs: ({ taskDefinition }) => [Number(taskDefinition.Memory), Number(taskDefinition.Memory)],
    onKubernetes: (side) => {
      const { requests, limits } = podContainer(side).resources!;
      return [mebibytes(requests!['memory']), mebibytes(limits!['memory'])];
    },
  },
  {
    what: 'user and group that it runs as',
    ecs: 'User',
    kubernetes: 'securityContext: runAsUser, runAsGroup',
    described: () => '65532:65532',
    onEcs: (side) => taskContainer(side).User,
    onKubernetes: (side) => `${podSpec(side).securityContext!.runAsUser}:${podSpec(side).securityContext!.runAsGroup}`,
  },
  {
    what: 'health check: where it asks',
    ecs: 'HealthCheck: Command',
    kubernetes: 'livenessProbe and readinessProbe: httpGet',
    described: ({ port, healthCheck }) => `:${port}${healthCheck.path}`,
    onEcs: (side) => {
      const [, port, path] =
        /^http:\/\/127\.0\.0\.1(:\d+)(\/.*)$/.exec(taskContainer(side).HealthCheck.Command.at(-1)!) ?? [];
      return `${port}${path}`;
    },
    onKubernetes: (side) => probed(side, askedBy(side)),
  },
  {
    what: 'health check: seconds between two',
    ecs: 'HealthCheck: Interval',
    kubernetes: 'livenessProbe and readinessProbe: periodSeconds',
    described: ({ healthCheck }) => healthCheck.intervalSeconds,
    onEcs: (side) => taskContainer(side).HealthCheck.Interval,
    onKubernetes: (side) => probed(side, ({ periodSeconds }) => periodSeconds),
  },
  {
    what: 'health check: seconds that an answer may take',
    ecs: 'HealthCheck: Timeout',
    kubernetes: 'livenessProbe and readinessProbe: timeoutSeconds',
    described: ({ healthCheck }) => healthCheck.timeoutSeconds,
    onEcs: (side) => taskContainer(side).HealthCheck.Timeout,
    onKubernetes: (side) => probed(side, ({ timeoutSeconds }) => timeoutSeconds),
  },
  {
    what: 'health check: failures in a row that count',
    ecs: 'HealthCheck: Retries',
    kubernetes: 'livenessProbe and readinessProbe: failureThreshold',
    described: ({ healthCheck }) => healthCheck.retries,
    onEcs: (side) => taskContainer(side).HealthCheck.Retries,
    onKubernetes: (side) => probed(side, ({ failureThreshold }) => failureThreshold),
  },
  {
    what: 'health check: seconds from the start in which failures do not count',
    ecs: 'HealthCheck: StartPeriod',
    kubernetes: 'startupProbe: periodSeconds × (failureThreshold − that of the others)',
    described: ({ healthCheck }) => healthCheck.graceSeconds,
    onEcs: (side) => taskContainer(side).HealthCheck.StartPeriod ?? 0,
    onKubernetes: (side) => {
      const { startupProbe, livenessProbe } = podContainer(side);
      if (startupProbe === undefined) return 0;
      if (askedBy(side)(startupProbe) !== askedBy(side)(livenessProbe!)) return 'another question';
      return startupProbe.periodSeconds! * (startupProbe.failureThreshold! - livenessProbe!.failureThreshold!);
    },
  },
  {
    what: 'seconds from SIGTERM to SIGKILL',
    ecs: 'StopTimeout',
    kubernetes: 'terminationGracePeriodSeconds',
    described: ({ stopSeconds }) => stopSeconds,
    onEcs: (side) => taskContainer(side).StopTimeout,
    onKubernetes: (side) => podSpec(side).terminationGracePeriodSeconds,
  },
  {
    what: 'replicas',
    ecs: 'DesiredCount',
    kubernetes: 'Deployment: replicas',
    described: ({ replicas }) => replicas,
    onEcs: ({ service }) => service.DesiredCount,
    onKubernetes: ({ deployment }) => deployment.spec!.replicas,
  },
  {
    what: 'replicas that a rollout leaves',
    ecs: 'DesiredCount × MinimumHealthyPercent, rounded up',
    kubernetes: 'replicas − maxUnavailable',
    described: ({ minAvailable }) => minAvailable,
    onEcs: leftByEcs,
    onKubernetes: ({ deployment: { spec } }) => spec!.replicas! - Number(spec!.strategy!.rollingUpdate!.maxUnavailable),
  },
  {
    what: 'replicas that a rollout has at most',
    ecs: 'DesiredCount × MaximumPercent, rounded down',
    kubernetes: 'replicas + maxSurge',
    described: ({ replicas }) => replicas + 1,
    onEcs: ({ service }) => Math.floor((service.DesiredCount * service.DeploymentConfiguration.MaximumPercent) / 100),
    onKubernetes: ({ deployment: { spec } }) => spec!.replicas! + Number(spec!.strategy!.rollingUpdate!.maxSurge),
  },
  {
    // No true match where all have to stay up: ECS starts the replacement first, an eviction does not.
    what: 'replicas that a drain leaves, one fewer than all at most',
    ecs: 'MinimumHealthyPercent, of draining container instances too',
    kubernetes: 'PodDisruptionBudget: minAvailable',
    described: ({ minAvailable, replicas }) => Math.min(minAvailable, replicas - 1),
    onEcs: (side) => Math.min(leftByEcs(side), side.service.DesiredCount - 1),
    onKubernetes: ({ budget }) => budget.spec!.minAvailable,
  },
  {
    what: 'where replicas are spread',
    ecs: 'PlacementStrategies: by zone first; on Fargate always',
    kubernetes: 'topologySpreadConstraints: topologyKey',
    described: () => 'zones',
    onEcs: ({ service }) => {
      if (service.CapacityProviderStrategy[0].CapacityProvider === 'FARGATE') return 'zones';
      const first = service.PlacementStrategies?.[0];
      return first?.Type === 'spread' && first.Field === 'attribute:ecs.availability-zone' && 'zones';
    },
    onKubernetes: (side) =>
      podSpec(side).topologySpreadConstraints!.every(
        ({ topologyKey }) => topologyKey === 'topology.kubernetes.io/zone',
      ) && 'zones',
  },
  {
    what: 'the fewest that the autoscaler leaves',
    ecs: 'scalable target: MinCapacity',
    kubernetes: 'HorizontalPodAutoscaler: minReplicas',
    described: ({ minReplicas }) => minReplicas,
    onEcs: ({ scalableTarget }) => scalableTarget.MinCapacity,
    onKubernetes: ({ autoscaler }) => autoscaler.spec!.minReplicas,
  },
  {
    what: 'the most that it makes',
    ecs: 'scalable target: MaxCapacity',
    kubernetes: 'HorizontalPodAutoscaler: maxReplicas',
    described: ({ maxReplicas }) => maxReplicas,
    onEcs: ({ scalableTarget }) => scalableTarget.MaxCapacity,
    onKubernetes: ({ autoscaler }) => autoscaler.spec!.maxReplicas,
  },
  {
    what: 'what it aims at: CPU, in percent of what is reserved',
    ecs: 'target tracking: TargetValue of ECSServiceAverageCPUUtilization',
    kubernetes: 'metrics: averageUtilization of cpu',
    described: ({ targetCpuPercent }) => ['cpu', targetCpuPercent],
    onEcs: ({ scalingPolicy: { TargetTrackingScalingPolicyConfiguration: tracking } }) => [
      tracking.PredefinedMetricSpecification.PredefinedMetricType === 'ECSServiceAverageCPUUtilization' && 'cpu',
      tracking.TargetValue,
    ],
    onKubernetes: ({ autoscaler }) =>
      autoscaler.spec!.metrics!.flatMap(({ resource }) => [
        resource!.target.type === 'Utilization' && resource!.name,
        resource!.target.averageUtilization,
      ]),
  },
];

/** What is not the same in the description, on ECS and on Kubernetes: the thing and its three values. */
export const unequalThings = (application: Application, ecs: EcsSide, kubernetes: KubernetesSide) =>
  comparedThings.flatMap(({ what, described, onEcs, onKubernetes }) => {
    const values = [described(application), reading(onEcs, ecs), reading(onKubernetes, kubernetes)] as const;
    const same = values.every((value) => isDeepStrictEqual(value, values[0]));
    return same ? [] : [{ what, described: values[0], ecs: values[1], kubernetes: values[2] }];
  });

/** A value that can't even be read is no match either. */
function reading<S>(read: (side: S) => unknown, side: S): unknown {
  try {
    return read(side);
  } catch (error) {
    return error;
  }
}
