import { createHash } from 'node:crypto';
import { defaultPodCidr } from '../../settings/cluster-networks.ts';
import { apiPort } from '../../self-managed/kubeadm-config.ts';
import type { NodeShape } from '../../model/environment.ts';
import { addresses } from './network.ts';

/** What a cluster of target linux is to be. */
export interface ClusterShape {
  /** Exact Kubernetes release, for example `1.36.3`. */
  readonly release: string;
  /** 1 or 3. */
  readonly controlPlanes: number;
  readonly workers: readonly NodeShape[];
  /** Whether Node objects name the machine that they stand for, as a cloud's controller would have it. @default false */
  readonly providerIds?: boolean;
  /** The addresses of pods. @default those that the setting of that name has by default */
  readonly podCidr?: string;
}

/** What the nodes of a cluster know of each other before there is one. */
export interface ClusterPlan {
  /** What the cluster calls itself. */
  readonly name: string;
  readonly release: string;
  readonly podCidr: string;
  readonly providerIds: boolean;
  readonly controlPlanes: readonly PlannedNode[];
  readonly workers: readonly PlannedNode[];
}

/** Name and address that a node gets, and what it says it is. */
export interface PlannedNode {
  readonly name: string;
  readonly address: string;
  readonly shape: NodeShape;
}

/** The region that the nodes say they are in. */
export const region = 'us-east-1';

/** What a control plane says it is; one in each zone. */
const controlPlaneShapes: readonly NodeShape[] = ['a', 'b', 'c'].map((zone) => ({
  zone,
  instanceType: 't3.medium',
  labels: {},
}));

/** Names and addresses of the nodes of a cluster. */
export function planCluster(name: string, shape: ClusterShape): ClusterPlan {
  const { release, controlPlanes, workers, podCidr = defaultPodCidr, providerIds = false } = shape;
  const plan = (shapes: readonly NodeShape[], kind: string, address: (index: number) => string): PlannedNode[] =>
    shapes.map((shape, index) => ({ name: `${kind}-${index + 1}`, address: address(index + 1), shape }));
  return {
    name,
    release,
    podCidr,
    providerIds,
    controlPlanes: plan(controlPlaneShapes.slice(0, controlPlanes), 'control-plane', addresses.controlPlane),
    workers: plan(workers, 'worker', addresses.worker),
  };
}

/** Whether a node of this name is a control plane. */
export const isControlPlane = (name: string): boolean => name.startsWith('control-plane-');

/** The name of the API in its certificate. */
export const endpointOf = (clusterName: string): string => `api.${clusterName}.internal`;

/** Where the load balancer in front of the API servers is. */
export const balancerUrl = `https://${addresses.router}:${apiPort}`;

/** What a node is called among machines: as on EC2, it says nothing. */
export const instanceId = (clusterName: string, node: string): string =>
  `i-${createHash('sha256').update(`${clusterName}/${node}`).digest('hex').slice(0, 17)}`;
