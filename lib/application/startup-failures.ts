/** How long failures of a health check don't count. */
export interface Grace {
  /** Seconds after the start. ECS: `startPeriod`. */
  readonly graceSeconds: number;
  /** Seconds between two checks. ECS: `interval`. */
  readonly intervalSeconds: number;
  /** Failures in a row after which a container is unhealthy. ECS: `retries`. */
  readonly retries: number;
}

/**
 * The `failureThreshold` of a startup probe that is as patient as ECS: the checks within the start period, and then as
 * many failures as usual.
 */
export const startupFailures = ({ graceSeconds, intervalSeconds, retries }: Grace): number =>
  Math.ceil(graceSeconds / intervalSeconds) + retries;
