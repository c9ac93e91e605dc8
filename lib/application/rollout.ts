import type { Application } from './application.ts';

/** How many more than the replicas may run during a rollout. Kubernetes: `maxSurge`. */
export const surge = 1;

/** How many of the replicas may be missing during a rollout. Kubernetes: `maxUnavailable`. */
export const mayBeMissing = ({ replicas, mustStayUp }: Application): number => replicas - mustStayUp;

/**
 * How many a drain has to leave. Kubernetes evicts a pod before another takes its place, so if all had to stay, no node
 * could ever be drained: one may always go. ECS starts the replacement first, and needs no such exception.
 */
export const keptByDrain = ({ replicas, mustStayUp }: Application): number => Math.min(mustStayUp, replicas - 1);

/** What an ECS service says about a rollout, in percent of its desired count. */
export interface RolloutPercent {
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
}

/**
 * The percentages from which ECS computes the same numbers again: it rounds the minimum up and the maximum down to whole
 * tasks (Amazon ECS API Reference, DeploymentConfiguration, read November 2026). They are of the desired count at the
 * time, so where Kubernetes keeps to its numbers, ECS changes its own with the scale.
 */
export const rolloutPercent = ({ replicas, mustStayUp }: Application): RolloutPercent => ({
  minimumHealthyPercent: Math.floor((100 * mustStayUp) / replicas),
  maximumPercent: Math.ceil((100 * (replicas + surge)) / replicas),
});
