import type { FaultPlans } from '../../lib/model/fault.ts';
import { standingStill, waitingForEver } from './faults-of-components.ts';
import { closedDoor } from './faults-of-certificates.ts';
import { readOnly } from './faults-of-etcd.ts';
import { silentNode } from './faults-of-nodes.ts';

/** The faults of this lab by id. */
export const faults: FaultPlans = {
  'silent-node': silentNode,
  'standing-still': standingStill,
  'waiting-for-ever': waitingForEver,
  'closed-door': closedDoor,
  'read-only': readOnly,
};
