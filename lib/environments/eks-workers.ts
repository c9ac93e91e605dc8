import type { Stack } from 'aws-cdk-lib/core';
import type { IRepository } from 'aws-cdk-lib/aws-ecr';
import type { Cluster, Nodegroup } from 'aws-cdk-lib/aws-eks-v2';
import { ManagedAddOns } from '../constructs/managed-add-ons.ts';
import { WorkerNodes } from '../constructs/worker-nodes.ts';
import type { Settings } from '../settings/settings.ts';
import { releaseOf } from '../catalog/versions.ts';
import { workerAddOns } from './eks-workers.data.ts';

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
): Nodegroup {
  const { kubernetes, instanceType, nodeCount } = settings;
  const { nodeGroup } = new WorkerNodes(stack, 'Workers', { cluster, kubernetes, instanceType, nodeCount, repositories });
  new ManagedAddOns(stack, 'AddOns', {
    cluster,
    addOns: workerAddOns,
    versions: releaseOf(kubernetes).addOns,
  }).surround(nodeGroup);
  return nodeGroup;
}
