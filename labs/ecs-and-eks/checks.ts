import { CoordinationV1Api, type V1Deployment } from '@kubernetes/client-node';
import { serviceNamed } from '../../lib/checks/cluster-objects.ts';
import { isReady, isRolledOut, isUnreachable } from '../../lib/checks/conditions.ts';
import { readyAddresses } from '../../lib/checks/endpoints.ts';
import { failed, passed, type Verdict } from '../../lib/model/verdict.ts';
import type { Check, Question, LabChecks } from '../../lib/model/check.ts';
import { missing } from '../../lib/checks/missing.ts';
import { nodesOf, notUnreachableYet, zoneLabel } from '../../lib/checks/nodes.ts';
import { noDeployment, versionOf, webDeployment } from '../../lib/checks/sample-workload.ts';

/**
 * Why a rollout is not complete; undefined when it is: all replicas of the newest template are available, and no others
 * exist.
 */
function rolloutProblem(deployment: V1Deployment): Verdict | undefined {
  if (isRolledOut(deployment)) return undefined;
  const { spec, status } = deployment;
  const replicas = spec?.replicas ?? 0;
  return failed({
    ja: `ロールアウトがまだ終わっていません。新しい Pod は ${replicas} 個のうち ${status?.updatedReplicas ?? 0} 個で、使えるものは全部で ${status?.availableReplicas ?? 0} 個です。`,
    en: `The rollout is not complete. ${status?.updatedReplicas ?? 0} of ${replicas} pods are new; ${status?.availableReplicas ?? 0} in total are available.`,
  });
}

const controlLayer: Question = {
  solution:
    "kubectl get lease -n kube-system -l apiserver.kubernetes.io/identity=kube-apiserver -o jsonpath='{.items[0].metadata.name}'",
  async judge({ api }, answer) {
    const { items } = await api(CoordinationV1Api).listNamespacedLease({ namespace: 'kube-system' });
    const lease = items.find(({ metadata }) => metadata?.name === answer);
    if (lease?.metadata?.labels?.['apiserver.kubernetes.io/identity'] === 'kube-apiserver') return passed;
    if (lease !== undefined) {
      return failed({
        ja: `${answer} は、リーダーを決めるための Lease です。API サーバーはリーダーを決めず、それぞれが自分の Lease を持ちます。`,
        en: `${answer} is a Lease for leader election. API servers elect no leader: each has its own Lease.`,
      });
    }
    return failed({
      ja: 'その名前の Lease は kube-system にありません。API サーバーが作り直されると名前は変わるので、もう一度見てください。',
      en: 'There is no Lease with that name in kube-system. The name changes when an API server is replaced, so look again.',
    });
  },
};

const api: Check = async (cluster) => {
  const web = await webDeployment(cluster);
  if (web === undefined) return noDeployment;
  const version = versionOf(web.spec?.template);
  if (version !== '2') {
    return failed({
      ja: `Deployment web の Pod テンプレートで、環境変数 VERSION は ${version ?? '未設定'} です。2 になるはずです。`,
      en: `In the pod template of Deployment web, the variable VERSION is ${version ?? 'not set'}. It should be 2.`,
    });
  }
  return rolloutProblem(web) ?? passed;
};

const state: Check = async (cluster) => {
  const web = await webDeployment(cluster);
  if (web === undefined) return noDeployment;
  const owner = web.metadata?.annotations?.['owner'];
  if (owner === undefined) {
    return failed({
      ja: 'Deployment web に注釈 owner がありません。付けたはずなら、古い内容で上書きされたのかもしれません。',
      en: 'Deployment web has no annotation owner. If you set it, an older version of the object may have overwritten it.',
    });
  }
  if (owner !== 'team-a') {
    return failed({
      ja: `Deployment web の注釈 owner は ${owner} です。先に書いた人の値が残っているはずです。`,
      en: `The annotation owner of Deployment web is ${owner}. The first value should still be there.`,
    });
  }
  return passed;
};

/** The zones that a Deployment requires for its pods; undefined when it requires none. */
function requiredZones(deployment: V1Deployment): readonly string[] | undefined {
  const pod = deployment.spec?.template.spec;
  const chosen = pod?.nodeSelector?.[zoneLabel];
  if (chosen !== undefined) return [chosen];
  const terms = pod?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const expressions = terms.flatMap((term) => term.matchExpressions ?? []);
  return expressions.find(({ key, operator }) => key === zoneLabel && operator === 'In')?.values;
}

