import type { Application } from './application.ts';

/** How many extra replicas may run during a rollout. Kubernetes: `maxSurge`. */
export const surge = 1;

/** How many replicas may be unavailable during a rollout. Kubernetes: `maxUnavailable`. */
export const maxUnavailable = ({ replicas, minAvailable }: Application): number => replicas - minAvailable;

/**
 * How many replicas must stay available during a drain. Kubernetes evicts a pod before its replacement starts. If all
 * replicas had to stay, no node could ever be drained, so a drain may always evict one. ECS starts the replacement
 * first, and needs no such exception.
 */
export const minAvailableDuringDrain = ({
  replicas,
  minAvailable,
}: Pick<Application, 'replicas' | 'minAvailable'>): number => Math.min(minAvailable, replicas - 1);

/** The bounds of a rollout of an ECS service, in percent of its desired count. */
export interface RolloutPercent {
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
}

/**
 * The percentages from which ECS computes the same numbers again: it rounds the minimum up and the maximum down to
 * whole tasks. They apply to the desired count at that time: the numbers of Kubernetes are fixed, those of ECS change
 * with the scale.
 *
 * @see Amazon ECS API Reference, "DeploymentConfiguration" (read November 2026):
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
 */
export const rolloutPercent = ({ replicas, minAvailable }: Application): RolloutPercent => ({
  minimumHealthyPercent: Math.floor((100 * minAvailable) / replicas),
  maximumPercent: Math.ceil((100 * (replicas + surge)) / replicas),
});
