import { CoreV1Api, SchedulingV1Api, type V1Deployment, type V1Node, type V1Pod } from '@kubernetes/client-node';
import { ifFound } from '../../lib/model/cluster.ts';
import { deploymentNamed, podNamed, podsWith } from '../../lib/checks/cluster-objects.ts';
import { isCordoned, isReady, isRolledOut, scheduledCondition } from '../../lib/checks/conditions.ts';
import { requestsOf } from '../../lib/catalog/fargate-pod-size.ts';
import { failed, passed, type Verdict } from '../../lib/model/verdict.ts';
import type { Check, Question, LabChecks } from '../../lib/model/check.ts';
import { missingOrElsewhere } from '../../lib/checks/missing.ts';
import {
  controlPlaneLabel,
  nodesOf,
  podsPerZone,
  stillCordoned,
  workersOf,
  zoneLabel,
} from '../../lib/checks/nodes.ts';
import { quantityIn } from '../../lib/catalog/quantity.ts';

const hostname = 'kubernetes.io/hostname';

/** The key of the taint and of the label of the dedicated node. */
const dedicated = 'scheduling/dedicated';
const priorityClass = 'scheduling-urgent';

const isUnschedulable = (pod: V1Pod): boolean => scheduledCondition(pod)?.reason === 'Unschedulable';

const isDedicated = (node: V1Node): boolean =>
  node.spec?.taints?.some(({ key, effect }) => key === dedicated && effect === 'NoSchedule') ?? false;

/** Whether a pod has a nodeSelector that matches this node. */
function isSelected({ metadata }: V1Node, { spec }: V1Pod): boolean {
  const wanted = Object.entries(spec?.nodeSelector ?? {});
  return wanted.length > 0 && wanted.every(([key, value]) => metadata?.labels?.[key] === value);
}

const notReady = (what: string): Verdict =>
  failed({
    ja: `${what} がまだ Ready になっていません。Pending なら、イベントが理由を言っています。`,
    en: `${what} is not ready yet. If it is Pending, its events say why.`,
  });

/** Why not all pods of a Deployment are ready; undefined when they are. */
function unreadyDeployment(deployment: V1Deployment): Verdict | undefined {
  if (isRolledOut(deployment)) return undefined;
  const { metadata, spec, status } = deployment;
  return notReady(`Deployment ${metadata?.name ?? ''} (${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0})`);
}

const inMillicores = (quantity = '0'): number => quantityIn(quantity, 1000n);

