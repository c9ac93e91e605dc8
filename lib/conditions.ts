import type { V1Node, V1Pod } from '@kubernetes/client-node';

/** Whether condition Ready of a node or a pod is True. */
export const isReady = (object: V1Node | V1Pod): boolean =>
  object.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;

/** Whether a node carries the taint that evicts the pods of a node whose kubelet says nothing any more. */
export const isUnreachable = ({ spec }: V1Node): boolean =>
  spec?.taints?.some(({ key, effect }) => key === 'node.kubernetes.io/unreachable' && effect === 'NoExecute') ?? false;
