/** What is drawn of every object of the API. Fields that no picture shows are left out. */
interface DrawnBase {
  readonly name: string;
  /** Absent for objects of the whole cluster. */
  readonly namespace?: string;
  readonly uid: string;
  /** Its `resourceVersion`: connects it with the write that made it. */
  readonly version: string;
  /** The controller that it belongs to. */
  readonly owner?: DrawnOwner;
  /** It has been deleted and waits for its finalizers, or for its containers to end. */
  readonly deleting?: true;
}

/** The controller of an object, as its `ownerReferences` name it. */
export interface DrawnOwner {
  readonly kind: string;
  readonly name: string;
}

/** Status of a condition, as the API has it. */
export type ConditionStatus = 'True' | 'False' | 'Unknown';

/** A node. */
export interface DrawnNode extends DrawnBase {
  readonly kind: 'Node';
  readonly ready: ConditionStatus;
  /** Why it is not ready. */
  readonly reason?: string;
  /** Conditions other than Ready that are true, such as `MemoryPressure`. */
  readonly pressures?: readonly string[];
  /** As kubectl writes them: `key=value:NoSchedule`. */
  readonly taints?: readonly string[];
  readonly cordoned?: true;
  readonly controlPlane?: true;
  readonly zone?: string;
  /** What it runs on. */
  readonly machine: 'ec2' | 'fargate' | 'other';
  readonly instanceType?: string;
  readonly address?: string;
  readonly kubelet?: string;
  /** No kubelet runs: kwok imitates it. */
  readonly simulated?: true;
}

/** A container of a pod. */
export interface DrawnContainer {
  readonly name: string;
  readonly state: 'waiting' | 'running' | 'terminated';
  readonly ready: boolean;
  readonly restarts: number;
  /** Why it waits or has ended, such as `CrashLoopBackOff`. */
  readonly reason?: string;
  /** An init container, sidecars included. */
  readonly init?: true;
}

/** A pod. */
export interface DrawnPod extends DrawnBase {
  readonly kind: 'Pod';
  readonly phase: string;
  readonly ready: boolean;
  /** Absent while it is not scheduled. */
  readonly node?: string;
  readonly ip?: string;
  /** Why it is not scheduled, in the scheduler's words, or why it failed. */
  readonly why?: string;
  /** The scheduler that it asks for. @default `default-scheduler` */
  readonly scheduler?: string;
  readonly containers: readonly DrawnContainer[];
  /** A static pod: the kubelet runs it from a file, the API server only shows it. */
  readonly static?: true;
}

/** A Service. */
export interface DrawnService extends DrawnBase {
  readonly kind: 'Service';
  readonly type: string;
  readonly ip?: string;
  /** As kubectl writes them, with the port of the pods: `80→8080/TCP`. */
  readonly ports: readonly string[];
  /** `app=web,tier=front`; absent for a Service without a selector. */
  readonly selector?: string;
  /** Host names and addresses of its load balancer. */
  readonly external?: readonly string[];
}

/** One address that a Service reaches. */
export interface DrawnEndpoint {
  readonly address: string;
  readonly pod?: string;
  readonly node?: string;
  readonly ready: boolean;
}

/** The endpoints of a Service, or a part of them. */
export interface DrawnEndpointSlice extends DrawnBase {
  readonly kind: 'EndpointSlice';
  readonly service?: string;
  readonly endpoints: readonly DrawnEndpoint[];
}

/** Kinds of objects that make pods. */
export const workloadKinds = ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job'] as const;

/** An object that makes pods. */
export interface DrawnWorkload extends DrawnBase {
  readonly kind: (typeof workloadKinds)[number];
  readonly desired: number;
  readonly ready: number;
  /** Replicas of the newest template; for a Job, pods that succeeded. */
  readonly updated?: number;
  readonly paused?: true;
}

/** A namespace. */
export interface DrawnNamespace extends DrawnBase {
  readonly kind: 'Namespace';
  readonly phase: string;
}

/** A HorizontalPodAutoscaler. */
export interface DrawnAutoscaler extends DrawnBase {
  readonly kind: 'HorizontalPodAutoscaler';
  readonly target: DrawnOwner;
  readonly min: number;
  readonly max: number;
  readonly current: number;
  readonly desired: number;
}

/** What is drawn of an object. */
export type DrawnObject =
  DrawnNode | DrawnPod | DrawnService | DrawnEndpointSlice | DrawnWorkload | DrawnNamespace | DrawnAutoscaler;

/** Kind of an object that is drawn. */
export type DrawnKind = DrawnObject['kind'];

/** What is drawn of an object of one kind. */
export type DrawnOf<Kind extends DrawnKind> = DrawnObject & { readonly kind: Kind };

/** Every kind that is drawn. */
export const drawnKinds = [
  'Namespace',
  'Node',
  'Pod',
  'Service',
  'EndpointSlice',
  ...workloadKinds,
  'HorizontalPodAutoscaler',
] as const satisfies readonly DrawnKind[];

/** What tells an object from all others of its kind, for as long as it exists: `namespace/name`. */
export const keyOf = ({ namespace = '', name }: { readonly namespace?: string; readonly name: string }): string =>
  `${namespace}/${name}`;
