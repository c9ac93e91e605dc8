import type { Stack } from 'aws-cdk-lib/core';
import { DependencyGroup, type IDependable } from 'constructs';
import type { IRepository } from 'aws-cdk-lib/aws-ecr';
import type { Cluster } from 'aws-cdk-lib/aws-eks-v2';
import { ManagedAddOns } from '../constructs/managed-add-ons.ts';
import { WorkerNodes } from '../constructs/worker-nodes.ts';
import type { Settings } from '../settings/settings.ts';
import { releaseOf } from '../catalog/versions.ts';
import { workerAddOns } from './eks-workers.data.ts';

/** What {@link eksWorkers} makes. */
export interface EksWorkers {
  /** The nodes. */
  readonly nodes: IDependable;
  /** The nodes and all add-ons: what pods expect to find. */
  readonly ready: IDependable;
}

/**
 * Makes a managed node group under these settings, and the add-ons before and after it. Right in the stack, as the
 * control plane is.
 *
 * @param repositories what the nodes pull from, beside the images of the add-ons. @default nothing
 */
export function eksWorkers(
  stack: Stack,
  cluster: Cluster,
  settings: Settings,
  repositories: readonly IRepository[] = [],
): EksWorkers {
  const { kubernetes, instanceType, nodeCount } = settings;
  const { nodeGroup } = new WorkerNodes(stack, 'Workers', {
    cluster,
    kubernetes,
    instanceType,
    nodeCount,
    repositories,
  });
  const addOns = new ManagedAddOns(stack, 'AddOns', {
    cluster,
    addOns: workerAddOns,
    versions: releaseOf(kubernetes).addOns,
  });
  addOns.surround(nodeGroup);
  return { nodes: nodeGroup, ready: new DependencyGroup(nodeGroup, addOns) };
}
