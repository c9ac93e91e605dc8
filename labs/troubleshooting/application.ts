import type { Cluster } from '../../lib/model/cluster.ts';
import { isRolledOut } from '../../lib/checks/conditions.ts';
import { failed, passed, type Verdict } from '../../lib/model/verdict.ts';
import { lostWithFault } from '../../lib/checks/missing.ts';
import { webDeployment } from '../../lib/checks/sample-workload.ts';

/** How many pods the sample workload is made with; its autoscaler may add some, and never takes one of these. */
const fewest = 3;

/** Passes when Deployment web is rolled out; otherwise says how many pods of its newest version there are. */
export async function webIsRolledOut(cluster: Cluster): Promise<Verdict> {
  const web = await webDeployment(cluster);
  if (web === undefined) return lostWithFault('Deployment web');
  const wanted = web.spec?.replicas ?? 0;
  if (wanted < fewest) {
    return failed({
      ja: `Deployment web が望む Pod は ${wanted} 個に減っています。このアプリケーションには ${fewest} 個要ります。`,
      en: `Deployment web asks for no more than ${wanted} pods. This application needs ${fewest}.`,
    });
  }
  if (isRolledOut(web) && web.spec?.paused !== true) return passed;
  const present = web.status?.replicas ?? 0;
  const newest = web.status?.updatedReplicas ?? 0;
  const available = web.status?.availableReplicas ?? 0;
  return failed({
    ja: `Deployment web が望む Pod は ${wanted} 個です。いまある Pod は ${present} 個、そのうち最新の版は ${newest} 個、使えるのは ${available} 個です。`,
    en: `Deployment web asks for ${wanted} pods. There are ${present}; ${newest} of them are of the newest version, and ${available} are available.`,
  });
}
