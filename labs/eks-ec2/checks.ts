import { CoreV1Api } from '@kubernetes/client-node';
import { ifFound } from '../../lib/model/cluster.ts';
import { serviceNamed } from '../../lib/checks/cluster-objects.ts';
import { isReady, isUnreachable } from '../../lib/checks/conditions.ts';
import { readyAddresses } from '../../lib/checks/endpoints.ts';
import { failed, passed } from '../../lib/model/verdict.ts';
import type { Check, Question, LabChecks } from '../../lib/model/check.ts';
import { leaderOf } from '../../lib/checks/leader.ts';
import { missing, missingOrElsewhere } from '../../lib/checks/missing.ts';
import { nodesOf, notUnreachableYet, podsPerZone, stillNotReady, stillUnreachable } from '../../lib/checks/nodes.ts';
import {
  hasLeft,
  isRestarted,
  noDeployment,
  tooFewReady,
  versionOf,
  webAutoscaler,
  webDeployment,
  webPods,
} from '../../lib/checks/sample-workload.ts';

/** The number of replicas that the guide scales the sample workload to. */
const scaledTo = 5;

const baseline: Question = {
  solution: `kubectl get nodes -o jsonpath='{.items[0].spec.providerID}' | awk -F/ '{print $NF}'`,
  async judge(cluster, answer) {
    const instances = (await nodesOf(cluster)).map(({ spec }) => spec?.providerID?.split('/').at(-1));
    if (instances[0] === answer) return passed;
    if (instances.includes(answer)) {
      return failed({
        ja: 'それは別のノードのインスタンスです。一覧の並び順をもう一度見てください。',
        en: 'That is the instance of another node. Look at the order of the list again.',
      });
    }
    return failed({
      ja: 'その ID のインスタンスはこのクラスターにいません。ノードの spec に、クラウド側の名前（providerID）が書かれています。',
      en: "No node of this cluster is that instance. A node's spec has its id in the cloud (providerID).",
    });
  },
};

const apiServer: Check = async ({ api, namespace }) => {
  const greeting = await ifFound(api(CoreV1Api).readNamespacedConfigMap({ name: 'greeting', namespace }));
  if (greeting === undefined) return missingOrElsewhere('ConfigMap greeting', namespace);
  if (greeting.data?.message !== 'hello, API server') {
    return failed({
      ja: 'ConfigMap greeting はありますが、data.message がまだ書き換わった後の値ではありません。',
      en: 'ConfigMap greeting exists, but its data.message does not have the changed value yet.',
    });
  }
  return passed;
};

const deployment: Check = async (cluster) => {
  const web = await webDeployment(cluster);
  if (web === undefined) return noDeployment;
  const autoscaler = await webAutoscaler(cluster);
  if ((autoscaler?.spec?.minReplicas ?? 0) < scaledTo) {
    return failed({
      ja: `HorizontalPodAutoscaler web の下限が ${scaledTo} になっていません。Deployment だけを増やすと、あとで下限まで減らされます。`,
      en: `The lower bound of HorizontalPodAutoscaler web is not ${scaledTo} yet. If only the Deployment grows, the autoscaler shrinks it again.`,
    });
  }
  const ready = web.status?.readyReplicas ?? 0;
  if (ready < scaledTo) return tooFewReady(ready, scaledTo);
  const revision = Number(web.metadata?.annotations?.['deployment.kubernetes.io/revision'] ?? 0);
  if (revision < 2) {
    return failed({
      ja: 'Deployment web はまだ最初のリビジョンです。Pod テンプレートを変えるとロールアウトが始まります。',
      en: 'Deployment web is still at its first revision. A change to its pod template starts a rollout.',
    });
  }
  if (versionOf(web.spec?.template) !== '1') {
    return failed({
      ja: 'ロールアウトは済みましたが、Pod テンプレートがまだ元に戻っていません（環境変数 VERSION）。',
      en: 'The rollout is complete, but the pod template does not have its previous version (environment variable VERSION).',
    });
  }
  if (revision < 3) {
    return failed({
      ja: 'リビジョンが足りません。新しい版を出し、それから元の版に戻すと、リビジョンは 3 になります。',
      en: 'A revision is missing. Rolling out a new version and then going back makes revision 3.',
    });
  }
  return passed;
};

const lostNode: Check = async (cluster) => {
  const silent = (await nodesOf(cluster)).filter((node) => !isReady(node));
  if (silent.length === 0) {
    return failed({
      ja: 'どのノードも Ready です。黙り込んだノードが NotReady になるまで 50 秒ほどかかります。cordon では Ready のままです。',
      en: 'All nodes are Ready. A silent node becomes NotReady after about 50 seconds; a cordoned one stays Ready.',
    });
  }
  if (!silent.some(isUnreachable)) return notUnreachableYet;
  return hasLeft(silent, cluster);
};

const nodeReturns: Check = async (cluster) => {
  const nodes = await nodesOf(cluster);
  if (!nodes.every(isReady)) return stillNotReady;
  if (nodes.some(isUnreachable)) return stillUnreachable;
  const web = await webDeployment(cluster);
  if (web === undefined) return noDeployment;
  if (!isRestarted(web)) {
    return failed({
      ja: 'Deployment web の Pod がまだ作り直されていません。ノードが戻っても、動いている Pod は移動しません。',
      en: 'The pods of Deployment web have not been recreated. Running pods do not move when a node comes back.',
    });
  }
  const pods = await webPods(cluster);
  const counts = podsPerZone(pods, nodes);
  if (Math.max(...counts) - Math.min(...counts) > 1 || pods.length !== web.spec?.replicas || !pods.every(isReady)) {
    return failed({
      ja: 'web の Pod がまだゾーンに均等に広がっていません。ロールアウトの途中なら、終わるのを待ってください。',
      en: 'The web pods are not spread evenly over the zones. If a rollout is in progress, wait until it ends.',
    });
  }
  return passed;
};

const service: Check = async (cluster) => {
  if ((await serviceNamed(cluster, 'web-canary')) === undefined) {
    return missing('Service web-canary', cluster.namespace);
  }
  const endpoints = await readyAddresses(cluster, 'web-canary');
  if (endpoints.length === 0) {
    return failed({
      ja: 'Service web-canary の EndpointSlice に、Ready なエンドポイントがひとつもありません。Service が探しているラベルと Pod のラベルを見比べてください。',
      en: 'The EndpointSlices of Service web-canary have no ready endpoint. Compare its selector with the labels of the pods.',
    });
  }
  if (endpoints.join() !== (await readyAddresses(cluster, 'web')).join()) {
    return failed({
      ja: 'Service web-canary は Pod を見つけましたが、Service web と同じ Pod ではありません。',
      en: 'Service web-canary finds pods, but not the same ones as Service web.',
    });
  }
  return passed;
};

/** The checks and questions of this lab. */
export const checks: LabChecks = {
  checks: { 'api-server': apiServer, deployment, 'lost-node': lostNode, 'node-returns': nodeReturns, service },
  questions: { baseline, 'control-plane': leaderOf('kube-controller-manager') },
};
