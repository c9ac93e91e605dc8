import type { V1Pod } from '@kubernetes/client-node';
import { schedulerName } from './names.ts';

/** What an event says. */
export interface EventFacts {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** An event that Fargate's scheduler reports about a pod. */
export function podEvent(pod: V1Pod, { type, reason, message }: EventFacts): object {
  const name = pod.metadata?.name ?? '';
  const [namespace, uid] = [pod.metadata?.namespace, pod.metadata?.uid];
  const now = new Date().toISOString();
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { generateName: `${name}.`, namespace },
    involvedObject: { apiVersion: 'v1', kind: 'Pod', name, namespace, uid },
    type,
    reason,
    message,
    source: { component: schedulerName },
    reportingComponent: schedulerName,
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
  };
}
