import { BatchV1Api, CoreV1Api, type V1Deployment, type V1Pod } from '@kubernetes/client-node';
import { ifFound, type Cluster } from '../../lib/model/cluster.ts';
import { deploymentNamed, podNamed, podsWith } from '../../lib/checks/cluster-objects.ts';
import { isComplete, isOnFargate, isReady, scheduledCondition } from '../../lib/checks/conditions.ts';
import { failed, passed } from '../../lib/model/verdict.ts';
import type { Check, Question, LabChecks } from '../../lib/model/check.ts';
import { missing } from '../../lib/checks/missing.ts';
import { noDeployment, tooFewReady, webAutoscaler, webDeployment, webPods } from '../../lib/checks/sample-workload.ts';
import { outside } from './namespaces.ts';

/** The capacity that Fargate provisions for each web pod in the guide. */
const wantedCapacity = '0.5vCPU 1GB';

/** The number of replicas that the guide scales the sample workload to. */
const scaledTo = 5;

/** The pods of a Deployment that are not being deleted. */
const podsOf = (cluster: Cluster, { spec }: V1Deployment): Promise<V1Pod[]> => {
  const labels = Object.entries(spec?.selector.matchLabels ?? {}).map((pair) => pair.join('='));
  return podsWith(cluster, labels.join());
};

const nodes: Question = {
  solution: `kubectl get pods -n kube-system -l k8s-app=kube-dns --sort-by=.metadata.name -o jsonpath='{.items[0].spec.nodeName}'`,
  async judge({ api }, answer) {
    const { items } = await api(CoreV1Api).listNamespacedPod({ namespace: 'kube-system' });
    const pods = items.sort((one, other) => ((one.metadata?.name ?? '') < (other.metadata?.name ?? '') ? -1 : 1));
    const dns = pods.find((pod) => pod.metadata?.labels?.['k8s-app'] === 'kube-dns');
    if (dns?.spec?.nodeName === answer) return passed;
    if (pods.some((pod) => pod.metadata?.name === answer)) {
      return failed({
        ja: 'それは Pod の名前です。聞いているのは、その Pod がいるノードの名前です。',
        en: 'That is the name of a pod. The question is about the node of the pod.',
      });
    }
    if (pods.some((pod) => pod.spec?.nodeName === answer)) {
      return failed({
        ja: 'それは別の Pod のノードです。どの Pod にも自分だけのノードがあるので、Pod を取り違えるとノードも違ってきます。',
        en: 'That is the node of another pod. Each pod has its own node.',
      });
    }
    return failed({
      ja: 'kube-system の Pod がいるノードに、その名前のものはありません。名前は fargate-ip- で始まります。',
      en: 'No pod of kube-system is on a node with that name. The name begins with fargate-ip-.',
    });
  },
};

const profile: Check = async (cluster) => {
  const stray = await podNamed(cluster, 'stray', outside);
  if (stray === undefined) {
    return failed({
      ja: `名前空間 ${outside} に Pod stray がありません。`,
      en: `There is no pod stray in namespace ${outside}.`,
    });
  }
  if (stray.spec?.nodeName !== undefined || scheduledCondition(stray)?.status !== 'False') {
    return failed({
      ja: `名前空間 ${outside} の Pod stray が、置き場所のない Pending になっていません。`,
      en: `Pod stray in namespace ${outside} is not Pending because of a missing node.`,
    });
  }
  const guest = await podNamed(cluster, 'stray');
  if (guest === undefined) {
    return failed({
      ja: `${outside} の Pod stray は Pending です。同じ Pod を、プロファイルが選ぶ名前空間 ${cluster.namespace} にも作ってください。`,
      en: `Pod stray in ${outside} is Pending. Create the same pod in ${cluster.namespace}, which a profile selects.`,
    });
  }
  if (!isOnFargate(guest) || !isReady(guest)) {
    return failed({
      ja: `名前空間 ${cluster.namespace} の Pod stray が、まだ Fargate のノードで Ready になっていません。`,
      en: `Pod stray in namespace ${cluster.namespace} is not ready on a node of Fargate yet.`,
    });
  }
  return passed;
};

const size: Check = async (cluster) => {
  if ((await webDeployment(cluster)) === undefined) return noDeployment;
  const pods = await webPods(cluster);
  const capacities = new Set(pods.map((pod) => pod.metadata?.annotations?.CapacityProvisioned ?? '–'));
  if (pods.length === 0 || !pods.every(isReady) || capacities.size > 1) {
    return failed({
      ja: 'web の Pod がまだそろっていません。ロールアウトの途中なら、終わるのを待ってください。',
      en: 'The web pods are not all of the same version and ready. If a rollout is in progress, wait until it ends.',
    });
  }
  const [capacity] = capacities;
  if (capacity !== wantedCapacity) {
    return failed({
      ja: `web の Pod に用意されたのは ${capacity} です。${wantedCapacity} にするには、メモリの要求に 256 MB を足した値がどの段に入るかを考えてください。`,
      en: `Fargate provisions ${capacity} for the web pods. For ${wantedCapacity}, find the size that the memory request plus 256 MB leads to.`,
    });
  }
  return passed;
};

