import { CoordinationV1Api } from '@kubernetes/client-node';
import { ifFound, type Cluster } from '../../lib/model/cluster.ts';
import { isRolledOut } from '../../lib/checks/conditions.ts';
import type { FaultPlan, FaultSite } from '../../lib/model/fault.ts';
import { failed, passed, type Verdict } from '../../lib/model/verdict.ts';
import { lostWithFault } from '../../lib/checks/missing.ts';
import { restartWeb, webDeployment } from '../../lib/checks/sample-workload.ts';
import { editManifest, keepFiles, nodesOfKind, onAll, onNode, restoreControlPlanes } from './fault-site.ts';

/** A leader renews its lease every 2 seconds, and loses it after 15; this long it may be silent, in milliseconds. */
const silence = 20_000;

/** Whether somebody leads as that component, and Deployment web is as its definition says. */
export async function isAtWork(cluster: Cluster, component: string): Promise<Verdict> {
  const lease = await ifFound(
    cluster.api(CoordinationV1Api).readNamespacedLease({ name: component, namespace: 'kube-system' }),
  );
  const renewed = lease?.spec?.renewTime;
  if (renewed === undefined || Date.now() - new Date(renewed).getTime() > silence) {
    return failed({
      ja: 'コントロールプレーンの部品のひとつが、もうしばらく仕事をしていません。',
      en: 'One of the components of the control plane has not been at work for a while.',
    });
  }
  const web = await webDeployment(cluster);
  if (web === undefined) return lostWithFault('Deployment web');
  if (isRolledOut(web)) return passed;
  const wanted = web.spec?.replicas ?? 0;
  const available = Math.min(web.status?.updatedReplicas ?? 0, web.status?.availableReplicas ?? 0);
  return failed({
    ja: `Deployment web が望む Pod は ${wanted} 個、最新の版の使える Pod は ${available} 個です。`,
    en: `Deployment web asks for ${wanted} pods; ${available} of its newest version are available.`,
  });
}

/** Changes files of every control plane, kept as they were, by a script. */
async function onControlPlanes(site: FaultSite, files: readonly string[], script: string): Promise<void> {
  for (const name of await nodesOfKind(site, 'control-plane')) {
    await keepFiles(site, name, files);
    await onNode(site, name, script);
  }
}

/** For reference solutions: waits until Deployment web is as its definition says, however long the API does not answer. */
const untilWebIsRolledOut =
  'for i in $(seq 90); do kubectl rollout status deployment/web --timeout=5s && break; sleep 1; done';

/** A misspelt flag in the static pod of every controller manager. */
export const standingStill: FaultPlan = {
  async inject(site) {
    const component = 'kube-controller-manager';
    const script = editManifest(component, 's/--leader-elect=true/--leader-elect=ture/');
    await onControlPlanes(site, [`/etc/kubernetes/manifests/${component}.yaml`], script);
    await restartWeb(site);
  },
  isHealed: (cluster) => isAtWork(cluster, 'kube-controller-manager'),
  hints: [
    {
      ja: '書き込みは届いています。書かれたことを実行に移すのは誰でしょう。その人が最後に働いたのはいつですか（Lease）。',
      en: 'What is written does arrive. Who puts it into effect, and when was that one last at work (Lease)?',
    },
    {
      ja: 'kube-controller-manager の Pod の状態と、コンテナのログを見てください。',
      en: 'Look at the state of the kube-controller-manager pods, and at the logs of their containers.',
    },
    {
      ja: 'どれも引数を読むところで終わっています。設計図は各コントロールプレーンの /etc/kubernetes/manifests にあり、3 台とも直す必要があります。',
      en: 'They all end while they read their arguments. Their plans are in /etc/kubernetes/manifests of each control plane, and all three need mending.',
    },
  ],
  repair: `${onAll}on_all "${editManifest('kube-controller-manager', 's/--leader-elect=ture/--leader-elect=true/')}"
${untilWebIsRolledOut}`,
  restoreNodes: (site) => restoreControlPlanes(site, 'kube-controller-manager'),
};

const schedulerConfig = '/etc/kubernetes/scheduler.conf';

/** A wrong port in the kubeconfig of every scheduler. */
export const waitingForEver: FaultPlan = {
  async inject(site) {
    const script = `sed -i 's/:6443$/:6434/' ${schedulerConfig}; ${editManifest('kube-scheduler', '')}`;
    await onControlPlanes(site, [schedulerConfig], script);
    await restartWeb(site);
  },
  isHealed: (cluster) => isAtWork(cluster, 'kube-scheduler'),
  hints: [
    {
      ja: 'イベントのない Pending です。置けないのではなく、置こうとした人がいません。その人の Lease を見てください。',
      en: "Pending without an event: it is not that there is no place, but that nobody looks for one. See that one's Lease.",
    },
    {
      ja: 'kube-scheduler の Pod はあります。ログに、誰にどう断られているかが出ています。',
      en: 'There are kube-scheduler pods. Their logs say who does not let them in, and how.',
    },
    {
      ja: `スケジューラーが API サーバーを呼ぶ宛先は、各コントロールプレーンの ${schedulerConfig} に書いてあります。admin.conf の宛先と比べてください。`,
      en: `Where a scheduler calls the API server is in ${schedulerConfig} of its control plane. Compare it with the address in admin.conf.`,
    },
  ],
  repair: `${onAll}on_all "sed -i 's/:6434$/:6443/' ${schedulerConfig}; ${editManifest('kube-scheduler', '')}"
${untilWebIsRolledOut}`,
  restoreNodes: (site) => restoreControlPlanes(site, 'kube-scheduler'),
};
