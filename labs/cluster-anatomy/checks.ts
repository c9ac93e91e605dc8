import type { LabChecks } from '../../lib/model/check.ts';
import { boxes, certificates } from './checks-of-components.ts';
import { etcdRow, quorum, restore } from './checks-of-etcd.ts';
import { staticPods, runtime, lostKubelet, service } from './checks-of-nodes.ts';

/** The checks and questions of this lab. */
export const checks: LabChecks = {
  checks: {
    'etcd-row': etcdRow,
    'static-pods': staticPods,
    'lost-kubelet': lostKubelet,
    quorum,
    restore,
  },
  questions: { boxes, runtime, service, certificates },
};
