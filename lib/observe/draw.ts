import type {
  ConditionStatus,
  DrawnContainer,
  DrawnEndpoint,
  DrawnKind,
  DrawnObject,
  DrawnOwner,
  DrawnWorkload,
} from '../log/drawn.ts';

/** Anything that the API may send: no field is sure to be there, nor to have its type. */
type Anything = Readonly<Record<string, unknown>>;

/** Longest message that is drawn, in characters. */
const longestMessage = 300;

/** How many parts of one object are drawn: containers, endpoints, ports, taints. */
const mostParts = 100;

const object = (value: unknown): Anything =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Anything) : {};
const list = (value: unknown): readonly Anything[] =>
  Array.isArray(value) ? value.slice(0, mostParts).map((element) => object(element)) : [];
const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.slice(0, mostParts).filter((element) => typeof element === 'string') : [];
const number = (value: unknown): number => (typeof value === 'number' ? value : 0);
const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? clipped(value) : undefined;
const clipped = (value: string): string =>
  value.length > longestMessage ? `${value.slice(0, longestMessage)}…` : value;

/** A field that is left out when it has no value. */
const field = <Name extends string, T>(name: Name, value: T | undefined): { readonly [Key in Name]?: T } =>
  (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: T };
const some = <T>(values: readonly T[]): readonly T[] | undefined => (values.length === 0 ? undefined : values);
const flag = (value: boolean): true | undefined => (value ? true : undefined);

/** What is drawn of an object that the API sent; undefined for something that is no object. */
export function draw(kind: DrawnKind, sent: unknown): DrawnObject | undefined {
  const metadata = object(object(sent).metadata);
  const name = text(metadata.name);
  if (name === undefined) return undefined;
  const base = {
    name,
    ...field('namespace', text(metadata.namespace)),
    uid: text(metadata.uid) ?? '',
    version: text(metadata.resourceVersion) ?? '',
    ...field('owner', ownerIn(metadata)),
    ...field('deleting', flag(metadata.deletionTimestamp !== undefined)),
  };
  const parts: Parts = {
    metadata,
    spec: object(object(sent).spec),
    status: object(object(sent).status),
    sent: object(sent),
  };
  return { ...base, ...drawings[kind](parts), kind } as DrawnObject;
}

/** The parts of an object, each empty when it is missing. */
interface Parts {
  readonly metadata: Anything;
  readonly spec: Anything;
  readonly status: Anything;
  /** All of it. */
  readonly sent: Anything;
}

type Drawing = (parts: Parts) => object;

const drawings: Readonly<Record<DrawnKind, Drawing>> = {
  Node: drawNode,
  Pod: drawPod,
  Service: drawService,
  EndpointSlice: drawEndpointSlice,
  Deployment: workload(({ spec, status }) => ({
    desired: number(spec.replicas),
    ready: number(status.readyReplicas),
    updated: number(status.updatedReplicas),
    ...field('paused', flag(spec.paused === true)),
  })),
  ReplicaSet: workload(({ spec, status }) => ({ desired: number(spec.replicas), ready: number(status.readyReplicas) })),
  StatefulSet: workload(({ spec, status }) => ({
    desired: number(spec.replicas),
    ready: number(status.readyReplicas),
    updated: number(status.updatedReplicas),
  })),
  DaemonSet: workload(({ status }) => ({
    desired: number(status.desiredNumberScheduled),
    ready: number(status.numberReady),
    updated: number(status.updatedNumberScheduled),
  })),
  Job: workload(({ spec, status }) => ({
    desired: typeof spec.completions === 'number' ? spec.completions : number(spec.parallelism),
    ready: number(status.ready),
    updated: number(status.succeeded),
    ...field('paused', flag(spec.suspend === true)),
  })),
  Namespace: ({ status }) => ({ phase: text(status.phase) ?? 'Active' }),
  HorizontalPodAutoscaler: ({ spec, status }) => {
    const target = object(spec.scaleTargetRef);
    return {
      target: { kind: text(target.kind) ?? '', name: text(target.name) ?? '' },
      min: typeof spec.minReplicas === 'number' ? spec.minReplicas : 1,
      max: number(spec.maxReplicas),
      current: number(status.currentReplicas),
      desired: number(status.desiredReplicas),
    };
  },
};

/** A drawing of a kind that makes pods. */
function workload(drawing: (parts: Parts) => Pick<DrawnWorkload, 'desired' | 'ready' | 'updated' | 'paused'>): Drawing {
  return drawing;
}

function ownerIn(metadata: Anything): DrawnOwner | undefined {
  const owner = list(metadata.ownerReferences).find(({ controller }) => controller === true);
  const [kind, name] = [text(owner?.kind), text(owner?.name)];
  return kind === undefined || name === undefined ? undefined : { kind, name };
}

