import type { LabChecks } from '../../lib/model/check.ts';
import { metrics, logs, limits } from './checks-of-observability.ts';
import { versions, drain } from './checks-of-nodes.ts';
import { replace, zones, backup } from './checks-of-recovery.ts';

/** The checks and questions of this lab. */
export const checks: LabChecks = {
  checks: { logs, limits, drain, replace, backup },
  questions: { metrics, versions, zones },
};
