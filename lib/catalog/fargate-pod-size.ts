import { fargateSizes, type FargateSize } from './fargate-sizes.ts';
import { quantityIn, type Quantity } from './quantity.ts';

/**
 * The memory that Fargate adds to each pod for the node's agents (kubelet, kube-proxy and containerd), in MiB. The
 * document says 256 MB, and counts 1024 MB per GB.
 *
 * @see Amazon EKS User Guide, "Understand Fargate Pod configuration details" (read November 2026):
 * https://docs.aws.amazon.com/eks/latest/userguide/fargate-pod-configuration.html
 */
export const agentsMib = 256;

/** The resources that a pod requests. */
export interface PodRequests {
  /** CPU in millicores. */
  readonly cpuMillis: number;
  /** Memory in MiB; not always a whole number. */
  readonly memoryMib: number;
}

/** The fields of a container that decide what it requests. */
interface Container {
  readonly resources?: Readonly<Partial<Record<'requests' | 'limits', Readonly<Record<string, Quantity>>>>>;
  readonly restartPolicy?: string;
}

/** The fields of a pod's spec that decide what the pod requests. The spec comes from a manifest or from the API. */
export interface RequestingPod {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly overhead?: Readonly<Record<string, Quantity>>;
}

/**
 * What the containers of a pod request together. For each resource: the sum of all containers, or the largest request
 * of an init container, whichever is higher (the same document). The document does not mention sidecars (init
 * containers with `restartPolicy: Always`); they count from their own start on, as in Kubernetes.
 */
export function requestsOf(pod: RequestingPod): PodRequests {
  return {
    cpuMillis: total(pod, 'cpu', 1000n),
    memoryMib: total(pod, 'memory', 1n) / 2 ** 20,
  };
}

function total(pod: RequestingPod, resource: string, perOne: bigint): number {
  // A limit without a request is also the request.
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
 * The size that Fargate provisions for a pod: the smallest vCPU value that offers enough memory for the pod and the
 * node's agents; undefined when no size is large enough. A pod without requests gets the smallest size.
 *
 * @param requests the pod's requests, without the agents
 */
export const fargateSizeFor = ({ cpuMillis, memoryMib }: PodRequests): FargateSize | undefined =>
  fargateSizes.find((size) => size.vcpus * 1000 >= cpuMillis && size.memoryMib >= memoryMib + agentsMib);

/** A size as in the pod annotation `CapacityProvisioned` of EKS, for example `0.25vCPU 0.5GB`. */
export const capacityProvisioned = ({ vcpus, memoryMib }: FargateSize): string => `${vcpus}vCPU ${memoryMib / 1024}GB`;
