import type { V1Deployment, V1Job, V1Node, V1Pod, V1PodCondition } from '@kubernetes/client-node';

const isTrue = (condition: string, { status }: V1Job | V1Node | V1Pod): boolean =>
  status?.conditions?.some((each) => each.type === condition && each.status === 'True') ?? false;

/** Whether condition Ready of a node or a pod is True. */
export const isReady = (object: V1Node | V1Pod): boolean => isTrue('Ready', object);

/** Whether a Job has done all that it was to do. */
export const isComplete = (job: V1Job): boolean => isTrue('Complete', job);

/** Whether a node carries the taint that evicts the pods of a node whose kubelet says nothing any more. */
export const isUnreachable = ({ spec }: V1Node): boolean =>
  spec?.taints?.some(({ key, effect }) => key === 'node.kubernetes.io/unreachable' && effect === 'NoExecute') ?? false;

/** Whether a node takes no new pods. */
export const isCordoned = ({ spec }: V1Node): boolean => spec?.unschedulable === true;

/** What the scheduler says of its search for a place for a pod, undefined if it has not looked for one. */
export const scheduledCondition = ({ status }: V1Pod): V1PodCondition | undefined =>
  status?.conditions?.find(({ type }) => type === 'PodScheduled');

/** Whether a pod is on a node of Fargate. */
export const isOnFargate = ({ spec }: V1Pod): boolean => spec?.nodeName?.startsWith('fargate-') ?? false;

/** Whether all pods of a Deployment are of its newest version, as many as it asks for (one at least), and available. */
export function isRolledOut({ metadata, spec, status }: V1Deployment): boolean {
  const wanted = spec?.replicas ?? 0;
  const counts = [status?.replicas, status?.updatedReplicas, status?.availableReplicas];
  return wanted > 0 && status?.observedGeneration === metadata?.generation && counts.every((count) => count === wanted);
}
