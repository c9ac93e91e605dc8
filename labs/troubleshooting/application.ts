import type { Cluster } from '../../lib/model/cluster.ts';
import { isRolledOut } from '../../lib/checks/conditions.ts';
import { failed, passed, type Verdict } from '../../lib/model/verdict.ts';
import { deletedDuringFault } from '../../lib/checks/missing.ts';
import { webDeployment } from '../../lib/checks/sample-workload.ts';

/** The initial number of pods of the sample workload, which is also the lower bound of its autoscaler. */
const fewest = 3;

/** Passes when Deployment web is rolled out; otherwise the hint has the number of pods of its newest version. */
export async function webIsRolledOut(cluster: Cluster): Promise<Verdict> {
  const web = await webDeployment(cluster);
  if (web === undefined) return deletedDuringFault('Deployment web');
  const wanted = web.spec?.replicas ?? 0;
  if (wanted < fewest) {
    return failed({
      ja: `Deployment web が望む Pod は ${wanted} 個に減っています。このアプリケーションには ${fewest} 個要ります。`,
      en: `Deployment web wants only ${wanted} pods. This application needs ${fewest}.`,
    });
  }
  if (isRolledOut(web) && web.spec?.paused !== true) return passed;
  const present = web.status?.replicas ?? 0;
  const newest = web.status?.updatedReplicas ?? 0;
  const available = web.status?.availableReplicas ?? 0;
  return failed({
    ja: `Deployment web が望む Pod は ${wanted} 個です。いまある Pod は ${present} 個、そのうち最新の版は ${newest} 個、使えるのは ${available} 個です。`,
    en: `Deployment web wants ${wanted} pods. It has ${present}: ${newest} of the newest version, of which ${available} are available.`,
  });
}
