import type { LabChecks } from '../../lib/model/check.ts';
import { capacity, printedPod } from './checks-of-requests.ts';
import { affinity, spread } from './checks-of-placement.ts';
import { priority, taints, giveBack } from './checks-of-eviction.ts';

/** The checks and questions of this lab. */
export const checks: LabChecks = {
  checks: { 'printed-pod': printedPod, affinity, spread, priority, taints, 'give-back': giveBack },
  questions: { capacity },
};
