import type { FaultPlans } from '../../lib/model/fault.ts';
import { endlessDrain, flatAutoscaler, reporterRights } from './faults-of-rules.ts';
import { closedNodes, endlessRollout, missingPods, noPlace, oldVersion, refusedPods } from './faults-of-pods.ts';
import { allTrueButOne, forgottenNames, halfMade, neverReady, neverStarted } from './faults-of-containers.ts';
import { refusedCalls, silentService, unknownNames } from './faults-of-services.ts';

/** The faults of this lab by id. */
export const faults: FaultPlans = {
  'silent-service': silentService,
  'old-version': oldVersion,
  'endless-rollout': endlessRollout,
  'no-place': noPlace,
  'missing-pods': missingPods,
  reporter: reporterRights,
  'closed-nodes': closedNodes,
  'refused-pods': refusedPods,
  'endless-drain': endlessDrain,
  'flat-autoscaler': flatAutoscaler,
  'refused-calls': refusedCalls,
  'never-started': neverStarted,
  'half-made': halfMade,
  'never-ready': neverReady,
  'all-true-but-one': allTrueButOne,
  'forgotten-names': forgottenNames,
  'unknown-names': unknownNames,
};
