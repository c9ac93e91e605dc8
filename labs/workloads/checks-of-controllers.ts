import { AppsV1Api, BatchV1Api } from '@kubernetes/client-node';
import { ifFound } from '../../lib/model/cluster.ts';
import { podsWith, serviceNamed } from '../../lib/checks/cluster-objects.ts';
import { isComplete, isCordoned, isReady } from '../../lib/checks/conditions.ts';
import { failed, passed } from '../../lib/model/verdict.ts';
import type { Check, Question } from '../../lib/model/check.ts';
import { missingOrElsewhere } from '../../lib/checks/missing.ts';
import { nodesOf, stillCordoned } from '../../lib/checks/nodes.ts';
import { noDeployment, versionOf, webPods, webSelector } from '../../lib/checks/sample-workload.ts';
import { notReady } from './checks-shared.ts';

export const owners: Question = {
  solution: `kubectl get pods -l ${webSelector} -o jsonpath='{.items[0].metadata.ownerReferences[0].kind}/{.items[0].metadata.ownerReferences[0].name}'`,
  async judge(cluster, answer) {
    const [kind = '', name = ''] = answer.split('/');
    const owned = (await webPods(cluster)).flatMap(({ metadata }) => metadata?.ownerReferences ?? []);
    if (owned.length === 0) return noDeployment;
    const isReplicaSet = /^(replicasets?(\.apps)?|rs)$/i.test(kind);
    if (isReplicaSet && owned.some((owner) => owner.kind === 'ReplicaSet' && owner.name === name)) return passed;
    if (/^(deployments?(\.apps)?|deploy)$/i.test(kind)) {
      return failed({
        ja: 'Deployment は持ち主の持ち主です。Pod の ownerReferences に書かれているのは、あいだにいるオブジェクトです。',
        en: 'The Deployment is the owner of the owner. The ownerReferences of a pod name the object between them.',
      });
    }
    if (name === '') {
      return failed({
        ja: '種類と名前を / でつないで答えてください。',
        en: 'Answer with the kind and the name, joined by a slash.',
      });
    }
    return failed({
      ja: 'いまの web の Pod は、それを持ち主としていません。名前の途中の文字列は、版が変わると変わります。',
      en: 'That does not own a current web pod. The letters in the middle of the name change with each version.',
    });
  },
};

export const statefulSet: Check = async (cluster) => {
  const { api, namespace } = cluster;
  const service = await serviceNamed(cluster, 'store');
  if (service === undefined) return missingOrElsewhere('Service store', cluster.namespace);
  const set = await ifFound(api(AppsV1Api).readNamespacedStatefulSet({ name: 'store', namespace }));
  if (set === undefined) return missingOrElsewhere('StatefulSet store', cluster.namespace);
  if (service.spec?.clusterIP !== 'None' || set.spec?.serviceName !== 'store') {
    return failed({
      ja: 'StatefulSet store の Pod の名前を DNS に載せる headless Service（clusterIP が None）になっていません。',
      en: 'Service store is not the headless Service (clusterIP None) that gives the pods of StatefulSet store their names in DNS.',
    });
  }
  const pods = (await podsWith(cluster, 'app=store')).filter(({ metadata }) =>
    metadata?.ownerReferences?.some(({ kind, name }) => kind === 'StatefulSet' && name === 'store'),
  );
  if (pods.length < 3 || !pods.every(isReady)) return notReady('StatefulSet store (3)');
  if (versionOf(set.spec.template) !== '2') {
    return failed({
      ja: 'StatefulSet store はまだ最初の版です（環境変数 VERSION）。',
      en: 'StatefulSet store still has its first version (environment variable VERSION).',
    });
  }
  const old = pods.filter((pod) => versionOf(pod) !== '2').map(({ metadata }) => metadata?.name ?? '');
  if (old.length === 0) return passed;
  return failed({
    ja: `まだ古い版の Pod があります: ${old.sort().join('、')}。更新が途中の番号で止められていませんか。`,
    en: `These pods still have the old version: ${old.sort().join(', ')}. Is the update held at a number?`,
  });
};

export const daemonSet: Check = async (cluster) => {
  const { api, namespace } = cluster;
  const set = await ifFound(api(AppsV1Api).readNamespacedDaemonSet({ name: 'agent', namespace }));
  if (set === undefined) return missingOrElsewhere('DaemonSet agent', cluster.namespace);
  const nodes = await nodesOf(cluster);
  if (nodes.some(isCordoned)) return stillCordoned;
  if (
    set.spec?.template.spec?.tolerations?.some(({ key, operator }) => key === undefined && operator === 'Exists') !==
    true
  ) {
    return failed({
      ja: 'DaemonSet agent には、人が付けた taint やコントロールプレーンの taint への toleration がありません。そのノードには置かれません。',
      en: 'DaemonSet agent tolerates neither taints that people set nor those of control planes, so it does not run on such nodes.',
    });
  }
  const pods = (await podsWith(cluster, 'app=agent')).filter(isReady);
  const without = nodes
    .map(({ metadata }) => metadata?.name ?? '')
    .filter((name) => !pods.some(({ spec }) => spec?.nodeName === name));
  if (without.length === 0) return passed;
  return failed({
    ja: `agent の Ready な Pod がいないノードがあります: ${without.join('、')}。`,
    en: `These nodes have no ready pod of agent: ${without.join(', ')}.`,
  });
};

export const job: Check = async (cluster) => {
  const { api, namespace } = cluster;
  const report = await ifFound(api(BatchV1Api).readNamespacedJob({ name: 'report', namespace }));
  if (report === undefined) return missingOrElsewhere('Job report', cluster.namespace);
  if ((report.spec?.completions ?? 1) < 3 || report.spec?.completionMode !== 'Indexed') {
    return failed({
      ja: 'Job report が、番号の付いた 3 つの仕事になっていません。',
      en: 'Job report does not have three numbered parts.',
    });
  }
  if (!isComplete(report)) {
    return failed({
      ja: `Job report はまだ終わっていません（成功 ${report.status?.succeeded ?? 0} 個）。`,
      en: `Job report is not complete yet (${report.status?.succeeded ?? 0} succeeded).`,
    });
  }
  const nightly = await ifFound(api(BatchV1Api).readNamespacedCronJob({ name: 'nightly', namespace }));
  if (nightly === undefined) return missingOrElsewhere('CronJob nightly', cluster.namespace);
  if (nightly.spec?.timeZone === undefined || nightly.spec.concurrencyPolicy !== 'Forbid') {
    return failed({
      ja: 'CronJob nightly に、時間帯か、前の回と重ならないようにする指定がありません。',
      en: 'CronJob nightly lacks its time zone, or the field that prevents overlapping runs.',
    });
  }
  const { items } = await api(BatchV1Api).listNamespacedJob({ namespace });
  const runs = items.filter(({ metadata }) =>
    metadata?.ownerReferences?.some(({ kind, name }) => kind === 'CronJob' && name === 'nightly'),
  );
  if (runs.some(isComplete)) return passed;
  return failed({
    ja: 'CronJob nightly から作られた Job が、まだひとつも終わっていません。',
    en: 'No Job of CronJob nightly is complete yet.',
  });
};
