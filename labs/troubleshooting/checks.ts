import { CoreV1Api } from '@kubernetes/client-node';
import { ownUser } from '../../lib/checks/access.ts';
import { deploymentNamed, serviceNamed } from '../../lib/checks/cluster-objects.ts';
import { isCordoned, isRolledOut } from '../../lib/checks/conditions.ts';
import { readyEndpoints, slicesOf } from '../../lib/checks/endpoints.ts';
import { failed, passed } from '../../lib/model/verdict.ts';
import type { Check, Question, LabChecks } from '../../lib/model/check.ts';
import { leaderOf } from '../../lib/checks/leader.ts';
import { deletedDuringFault, missing, missingOrElsewhere } from '../../lib/checks/missing.ts';
import { controlPlaneLabel, nodesOf, stillClosed, workersOf } from '../../lib/checks/nodes.ts';
import { isRestarted, webDeployment, webPods } from '../../lib/checks/sample-workload.ts';

const apiServer: Question = {
  solution: `kubectl auth whoami -o jsonpath='{.status.userInfo.username}'`,
  async judge(cluster, answer) {
    const user = await ownUser(cluster);
    if (user?.username === answer) return passed;
    if (user?.groups?.includes(answer) === true) {
      return failed({
        ja: 'それはあなたのグループです。聞いているのはユーザーの名前です。',
        en: 'That is one of your groups. The question is about the user name.',
      });
    }
    return failed({
      ja: 'API サーバーは、別の名前を答えています。kubeconfig に書いた呼び名ではなく、認証の結果です。',
      en: 'The API server has another name for you: the result of authentication, not the name in the kubeconfig.',
    });
  },
};

const pending: Check = async (cluster) => {
  const batch = await deploymentNamed(cluster, 'batch');
  if (batch === undefined) return missingOrElsewhere('Deployment batch', cluster.namespace);
  if (isRolledOut(batch)) return passed;
  return failed({
    ja: 'Deployment batch の Pod がまだ動いていません。ノードに収まる量を求めているか、Allocatable と比べてください。',
    en: 'The pod of Deployment batch does not run yet. Compare its requests with what a node offers.',
  });
};

const usage: Question = {
  solution: `kubectl get pods --all-namespaces --field-selector spec.nodeName=$(kubectl get nodes -l '!${controlPlaneLabel}' -o jsonpath='{.items[0].metadata.name}') -o name | wc -l | tr -d ' '`,
  async judge(cluster, answer) {
    const [first] = await workersOf(cluster);
    const node = first?.metadata?.name ?? '';
    const fieldSelector = `spec.nodeName=${node}`;
    const pods = (await cluster.api(CoreV1Api).listPodForAllNamespaces({ fieldSelector })).items;
    if (String(pods.length) === answer) return passed;
    if (String(pods.filter(({ metadata }) => metadata?.namespace === cluster.namespace).length) === answer) {
      return failed({
        ja: 'それは、このラボの名前空間の Pod だけの数です。ノードには、ほかの名前空間の Pod もいます。',
        en: "That counts only the pods of this lab's namespace. A node has pods of other namespaces too.",
      });
    }
    return failed({
      ja: `その数ではありません。数えるのは、ノード ${node} の、すべての名前空間の Pod です。`,
      en: `That is not the number. Count the pods of all namespaces on node ${node}.`,
    });
  },
};

const node: Check = async (cluster) => {
  if ((await nodesOf(cluster)).some(isCordoned)) return stillClosed;
  const web = await webDeployment(cluster);
  if (web === undefined) return deletedDuringFault('Deployment web');
  if (!isRestarted(web)) {
    return failed({
      ja: 'Deployment web の Pod が、まだ作り直されていません。',
      en: 'The pods of Deployment web have not been recreated yet.',
    });
  }
  const used = new Set((await webPods(cluster)).map(({ spec }) => spec?.nodeName));
  if (!isRolledOut(web) || used.size < 2) {
    return failed({
      ja: `web の Pod がいるノードは ${used.size} 台です。ノードが戻っても、動いている Pod は移動しません。`,
      en: `The web pods are on ${used.size} node(s). Running pods do not move when a node comes back.`,
    });
  }
  return passed;
};

const network: Check = async (cluster) => {
  const name = 'web-internal';
  if ((await serviceNamed(cluster, name)) === undefined) return missing(`Service ${name}`, cluster.namespace);
  const slices = await slicesOf(cluster, name);
  if (readyEndpoints(slices).length === 0) {
    return failed({
      ja: `Service ${name} の EndpointSlice に、Ready な行き先がありません。`,
      en: `The EndpointSlices of Service ${name} have no ready endpoint.`,
    });
  }
  const serving = slices.filter((slice) => readyEndpoints([slice]).length > 0);
  if (serving.every(({ ports }) => (ports ?? []).some(({ port }) => port === 8080))) return passed;
  return failed({
    ja: `Service ${name} の行き先に、コンテナが待ち受けているポートがありません。`,
    en: `The backends of Service ${name} lack the port that the container listens on.`,
  });
};

/** The checks and questions of this lab. */
export const checks: LabChecks = {
  checks: { pending, node, network },
  questions: { 'api-server': apiServer, components: leaderOf('kube-scheduler'), usage },
};