const tooLarge: Question = {
  solution: `kubectl get pod huge -o jsonpath='{.status.conditions[?(@.type=="PodScheduled")].reason}'`,
  async judge(cluster, answer) {
    const huge = await podNamed(cluster, 'huge');
    const condition = huge && scheduledCondition(huge);
    if (condition?.reason === undefined) {
      return failed({
        ja: 'Pending の理由を持つ Pod huge が、ラボの名前空間にありません。',
        en: "The lab's namespace has no pod huge that says why it is Pending.",
      });
    }
    if (condition.reason === answer) return passed;
    if (condition.message?.includes(answer) === true && answer !== '') {
      return failed({
        ja: 'それは message の文です。reason は、プログラムが読むための 1 語です。',
        en: 'That is from the message. The reason is a single word, for programs.',
      });
    }
    return failed({
      ja: 'PodScheduled 条件の reason は、それではありません。イベントの REASON とは別のものです。',
      en: 'That is not the reason in condition PodScheduled. It is not the REASON of an event either.',
    });
  },
};

const sidecar: Check = async (cluster) => {
  const reporter = await deploymentNamed(cluster, 'reporter');
  if (reporter === undefined) return missing('Deployment reporter');
  const { containers, initContainers = [] } = reporter.spec!.template.spec!;
  const agent = initContainers.find(({ name }) => name === 'agent');
  if (agent === undefined) {
    return failed(
      containers.some(({ name }) => name === 'agent')
        ? {
            ja: 'コンテナ agent は普通のコンテナです。これでも動きますが、アプリケーションより先に始まり、後に終わるとは限りません。サイドカーは initContainers に書きます。',
            en: 'Container agent is an ordinary container. It runs, but nothing makes it start before the application and end after it. A sidecar is one of the initContainers.',
          }
        : {
            ja: 'Deployment reporter の Pod に、コンテナ agent がありません。',
            en: 'The pods of Deployment reporter have no container called agent.',
          },
    );
  }
  if (agent.restartPolicy !== 'Always') {
    return failed({
      ja: 'agent は、終わるのを待たれる普通の init コンテナです。動き続けるサイドカーにするには、restartPolicy を指定します。',
      en: 'agent is an ordinary init container: the others wait until it ends. Its own restartPolicy makes it a sidecar that keeps running.',
    });
  }
  const pods = await podsOf(cluster, reporter);
  if (!pods.some((pod) => isReady(pod) && isOnFargate(pod))) {
    return failed({
      ja: 'reporter の Pod が、まだ Fargate のノードで Ready になっていません。',
      en: 'No pod of reporter is ready on a node of Fargate yet.',
    });
  }
  return passed;
};

const scaling: Check = async (cluster) => {
  if ((await webDeployment(cluster)) === undefined) return noDeployment;
  const autoscaler = await webAutoscaler(cluster);
  if ((autoscaler?.spec?.minReplicas ?? 0) < scaledTo) {
    return failed({
      ja: `HorizontalPodAutoscaler web の下限が ${scaledTo} になっていません。Fargate は、Pod の数を決めません。`,
      en: `The lower bound of HorizontalPodAutoscaler web is not ${scaledTo} yet. Fargate does not decide how many pods there are.`,
    });
  }
  const ready = (await webPods(cluster)).filter(isReady).length;
  return ready < scaledTo ? tooFewReady(ready, scaledTo) : passed;
};

const job: Check = async ({ api, namespace }) => {
  const once = await ifFound(api(BatchV1Api).readNamespacedJob({ name: 'once', namespace }));
  if (once === undefined) {
    return failed({
      ja: 'ラボの名前空間に Job once がありません。片付けの時間が短すぎて、もう消えたのかもしれません。',
      en: "There is no Job once in the lab's namespace. If its time to live was short, it may have been deleted already.",
    });
  }
  if (!isComplete(once)) {
    return failed({ ja: 'Job once がまだ終わっていません。', en: 'Job once has not finished yet.' });
  }
  if (once.spec?.ttlSecondsAfterFinished === undefined) {
    return failed({
      ja: 'Job once は終わりましたが、いつ片付けるかが決まっていません。Pod を消すまで、Fargate のノードは残ります。',
      en: 'Job once has finished, but nothing says when it is deleted. Its Fargate node stays until its pod is deleted.',
    });
  }
  return passed;
};

/** The checks and questions of this lab. */
export const checks: LabChecks = {
  checks: { profile, size, sidecar, scaling, job },
  questions: { nodes, 'too-large': tooLarge },
};
