import type { LabChecks } from '../../lib/model/check.ts';
import { owners, statefulSet, daemonSet, job } from './checks-of-controllers.ts';
import { dependencies, probes, limits, autoscaling } from './checks-of-pods.ts';

/** The checks and questions of this lab. */
export const checks: LabChecks = {
  checks: { dependencies, 'stateful-set': statefulSet, 'daemon-set': daemonSet, job, probes, limits, autoscaling },
  questions: { owners },
};
