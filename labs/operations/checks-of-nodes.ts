import { CoreV1Api, PolicyV1Api, VersionApi, type V1Pod } from '@kubernetes/client-node';
import { ifFound } from '../../lib/model/cluster.ts';
import { deploymentNamed } from '../../lib/checks/cluster-objects.ts';
import { isCordoned } from '../../lib/checks/conditions.ts';
import { failed, passed } from '../../lib/model/verdict.ts';
import type { Check, Question } from '../../lib/model/check.ts';
import { missing } from '../../lib/checks/missing.ts';
import { nodesOf } from '../../lib/checks/nodes.ts';
import { unreadyDeployment } from './checks-shared.ts';

/**
 * How many minor versions a kubelet may be older than its API server.
 *
 * @see https://kubernetes.io/releases/version-skew-policy/#kubelet (read November 2026)
 */
const kubeletSkew = 3;

export const versions: Question = {
  solution: `kubectl version -o json | awk -F'"' '/serverVersion/ {server = 1} server && $2 == "minor" {print "1." $4 - ${kubeletSkew}}'`,
  async judge({ api }, answer) {
    const { minor } = await api(VersionApi).getCode();
    // The minor version of EKS can be `36+`.
    const server = Number.parseInt(minor, 10);
    const given = Number(/^v?1\.(\d+)(?:\.\d+)?$/.exec(answer)?.[1]);
    if (Number.isNaN(given)) {
      return failed({
        ja: 'マイナーバージョンの形ではありません。1.30 のように答えてください。',
        en: 'That is not a minor version. Answer in the form 1.30.',
      });
    }
    if (given === server - kubeletSkew) return passed;
    if (given > server) {
      return failed({
        ja: 'それは API サーバーより新しいバージョンです。新しい kubelet は、1 つ違いでも許されません。',
        en: 'That is newer than the API server. A kubelet may never be newer.',
      });
    }
    if (given > server - kubeletSkew) {
      return failed({
        ja: 'それも許されますが、もっと古い kubelet でもかまいません。',
        en: 'That version is allowed, but so is an older one.',
      });
    }
    return failed({
      ja: 'それは古すぎます。API サーバーから数えて、許される差を超えています。',
      en: 'That is too old: the skew to the API server is larger than allowed.',
    });
  },
};

/** Whether a drain has to evict a pod: it belongs to no DaemonSet, is not a static pod, and has not ended. */
const hasToGo = ({ metadata, status }: V1Pod): boolean =>
  !(metadata?.ownerReferences ?? []).some(({ kind }) => kind === 'DaemonSet' || kind === 'Node') &&
  status?.phase !== 'Succeeded' &&
  status?.phase !== 'Failed';

export const drain: Check = async (cluster) => {
  const cordoned = (await nodesOf(cluster)).filter(isCordoned);
  if (cordoned.length === 0) {
    return failed({
      ja: 'cordon されたノードがありません。空にしたノードは、次の課題まで閉じたままにします。',
      en: 'No node is cordoned. The node that you drained stays cordoned until the next task.',
    });
  }
  const names = cordoned.map(({ metadata }) => metadata?.name);
  const { items } = await cluster.api(CoreV1Api).listPodForAllNamespaces();
  const left = items.filter(({ spec }) => names.includes(spec?.nodeName)).filter(hasToGo);
  if (left.length > 0) {
    const pods = left.map(({ metadata }) => `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`).join(', ');
    return failed({
      ja: `cordon されたノードに、まだ Pod が残っています: ${pods}`,
      en: `There are still pods on the cordoned node: ${pods}`,
    });
  }
  const budget = await ifFound(
    cluster.api(PolicyV1Api).readNamespacedPodDisruptionBudget({ name: 'ledger', namespace: cluster.namespace }),
  );
  if (budget === undefined || Number(budget.spec?.minAvailable ?? 0) < 1) {
    return failed({
      ja: 'PodDisruptionBudget ledger がないか、1 つも守っていません。ノードは空になりましたが、台帳を守るものもなくなりました。',
      en: 'PodDisruptionBudget ledger is gone, or allows every disruption. The node is empty, but nothing protects the ledger any more.',
    });
  }
  const ledger = await deploymentNamed(cluster, 'ledger');
  if (ledger === undefined) return missing('Deployment ledger', cluster.namespace);
  if ((ledger.spec?.replicas ?? 0) < 2) {
    return failed({
      ja: 'Deployment ledger の Pod はまだ 1 つです。これでは、次の drain もまた止まります。',
      en: 'Deployment ledger still has one replica. The next drain would block again.',
    });
  }
  return unreadyDeployment(ledger) ?? passed;
};