const scheduler: Check = async (cluster) => {
  const web = await webDeployment(cluster);
  if (web === undefined) return noDeployment;
  const zones = requiredZones(web);
  if (zones === undefined) {
    return failed({
      ja: 'Deployment web の Pod は、まだどのゾーンででも動けます。「できれば」という希望ではなく、条件にしてください。',
      en: 'The pods of Deployment web may still run in any zone. A preference is not enough: make it a requirement.',
    });
  }
  const nodes = await nodesOf(cluster);
  const existing = new Set(nodes.map((node) => node.metadata?.labels?.[zoneLabel]));
  if (!zones.some((zone) => existing.has(zone))) {
    return failed({
      ja: `ゾーン ${zones.join('、')} にはノードがありません。新しい Pod は Pending のままです。`,
      en: `There is no node in zone ${zones.join(', ')}. The new pods stay Pending.`,
    });
  }
  return rolloutProblem(web) ?? passed;
};

const nodes: Check = async (cluster) => {
  const web = await webDeployment(cluster);
  if (web === undefined) return noDeployment;
  const all = await nodesOf(cluster);
  const deployed = web.metadata?.creationTimestamp?.getTime() ?? Infinity;
  const newer = all.filter(({ metadata }) => (metadata?.creationTimestamp?.getTime() ?? 0) > deployed);
  if (newer.length === 0) {
    return failed({
      ja: 'Deployment より後からクラスターに加わったノードがありません。cordon や drain では、同じノードが残ります。',
      en: 'No node has joined the cluster since the Deployment was created. Cordoning or draining keeps the same node.',
    });
  }
  if (!all.every(isReady)) {
    return failed({
      ja: '新しいノードはありますが、まだ Ready でないノードがあります。',
      en: 'There is a new node, but not all nodes are Ready yet.',
    });
  }
  if (requiredZones(web) !== undefined) {
    return failed({
      ja: 'Deployment web に、前の課題のゾーンの条件が残っています。残したままだと、そのゾーンを失えば動く場所がありません。',
      en: 'Deployment web still requires the zone of the previous task. If that zone is lost, its pods have nowhere to run.',
    });
  }
  return rolloutProblem(web) ?? passed;
};

const agent: Check = async (cluster) => {
  const silent = (await nodesOf(cluster)).filter((node) => !isReady(node));
  if (silent.length === 0) {
    return failed({
      ja: 'どのノードも Ready です。kubelet が黙ってから NotReady になるまで 50 秒ほどかかります。',
      en: 'All nodes are Ready. A node becomes NotReady about 50 seconds after its kubelet stopped reporting.',
    });
  }
  return silent.some(isUnreachable) ? passed : notUnreachableYet;
};

const network: Check = async (cluster) => {
  const internal = await serviceNamed(cluster, 'web-internal');
  if (internal === undefined) return missing('Service web-internal', cluster.namespace);
  const port = internal.spec?.ports?.[0];
  if (port?.port !== 8081) {
    return failed({
      ja: `Service web-internal のポートは ${port?.port ?? 'なし'} です。呼び出す側は 8081 を使います。`,
      en: `The port of Service web-internal is ${port?.port ?? 'missing'}. Its clients use 8081.`,
    });
  }
  if (port.targetPort !== 'http' && port.targetPort !== 8080) {
    return failed({
      ja: `Service web-internal は、コンテナが待ち受けていないポート（${port.targetPort ?? port.port}）へ送ります。`,
      en: `Service web-internal sends traffic to a port (${port.targetPort ?? port.port}) on which the container does not listen.`,
    });
  }
  const endpoints = await readyAddresses(cluster, 'web-internal');
  if (endpoints.length === 0 || endpoints.join() !== (await readyAddresses(cluster, 'web')).join()) {
    return failed({
      ja: 'Service web-internal の先が、Service web の先と同じ Pod になっていません。',
      en: 'Service web-internal does not have the same pods as Service web.',
    });
  }
  return passed;
};

const runtime: Question = {
  solution: "kubectl get nodes -o jsonpath='{.items[0].status.nodeInfo.containerRuntimeVersion}'",
  async judge(cluster, answer) {
    const [first] = await nodesOf(cluster);
    const expected = first?.status?.nodeInfo?.containerRuntimeVersion;
    if (answer === expected) return passed;
    if (expected?.startsWith(answer) === true && answer !== '') {
      return failed({
        ja: 'ランタイムの名前は合っています。報告どおりに、://とその後ろも答えてください。',
        en: 'The name of the runtime is correct. Give the whole value, with :// and the version.',
      });
    }
    return failed({
      ja: 'そのノードはそう報告していません。ノードの status に、kubelet が書いた情報（nodeInfo）があります。',
      en: 'That is not what the node reports. Its status contains what its kubelet wrote (nodeInfo).',
    });
  },
};

/** The checks and questions of this lab. */
export const checks: LabChecks = {
  checks: { api, state, scheduler, nodes, agent, network },
  questions: { 'control-layer': controlLayer, runtime },
};
