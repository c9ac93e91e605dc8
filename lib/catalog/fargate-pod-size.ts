import { fargateSizes, type FargateSize } from './fargate-sizes.ts';
import { quantityIn, type Quantity } from './quantity.ts';

/**
 * What Fargate adds to each pod for the node's own agents (kubelet, kube-proxy and containerd), in MiB. Amazon EKS User
 * Guide, "Understand Fargate Pod configuration details", read November 2026; it says 256 MB, and counts GB in 1024.
 */
export const agentsMib = 256;

/** What a pod asks for. */
export interface PodRequests {
  /** In thousandths of a vCPU. */
  readonly cpuMillis: number;
  /** In MiB; not a whole number when the pod asks for a part of one. */
  readonly memoryMib: number;
}

/** The part of a container that says what it asks for. */
interface Container {
  readonly resources?: Readonly<Partial<Record<'requests' | 'limits', Readonly<Record<string, Quantity>>>>>;
  readonly restartPolicy?: string;
}

/** The part of a pod's spec that says what it asks for: that of a manifest, or of a pod read from the API. */
export interface RequestingPod {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly overhead?: Readonly<Record<string, Quantity>>;
}

/**
 * What the containers of a pod ask for together, for each resource on its own: the sum of all that run for as long as
 * the pod does, or the most that its start takes, whichever is more (the same document). Containers that are both, init
 * containers with `restartPolicy: Always`, count as Kubernetes counts them: from their own start on. The document says
 * nothing of these.
 */
export function requestsOf(pod: RequestingPod): PodRequests {
  return {
    cpuMillis: total(pod, 'cpu', 1000n),
    memoryMib: total(pod, 'memory', 1n) / 2 ** 20,
  };
}

function total(pod: RequestingPod, resource: string, perOne: bigint): number {
  // What a container is limited to is also what it asks for, if it does not say.
  const requestOf = ({ resources }: Container): number =>
    quantityIn(resources?.requests?.[resource] ?? resources?.limits?.[resource] ?? 0, perOne);
  let sidecars = 0;
  let start = 0;
  for (const container of pod.initContainers ?? []) {
    if (container.restartPolicy === 'Always') sidecars += requestOf(container);
    start = Math.max(start, sidecars + (container.restartPolicy === 'Always' ? 0 : requestOf(container)));
  }
  const running = sidecars + pod.containers.reduce((sum, container) => sum + requestOf(container), 0);
  return Math.max(start, running) + quantityIn(pod.overhead?.[resource] ?? 0, perOne);
}

/**
 * The size that Fargate provisions for a pod: the smallest vCPU with which it offers enough memory for the pod and the
 * node's own agents; undefined when none is large enough. A pod that asks for nothing gets the smallest of all.
 *
 * @param requests what the pod asks for, without the agents
 */
export const fargateSizeFor = ({ cpuMillis, memoryMib }: PodRequests): FargateSize | undefined =>
  fargateSizes.find((size) => size.vcpus * 1000 >= cpuMillis && size.memoryMib >= memoryMib + agentsMib);

/** A size as EKS writes it into a pod's annotation `CapacityProvisioned`, for example `0.25vCPU 0.5GB`. */
export const capacityProvisioned = ({ vcpus, memoryMib }: FargateSize): string => `${vcpus}vCPU ${memoryMib / 1024}GB`;
