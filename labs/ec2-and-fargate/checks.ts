import { AppsV1Api, type V1Node } from '@kubernetes/client-node';
import { ifFound } from '../../lib/model/cluster.ts';
import { podNamed } from '../../lib/checks/cluster-objects.ts';
import { isCordoned, isOnFargate, isReady, isRolledOut, scheduledCondition } from '../../lib/checks/conditions.ts';
import { onFargate } from '../../lib/environments/eks-ec2.data.ts';
import { failed, passed } from '../../lib/model/verdict.ts';
import type { Check, Question, LabChecks } from '../../lib/model/check.ts';
import { missing } from '../../lib/checks/missing.ts';
import { nodesOf, stillClosed } from '../../lib/checks/nodes.ts';
import { isRestarted, webAutoscaler, webDeployment, webPods, webSelector } from '../../lib/checks/sample-workload.ts';

const computeType = 'eks.amazonaws.com/compute-type';
const profileLabel = 'eks.amazonaws.com/fargate-profile';

/** The number of replicas that the guide scales both workloads to. */
const scaledTo = 5;

const isOfFargate = (node: V1Node): boolean => node.metadata?.labels?.[computeType] === 'fargate';

const where: Question = {
  solution: `kubectl get pods -n ${onFargate} -l ${webSelector} -o jsonpath='{.items[0].metadata.labels.eks\\.amazonaws\\.com/fargate-profile}'`,
  async judge(cluster, answer) {
    const [pod] = await webPods(cluster, onFargate);
    const name = pod?.metadata?.labels?.[profileLabel];
    if (name === undefined) {
      return failed({
        ja: `名前空間 ${onFargate} に、プロファイルに選ばれた Pod がありません。ラボをリセットすると戻ります。`,
        en: `No profile has selected a pod in namespace ${onFargate}. labs reset restores them.`,
      });
    }
    if (name === answer) return passed;
    if (answer === onFargate) {
      return failed({
        ja: 'それは名前空間の名前です。プロファイルの名前は、選ばれた Pod のラベルに書かれています。',
        en: "That is the namespace's name. The profile's name is in a label of the pods that it selected.",
      });
    }
    return failed({
      ja: 'そのプロファイルは、この Pod を選んでいません。Pod のラベルを見てください。',
      en: 'No profile with that name selected these pods. Look at their labels.',
    });
  },
};

const noChoice: Check = async (cluster) => {
  const pod = await podNamed(cluster, 'wants-fargate');
  if (pod === undefined) return missing('Pod wants-fargate', cluster.namespace);
  if (pod.spec?.nodeSelector?.[computeType] !== 'fargate') {
    return failed({
      ja: 'Pod wants-fargate は、Fargate のノードをラベルで指名していません。',
      en: 'Pod wants-fargate does not ask for nodes of Fargate by their label.',
    });
  }
  if (
    !(pod.spec.tolerations ?? []).some(({ key, operator }) => key === computeType || (!key && operator === 'Exists'))
  ) {
    return failed({
      ja: 'Pod wants-fargate は、Fargate のノードの taint を許容していません。それでは、Pending の理由が taint になってしまいます。',
      en: 'Pod wants-fargate does not tolerate the taint of the nodes of Fargate, so that its taint is why it is Pending.',
    });
  }
  if (scheduledCondition(pod)?.status !== 'False') {
    return failed({
      ja: 'Pod wants-fargate の置き場所を、スケジューラーがまだ探していません。少し待ってください。',
      en: 'The scheduler has not looked for a node for pod wants-fargate yet. Wait a moment.',
    });
  }
  return passed;
};