function drawNode({ metadata, spec, status }: Parts): object {
  const labels = object(metadata.labels);
  const conditions = list(status.conditions);
  const ready = conditions.find(({ type }) => type === 'Ready');
  const computeType = labels['eks.amazonaws.com/compute-type'];
  const isOnEc2 = /^aws:\/\//.test(text(spec.providerID) ?? '');
  return {
    ready: statusOf(ready?.status),
    ...field('reason', ready?.status === 'True' ? undefined : text(ready?.reason)),
    ...field(
      'pressures',
      some(
        conditions.flatMap(({ type, status: value }) =>
          type !== 'Ready' && value === 'True' ? (text(type) ?? []) : [],
        ),
      ),
    ),
    ...field('taints', some(list(spec.taints).map(taintOf))),
    ...field('cordoned', flag(spec.unschedulable === true)),
    ...field('controlPlane', flag(labels['node-role.kubernetes.io/control-plane'] !== undefined)),
    ...field('zone', text(labels['topology.kubernetes.io/zone'])),
    machine: computeType === 'fargate' ? 'fargate' : isOnEc2 ? 'ec2' : 'other',
    ...field('instanceType', text(labels['node.kubernetes.io/instance-type'])),
    ...field('address', text(list(status.addresses).find(({ type }) => type === 'InternalIP')?.address)),
    ...field('kubelet', text(object(status.nodeInfo).kubeletVersion)),
    ...field('simulated', flag(object(metadata.annotations)['kwok.x-k8s.io/node'] !== undefined)),
  };
}

const statusOf = (value: unknown): ConditionStatus => (value === 'True' || value === 'False' ? value : 'Unknown');

const taintOf = ({ key, value, effect }: Anything): string => {
  const named = text(value) === undefined ? (text(key) ?? '') : `${text(key) ?? ''}=${text(value)!}`;
  return `${named}:${text(effect) ?? ''}`;
};

function drawPod({ metadata, spec, status }: Parts): object {
  const conditions = list(status.conditions);
  const scheduled = conditions.find(({ type }) => type === 'PodScheduled');
  const scheduler = text(spec.schedulerName);
  const why = scheduled?.status === 'False' ? (text(scheduled.message) ?? text(scheduled.reason)) : undefined;
  return {
    phase: text(status.phase) ?? 'Pending',
    ready: conditions.some(({ type, status: value }) => type === 'Ready' && value === 'True'),
    ...field('node', text(spec.nodeName)),
    ...field('ip', text(status.podIP)),
    ...field('why', why ?? text(status.message) ?? text(status.reason)),
    ...field('scheduler', scheduler === 'default-scheduler' ? undefined : scheduler),
    containers: [
      ...list(status.initContainerStatuses).map((container) => ({ ...containerOf(container), init: true as const })),
      ...list(status.containerStatuses).map(containerOf),
    ],
    ...field('static', flag(object(metadata.annotations)['kubernetes.io/config.mirror'] !== undefined)),
  };
}

function containerOf({ name, state, ready, restartCount }: Anything): DrawnContainer {
  const [now, details] = Object.entries(object(state))[0] ?? ['waiting', {}];
  return {
    name: text(name) ?? '',
    state: now === 'running' || now === 'terminated' ? now : 'waiting',
    ready: ready === true,
    restarts: number(restartCount),
    ...field('reason', text(object(details).reason)),
  };
}

function drawService({ spec, status }: Parts): object {
  const ip = text(spec.clusterIP);
  const selector = Object.entries(object(spec.selector)).map(([key, value]) => `${key}=${String(value)}`);
  const ingress = list(object(status.loadBalancer).ingress);
  return {
    type: text(spec.type) ?? 'ClusterIP',
    ...field('ip', ip),
    ports: list(spec.ports).map(portOf),
    ...field('selector', selector.length === 0 ? undefined : clipped(selector.join(','))),
    ...field('external', some(ingress.flatMap((each) => text(each.hostname) ?? text(each.ip) ?? []))),
  };
}

const portOf = ({ port, targetPort, protocol }: Anything): string => {
  const target = typeof targetPort === 'string' || typeof targetPort === 'number' ? targetPort : number(port);
  return clipped(`${number(port)}→${target}/${text(protocol) ?? 'TCP'}`);
};

function drawEndpointSlice({ metadata, sent }: Parts): object {
  return {
    ...field('service', text(object(metadata.labels)['kubernetes.io/service-name'])),
    endpoints: list(sent.endpoints).map(endpointOf),
  };
}

function endpointOf({ addresses, targetRef, nodeName, conditions }: Anything): DrawnEndpoint {
  const target = object(targetRef);
  return {
    address: texts(addresses)[0] ?? '',
    ...field('pod', target.kind === 'Pod' ? text(target.name) : undefined),
    ...field('node', text(nodeName)),
    // Absent means that it is not known, which the API has clients take for ready.
    ready: object(conditions).ready !== false,
  };
}
