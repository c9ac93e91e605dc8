import { CoordinationV1Api } from '@kubernetes/client-node';
import { ifFound, type Cluster } from '../../lib/model/cluster.ts';
import { isRolledOut } from '../../lib/checks/conditions.ts';
import type { FaultPlan, FaultSite } from '../../lib/model/fault.ts';
import { failed, passed, type Verdict } from '../../lib/model/verdict.ts';
import { deletedDuringFault } from '../../lib/checks/missing.ts';
import { restartWeb, webDeployment } from '../../lib/checks/sample-workload.ts';
import { editManifest, keepFiles, nodesOfKind, onAll, onNode, restoreControlPlanes } from './fault-site.ts';

/**
 * How long a leader may not renew its Lease, in milliseconds. It renews every 2 seconds, and loses the Lease after 15.
 */
const silence = 20_000;

/** Judges whether the component has a leader, and Deployment web matches its spec. */
export async function isAtWork(cluster: Cluster, component: string): Promise<Verdict> {
  const lease = await ifFound(
    cluster.api(CoordinationV1Api).readNamespacedLease({ name: component, namespace: 'kube-system' }),
  );
  const renewed = lease?.spec?.renewTime;
  if (renewed === undefined || Date.now() - new Date(renewed).getTime() > silence) {
    return failed({
      ja: 'コントロールプレーンの部品のひとつが、もうしばらく仕事をしていません。',
      en: 'A component of the control plane has not been working for a while.',
    });
  }
  const web = await webDeployment(cluster);
  if (web === undefined) return deletedDuringFault('Deployment web');
  if (isRolledOut(web)) return passed;
  const wanted = web.spec?.replicas ?? 0;
  const available = Math.min(web.status?.updatedReplicas ?? 0, web.status?.availableReplicas ?? 0);
  return failed({
    ja: `Deployment web が望む Pod は ${wanted} 個、最新の版の使える Pod は ${available} 個です。`,
    en: `Deployment web wants ${wanted} pods; ${available} of its newest version are available.`,
  });
}

/** Changes files on every control plane with a script, and keeps the originals. */
async function onControlPlanes(site: FaultSite, files: readonly string[], script: string): Promise<void> {
  for (const name of await nodesOfKind(site, 'control-plane')) {
    await keepFiles(site, name, files);
    await onNode(site, name, script);
  }
}

/** For reference solutions: waits until Deployment web matches its spec, also while the API does not answer. */
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
      en: 'The API server accepts what you write. Which component acts on it, and when was it last active (Lease)?',
    },
    {
      ja: 'kube-controller-manager の Pod の状態と、コンテナのログを見てください。',
      en: 'Look at the state of the kube-controller-manager pods, and at the logs of their containers.',
    },
    {
      ja: 'どれも引数を読むところで終わっています。設計図は各コントロールプレーンの /etc/kubernetes/manifests にあり、3 台とも直す必要があります。',
      en: 'They all exit while they read their arguments. Their manifests are in /etc/kubernetes/manifests of each control plane, and all three need a repair.',
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
      en: "Pending without an event does not mean that there is no room: nothing is looking for a node. Look at that component's Lease.",
    },
    {
      ja: 'kube-scheduler の Pod はあります。ログに、誰にどう断られているかが出ています。',
      en: 'The kube-scheduler pods exist. Their logs say which connection fails, and how.',
    },
    {
      ja: `スケジューラーが API サーバーを呼ぶ宛先は、各コントロールプレーンの ${schedulerConfig} に書いてあります。admin.conf の宛先と比べてください。`,
      en: `A scheduler finds the API server's address in ${schedulerConfig} of its control plane. Compare it with the address in admin.conf.`,
    },
  ],
  repair: `${onAll}on_all "sed -i 's/:6434$/:6443/' ${schedulerConfig}; ${editManifest('kube-scheduler', '')}"
${untilWebIsRolledOut}`,
  restoreNodes: (site) => restoreControlPlanes(site, 'kube-scheduler'),
};