const daemonset: Check = async (cluster) => {
  const { api, namespace } = cluster;
  const agent = await ifFound(api(AppsV1Api).readNamespacedDaemonSet({ name: 'agent', namespace }));
  if (agent === undefined) return missing('DaemonSet agent', namespace);
  const tolerations = agent.spec?.template.spec?.tolerations ?? [];
  if (!tolerations.some(({ key, operator }) => !key && operator === 'Exists')) {
    return failed({
      ja: 'DaemonSet agent が、何でも許容するものではなくなっています。EKS の DaemonSet のように、許容したまま Fargate を避けてください。',
      en: 'DaemonSet agent no longer tolerates everything. Keep that, and keep it off Fargate, as the DaemonSets of EKS do.',
    });
  }
  const instances = (await nodesOf(cluster)).filter((node) => !isOfFargate(node)).length;
  const { desiredNumberScheduled = 0, numberReady = 0, updatedNumberScheduled = 0 } = agent.status ?? {};
  if (desiredNumberScheduled > instances) {
    return failed({
      ja: `DaemonSet agent は ${desiredNumberScheduled} 個の Pod を欲しがっています。EC2 のノードは ${instances} 台です。`,
      en: `DaemonSet agent wants ${desiredNumberScheduled} pods. There are ${instances} EC2 nodes.`,
    });
  }
  if (numberReady < instances || updatedNumberScheduled < instances) {
    return failed({
      ja: 'DaemonSet agent の Pod が、まだ EC2 のノードにそろっていません。',
      en: 'Not every EC2 node has a ready pod of DaemonSet agent yet.',
    });
  }
  return passed;
};

const refused: Check = async (cluster) => {
  const pod = await podNamed(cluster, 'opens-port', onFargate);
  if (pod === undefined) {
    return failed({
      ja: `名前空間 ${onFargate} に Pod opens-port がありません。断られた理由を取り除いて、もう一度作ってください。`,
      en: `There is no pod opens-port in namespace ${onFargate}. Remove the field that it was refused for, and create it again.`,
    });
  }
  if (!(pod.spec?.containers ?? []).some(({ ports }) => ports?.some(({ containerPort }) => containerPort === 8080))) {
    return failed({
      ja: 'Pod opens-port が、コンテナのポート 8080 まで失っています。取り除くのは、ホストのポートだけです。',
      en: 'Pod opens-port has also lost port 8080 of its container. Remove only the port of the host.',
    });
  }
  if (!isOnFargate(pod) || !isReady(pod)) {
    return failed({
      ja: 'Pod opens-port が、まだ Fargate のノードで Ready になっていません。',
      en: 'Pod opens-port is not ready on a node of Fargate yet.',
    });
  }
  return passed;
};

const scaling: Check = async (cluster) => {
  for (const namespace of [cluster.namespace, onFargate]) {
    const autoscaler = await webAutoscaler(cluster, namespace);
    if ((autoscaler?.spec?.minReplicas ?? 0) < scaledTo) {
      return failed({
        ja: `名前空間 ${namespace} の HorizontalPodAutoscaler web の下限が ${scaledTo} になっていません。`,
        en: `The lower bound of HorizontalPodAutoscaler web in namespace ${namespace} is not ${scaledTo} yet.`,
      });
    }
    const ready = (await webPods(cluster, namespace)).filter(isReady).length;
    if (ready < scaledTo) {
      return failed({
        ja: `名前空間 ${namespace} の Ready な Pod は ${ready} 個です。${scaledTo} 個になるまで少し待ってください。`,
        en: `${ready} pods are ready in namespace ${namespace}. Wait until there are ${scaledTo}.`,
      });
    }
  }
  return passed;
};

const maintenance: Check = async (cluster) => {
  if ((await nodesOf(cluster)).some(isCordoned)) return stillClosed;
  for (const namespace of [cluster.namespace, onFargate]) {
    const web = await webDeployment(cluster, namespace);
    if (web === undefined || !isRestarted(web)) {
      return failed({
        ja: `名前空間 ${namespace} の Deployment web の Pod が、まだ作り直されていません。`,
        en: `The pods of Deployment web in namespace ${namespace} have not been recreated.`,
      });
    }
    if (!isRolledOut(web)) {
      return failed({
        ja: `名前空間 ${namespace} のロールアウトがまだ終わっていません。`,
        en: `The rollout in namespace ${namespace} has not ended yet.`,
      });
    }
  }
  return passed;
};

/** The checks and questions of this lab. */
export const checks: LabChecks = {
  checks: { 'no-choice': noChoice, daemonset, refused, scaling, maintenance },
  questions: { where },
};
