import type { V1Deployment, V1Job, V1Node, V1Pod, V1PodCondition } from '@kubernetes/client-node';

const isTrue = (condition: string, { status }: V1Job | V1Node | V1Pod): boolean =>
  status?.conditions?.some((each) => each.type === condition && each.status === 'True') ?? false;

/** Whether the condition Ready of a node or a pod is True. */
export const isReady = (object: V1Node | V1Pod): boolean => isTrue('Ready', object);

/** Whether a Job is complete. */
export const isComplete = (job: V1Job): boolean => isTrue('Complete', job);

/** Whether a node has the taint that evicts pods after its kubelet stopped reporting. */
export const isUnreachable = ({ spec }: V1Node): boolean =>
  spec?.taints?.some(({ key, effect }) => key === 'node.kubernetes.io/unreachable' && effect === 'NoExecute') ?? false;

/** Whether a node is cordoned. */
export const isCordoned = ({ spec }: V1Node): boolean => spec?.unschedulable === true;

/** The pod's condition PodScheduled; undefined when the scheduler has not tried yet. */
export const scheduledCondition = ({ status }: V1Pod): V1PodCondition | undefined =>
  status?.conditions?.find(({ type }) => type === 'PodScheduled');

/** Whether a pod runs on a Fargate node. */
export const isOnFargate = ({ spec }: V1Pod): boolean => spec?.nodeName?.startsWith('fargate-') ?? false;

/** Whether all pods of a Deployment are of its newest version and available, and as many as it wants (at least one). */
export function isRolledOut({ metadata, spec, status }: V1Deployment): boolean {
  const wanted = spec?.replicas ?? 0;
  const counts = [status?.replicas, status?.updatedReplicas, status?.availableReplicas];
  return wanted > 0 && status?.observedGeneration === metadata?.generation && counts.every((count) => count === wanted);
}