const capacity: Question = {
  solution: [
    `NODE=$(kubectl get nodes -l '!${controlPlaneLabel}' -o jsonpath='{.items[0].metadata.name}')`,
    `kubectl describe node $NODE | awk '`,
    `  function milli(q) { return q ~ /m$/ ? q + 0 : q * 1000 }`,
    `  /^[A-Z]/ { part = $1 }`,
    `  $1 == "cpu:" && part == "Allocatable:" { allocatable = milli($2) }`,
    `  $1 == "cpu" && part == "Allocated" { print allocatable - milli($2) "m" }'`,
  ].join('\n'),
  async judge(cluster, answer) {
    const workers = await workersOf(cluster);
    const { items: pods } = await cluster.api(CoreV1Api).listPodForAllNamespaces();
    const allocatable = (node: V1Node | undefined) => inMillicores(node?.status?.allocatable?.cpu);
    const requested = (node: V1Node | undefined) =>
      pods
        .filter(({ spec }) => spec?.nodeName === node?.metadata?.name)
        .filter(({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed')
        .reduce((sum, pod) => sum + requestsOf(pod.spec ?? { containers: [] }).cpuMillis, 0);
    const free = (node: V1Node | undefined) => allocatable(node) - requested(node);
    const [first, ...others] = workers;
    const given = millicoresIn(answer);
    if (given === undefined) {
      return failed({
        ja: 'ミリコアの数ではありません。1234m の形で答えてください。',
        en: 'That is not a number of millicores. Answer in the form 1234m.',
      });
    }
    if (given === free(first)) return passed;
    if (given === requested(first)) {
      return failed({
        ja: 'それは、もう要求されている量です。聞いているのは残りです。',
        en: 'That is already requested. The question is what remains.',
      });
    }
    if (given === allocatable(first)) {
      return failed({
        ja: 'それは allocatable です。そこにいる Pod の requests をまだ引いていません。',
        en: 'That is the allocatable amount. Subtract the requests of the pods on the node.',
      });
    }
    if (given === inMillicores(first?.status?.capacity?.cpu) - requested(first)) {
      return failed({
        ja: 'マシンの容量から引いています。OS と kubelet の取り分は、Pod には割り当てられません。',
        en: "That is calculated from the machine's capacity. Pods can't use the part that is reserved for the system and the kubelet.",
      });
    }
    if (others.some((node) => given === free(node))) {
      return failed({
        ja: 'それは別のワーカーノードの残りです。',
        en: 'That is what remains on another worker node.',
      });
    }
    return failed({
      ja: '残りと合いません。CPU の allocatable と、requests の合計の差です（limits でも使用量でもありません）。',
      en: 'That is not what remains: allocatable CPU minus the sum of requests (neither limits nor usage).',
    });
  },
};

/**
 * The answer in millicores; undefined when it is not a quantity of CPU. A number without a unit counts as millicores
 * when it is too large for cores.
 */
function millicoresIn(answer: string): number | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(m?)$/.exec(answer) ?? [];
  if (digits === undefined) return undefined;
  const value = Number(digits);
  return unit === 'm' || (!digits.includes('.') && value >= 100) ? value : Math.round(value * 1000);
}

const printedPod: Check = async (cluster) => {
  const pod = await podNamed(cluster, 'printed');
  if (pod === undefined) return missingOrElsewhere('Pod printed', cluster.namespace);
  const terms =
    pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const expressions = terms.flatMap(({ matchExpressions }) => matchExpressions ?? []);
  if (pod.spec?.nodeSelector?.environment !== 'production' || expressions.length === 0) {
    return failed({
      ja: 'Pod printed に、教科書の 2 つの条件（nodeSelector と nodeAffinity）がそろっていません。条件を消すのではなく、満たしてください。',
      en: 'Pod printed does not have both conditions of the textbook (nodeSelector and nodeAffinity). Meet them instead of removing them.',
    });
  }
  const onZone = expressions.find(({ key, operator }) => key === zoneLabel && operator === 'In');
  if (onZone === undefined) {
    return failed({
      ja: 'Pod printed の nodeAffinity のキーが、ノードに実際に付いているゾーンのラベルではありません。',
      en: 'The key in the nodeAffinity of pod printed is not the label with which nodes say their zone.',
    });
  }
  if (!isReady(pod)) return notReady('Pod printed');
  const node = (await nodesOf(cluster)).find(({ metadata }) => metadata?.name === pod.spec?.nodeName);
  if (onZone.values?.includes(node?.metadata?.labels?.[zoneLabel] ?? '') === true) return passed;
  return failed({
    ja: 'Pod printed が、名指ししたゾーンの外で動いています。',
    en: 'Pod printed runs outside of the zones that it names.',
  });
};

const affinity: Check = async (cluster) => {
  const quorum = await deploymentNamed(cluster, 'quorum');
  if (quorum === undefined) return missingOrElsewhere('Deployment quorum', cluster.namespace);
  const workers = await workersOf(cluster);
  const antiAffinity = quorum.spec?.template.spec?.affinity?.podAntiAffinity;
  const isWish = antiAffinity?.preferredDuringSchedulingIgnoredDuringExecution?.some(
    ({ podAffinityTerm }) => podAffinityTerm.topologyKey === hostname,
  );
  const isDemand = (antiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).length > 0;
  if ((quorum.spec?.replicas ?? 0) <= workers.length) {
    return failed({
      ja: 'Deployment quorum の Pod の数が、ワーカーの数より多くありません。多いままで、全部を動かしてください。',
      en: 'Deployment quorum does not want more pods than there are workers. Keep the number, and get all of them to run.',
    });
  }
  if (isDemand || isWish !== true) {
    return failed({
      ja: 'Deployment quorum の Pod どうしを離すことが、「できれば」という書き方（ノード単位）になっていません。',
      en: 'Deployment quorum does not prefer to keep its pods on separate nodes.',
    });
  }
  const unready = unreadyDeployment(quorum);
  if (unready !== undefined) return unready;
  for (const name of ['cache', 'reader']) {
    const pod = await podNamed(cluster, name);
    if (pod === undefined) return missingOrElsewhere(`Pod ${name}`, cluster.namespace);
    if (!isReady(pod)) return notReady(`Pod ${name}`);
  }
  const [cache, reader] = await Promise.all(['cache', 'reader'].map((name) => podNamed(cluster, name)));
  const isBound =
    reader?.spec?.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.some(
      ({ topologyKey }) => topologyKey === hostname,
    ) ?? false;
  if (isBound && cache?.spec?.nodeName === reader?.spec?.nodeName) return passed;
  return failed({
    ja: 'Pod reader が、条件として Pod cache と同じノードにいるのではありません。',
    en: 'Pod reader does not require the node of pod cache.',
  });
};

const spread: Check = async (cluster) => {
  const deployment = await deploymentNamed(cluster, 'spread');
  if (deployment === undefined) return missingOrElsewhere('Deployment spread', cluster.namespace);
  const isDemand = deployment.spec?.template.spec?.topologySpreadConstraints?.some(
    ({ topologyKey, whenUnsatisfiable }) => topologyKey === zoneLabel && whenUnsatisfiable === 'DoNotSchedule',
  );
  if (isDemand !== true) {
    return failed({
      ja: 'Deployment spread が、ゾーンに広げることを条件にしていません。',
      en: 'Deployment spread does not require that its pods are spread over the zones.',
    });
  }
  const nodes = await nodesOf(cluster);
  if (nodes.some(isCordoned)) return stillCordoned;
  if ((deployment.spec?.replicas ?? 0) < 4) {
    return failed({
      ja: `Deployment spread の Pod は ${deployment.spec?.replicas ?? 0} 個を求められています。4 個にしてください。`,
      en: `Deployment spread wants ${deployment.spec?.replicas ?? 0} pods. Scale it to 4.`,
    });
  }
  const unready = unreadyDeployment(deployment);
  if (unready !== undefined) return unready;
  const counts = podsPerZone(await podsWith(cluster, 'app=spread'), nodes);
  if (Math.max(...counts) - Math.min(...counts) <= 1) return passed;
  return failed({
    ja: 'Deployment spread の Pod の数が、ゾーンの間で 2 つ以上違います。',
    en: 'The numbers of pods of Deployment spread in the zones differ by two or more.',
  });
};

const priority: Check = async (cluster) => {
  const urgent = await podNamed(cluster, 'urgent');
  if (urgent === undefined) return missingOrElsewhere('Pod urgent', cluster.namespace);
  if ((urgent.spec?.priority ?? 0) <= 0 || urgent.spec?.priorityClassName !== priorityClass) {
    return failed({
      ja: `Pod urgent が PriorityClass ${priorityClass} を使っていないか、その値が 0 以下です。`,
      en: `Pod urgent does not use PriorityClass ${priorityClass}, or that has no value above 0.`,
    });
  }
  if (!isReady(urgent)) return notReady('Pod urgent');
  const patient = await podNamed(cluster, 'patient');
  if (patient === undefined) return missingOrElsewhere('Pod patient', cluster.namespace);
  const filler = await podsWith(cluster, 'app=filler');
  if (filler.some(isUnschedulable) && isUnschedulable(patient)) return passed;
  return failed({
    ja: 'Pod urgent は動いていますが、そのために場所を空けた Pod がありません。ノードが埋まっていて、filler と patient が場所を待っている状態にしてください。',
    en: 'Pod urgent runs, but it preempted no pod. The nodes have to be full, with Pending pods of filler and patient.',
  });
};

const taints: Check = async (cluster) => {
  const nodes = (await nodesOf(cluster)).filter(isDedicated);
  if (nodes.length === 0) {
    return failed({
      ja: `新しい Pod を断る taint ${dedicated} が、どのノードにも付いていません（ラベルとは別のものです）。`,
      en: `No node rejects new pods with the taint ${dedicated} (a taint is not a label).`,
    });
  }
  const uninvited = await podNamed(cluster, 'uninvited');
  if (uninvited === undefined) return missingOrElsewhere('Pod uninvited', cluster.namespace);
  if (!isUnschedulable(uninvited)) {
    return failed({
      ja: 'Pod uninvited が断られていません。この Pod は、toleration を持たずに、taint の付いたノードを選ぶはずです。',
      en: 'Pod uninvited has not been rejected. It must select the tainted node without tolerating its taint.',
    });
  }
  if (!nodes.some((node) => isSelected(node, uninvited))) {
    return failed({
      ja: 'Pod uninvited が待っている理由は、taint ではありません。この Pod が選ぶラベルは、taint の付いたノードにありません。',
      en: 'The taint is not the reason why pod uninvited waits: no tainted node has the label that it selects.',
    });
  }
  const batch = await deploymentNamed(cluster, 'batch');
  if (batch === undefined) return missingOrElsewhere('Deployment batch', cluster.namespace);
  const unready = unreadyDeployment(batch);
  if (unready !== undefined) return unready;
  const names = nodes.map(({ metadata }) => metadata?.name);
  if (!(await podsWith(cluster, 'app=batch')).every(({ spec }) => names.includes(spec?.nodeName))) {
    return failed({
      ja: 'Deployment batch の Pod が、専用のノードの外にもいます。toleration には、引き寄せる力がありません。',
      en: 'Pods of Deployment batch are also on other nodes. A toleration does not attract pods to a node.',
    });
  }
  return passed;
};

const giveBack: Check = async (cluster) => {
  const nodes = await nodesOf(cluster);
  if (nodes.some(({ spec }) => spec?.taints?.some(({ key }) => key === dedicated))) {
    return failed({
      ja: `まだ taint ${dedicated} の付いたノードがあります。`,
      en: `A node still has the taint ${dedicated}.`,
    });
  }
  for (const key of [dedicated, 'environment']) {
    if (nodes.every(({ metadata }) => metadata?.labels?.[key] === undefined)) continue;
    return failed({
      ja: `まだラベル ${key} の付いたノードがあります。`,
      en: `A node still has the label ${key}.`,
    });
  }
  for (const name of ['uninvited', 'patient', 'urgent']) {
    const pod = await podNamed(cluster, name);
    if (pod === undefined) return missingOrElsewhere(`Pod ${name}`, cluster.namespace);
    if (!isReady(pod)) return notReady(`Pod ${name}`);
  }
  const left = await ifFound(cluster.api(SchedulingV1Api).readPriorityClass({ name: priorityClass }));
  if (left === undefined) return passed;
  return failed({
    ja: `PriorityClass ${priorityClass} がまだあります。名前空間に属さないので、名前空間を消しても残ります。`,
    en: `PriorityClass ${priorityClass} still exists. It is cluster-scoped, so deleting the lab's namespace does not delete it.`,
  });
};

/** The checks and questions of this lab. */
export const checks: LabChecks = {
  checks: { 'printed-pod': printedPod, affinity, spread, priority, taints, 'give-back': giveBack },
  questions: { capacity },
};
