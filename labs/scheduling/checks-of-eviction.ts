import { SchedulingV1Api, type V1Node, type V1Pod } from '@kubernetes/client-node';
import { ifFound } from '../../lib/model/cluster.ts';
import { deploymentNamed, podNamed, podsWith } from '../../lib/checks/cluster-objects.ts';
import { isReady, scheduledCondition } from '../../lib/checks/conditions.ts';
import { failed, passed } from '../../lib/model/verdict.ts';
import type { Check } from '../../lib/model/check.ts';
import { missingOrElsewhere } from '../../lib/checks/missing.ts';
import { nodesOf } from '../../lib/checks/nodes.ts';
import { notReady, unreadyDeployment } from './checks-shared.ts';

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

export const priority: Check = async (cluster) => {
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

export const taints: Check = async (cluster) => {
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

export const giveBack: Check = async (cluster) => {
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
