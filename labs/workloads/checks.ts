import { AppsV1Api, BatchV1Api, type V1Probe } from '@kubernetes/client-node';
import { ifFound, type Cluster } from '../../lib/model/cluster.ts';
import { deploymentNamed, podNamed, podsWith, serviceNamed } from '../../lib/checks/cluster-objects.ts';
import { isComplete, isCordoned, isReady, isRolledOut } from '../../lib/checks/conditions.ts';
import { failed, passed, type Verdict } from '../../lib/model/verdict.ts';
import type { Check, Question, LabChecks } from '../../lib/model/check.ts';
import { webCpuTarget } from '../../lib/application/sample-workload.ts';
import { deleted, missingOrElsewhere } from '../../lib/checks/missing.ts';
import { nodesOf, stillCordoned } from '../../lib/checks/nodes.ts';
import { quantityIn } from '../../lib/catalog/quantity.ts';
import { noDeployment, versionOf, webAutoscaler, webPods, webSelector } from '../../lib/checks/sample-workload.ts';

/** The start time of the application in task `probes`, in seconds. */
const startsIn = 8;

/** The memory that the pod of task `limits` needs, in MiB: the text, and its copy. */
const neededMib = 96;

const notReady = (what: string): Verdict =>
  failed({
    ja: `${what} の Pod がまだ全部は Ready になっていません。`,
    en: `Not all pods of ${what} are ready yet.`,
  });

/** The Deployment with this name, and the verdict when not all of its pods are of the newest version and ready. */
async function deploymentAndLack(cluster: Cluster, name: string) {
  const deployment = await deploymentNamed(cluster, name);
  if (deployment === undefined)
    return { deployment, unready: missingOrElsewhere(`Deployment ${name}`, cluster.namespace) };
  return { deployment, unready: isRolledOut(deployment) ? undefined : notReady(`Deployment ${name}`) };
}

const owners: Question = {
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

const dependencies: Check = async (cluster) => {
  const { deployment, unready } = await deploymentAndLack(cluster, 'shop');
  if (deployment === undefined) return unready;
  const inits = deployment.spec?.template.spec?.initContainers ?? [];
  const at = (name: string) => inits.findIndex((container) => container.name === name);
  const [migrate, proxy] = [inits[at('migrate')], inits[at('proxy')]];
  if (migrate === undefined || migrate.restartPolicy === 'Always') {
    return failed({
      ja: 'Deployment shop に、終わってから次に進む migrate がありません。',
      en: 'Deployment shop has no container migrate that has to end before the next one starts.',
    });
  }
  if (proxy === undefined) {
    return failed({
      ja: 'Deployment shop の proxy が、順番のあるコンテナの中にありません。containers に書いたコンテナは、順番を待たずに一緒に始まります。',
      en: 'proxy of Deployment shop is not one of the containers that start in order. Those under containers start together.',
    });
  }
  if (proxy.restartPolicy !== 'Always') {
    return failed({
      ja: 'proxy は普通の init コンテナです。終わらないので、次に進めません。',
      en: 'proxy is an ordinary init container. It does not end, so the next one never starts.',
    });
  }
  if (proxy.startupProbe === undefined) {
    return failed({
      ja: 'proxy はサイドカーですが、起動したかを確かめるプローブがありません。立ち上がる前に main が始まります。',
      en: 'proxy is a sidecar, but nothing checks that it has started. main starts before proxy serves.',
    });
  }
  if (at('migrate') > at('proxy')) {
    return failed({
      ja: 'migrate より先に proxy が始まります。',
      en: 'proxy starts before migrate.',
    });
  }
  return unready ?? passed;
};

const statefulSet: Check = async (cluster) => {
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

const daemonSet: Check = async (cluster) => {
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

const job: Check = async (cluster) => {
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

/** How long a probe tolerates failures, in seconds. */
const patienceOf = (probe: V1Probe | undefined): number =>
  probe === undefined
    ? 0
    : (probe.initialDelaySeconds ?? 0) + (probe.periodSeconds ?? 10) * (probe.failureThreshold ?? 3);

const probes: Check = async (cluster) => {
  const { deployment, unready } = await deploymentAndLack(cluster, 'slow');
  if (deployment === undefined) return unready;
  const container = deployment.spec?.template.spec?.containers[0];
  if (container?.livenessProbe === undefined || container.readinessProbe === undefined) {
    return failed({
      ja: 'Deployment slow のプローブが減っています。起動してからの故障に、誰も気づかなくなります。',
      en: 'Deployment slow has lost a probe. Later failures would go unnoticed.',
    });
  }
  if (patienceOf(container.livenessProbe) > startsIn) {
    return failed({
      ja: 'livenessProbe を緩めると、動いてからの故障に気づくのも遅れます。待つのは起動のあいだだけにしてください。',
      en: 'A more tolerant livenessProbe also notices later failures later. Be tolerant only during the start.',
    });
  }
  if (patienceOf(container.startupProbe) <= startsIn) {
    return failed({
      ja: `起動には ${startsIn} 秒かかりますが、それまで待つプローブがありません。`,
      en: `The application takes ${startsIn} seconds to start, and no probe waits that long.`,
    });
  }
  return unready ?? passed;
};

const limits: Check = async (cluster) => {
  const pod = await podNamed(cluster, 'greedy');
  if (pod === undefined) return missingOrElsewhere('Pod greedy', cluster.namespace);
  const limit = pod.spec?.containers[0]?.resources?.limits?.memory;
  if (limit === undefined) {
    return failed({
      ja: 'Pod greedy にメモリの上限がありません。上限がないと、ノードのほかの Pod を巻き添えにします。',
      en: 'Pod greedy has no memory limit. Without one, it endangers the other pods of its node.',
    });
  }
  const state = pod.status?.containerStatuses?.[0]?.state?.terminated;
  if (state?.reason === 'OOMKilled') {
    return failed({
      ja: `Pod greedy は、上限の ${limit} を超えてカーネルに止められました。`,
      en: `Pod greedy exceeded its limit of ${limit}, and the kernel killed it.`,
    });
  }
  if (quantityIn(limit) < neededMib * 2 ** 20) {
    return failed({
      ja: `Pod greedy の上限 ${limit} では足りません。64 MiB の文字列を、写しながら作ります。`,
      en: `The limit of pod greedy, ${limit}, is too low: it creates a text of 64 MiB, and copies it.`,
    });
  }
  if (isReady(pod)) return passed;
  return failed({
    ja: 'Pod greedy がまだ Ready になっていません。',
    en: 'Pod greedy is not ready yet.',
  });
};

const autoscaling: Check = async (cluster) => {
  const hpa = await webAutoscaler(cluster);
  if (hpa === undefined) return deleted('HorizontalPodAutoscaler web');
  const { minReplicas = 1, maxReplicas } = hpa.spec ?? {};
  if (minReplicas !== 3 || maxReplicas !== 6) {
    return failed({
      ja: 'HorizontalPodAutoscaler web の下限か上限が変わっています。変えるのは目標です。',
      en: 'The lower or upper bound of HorizontalPodAutoscaler web has changed. Change only the target.',
    });
  }
  const cpu = hpa.spec?.metrics?.find(({ resource }) => resource?.name === 'cpu');
  const target = cpu?.resource?.target.averageUtilization ?? 0;
  if (target >= webCpuTarget) {
    return failed({
      ja: `HorizontalPodAutoscaler web の目標は ${target} % のままです。目標を下げると、数は HorizontalPodAutoscaler が増やします。`,
      en: `The target of HorizontalPodAutoscaler web is still ${target} %. Lower it, and the HorizontalPodAutoscaler adds pods.`,
    });
  }
  const wanted = hpa.status?.desiredReplicas ?? 0;
  if (hpa.status?.lastScaleTime === undefined || wanted <= minReplicas) {
    return failed({
      ja: `HorizontalPodAutoscaler web が求めている Pod は ${wanted} 個です。目標を変えたばかりなら、次の計算まで 15 秒ほど待ってください。`,
      en: `HorizontalPodAutoscaler web wants ${wanted} pods. If you have just changed its target, the next calculation may be 15 seconds away.`,
    });
  }
  const ready = (await webPods(cluster)).filter(isReady).length;
  if (ready >= wanted) return passed;
  return failed({
    ja: `HorizontalPodAutoscaler web は ${wanted} 個を求めていますが、Ready な Pod は ${ready} 個です。`,
    en: `HorizontalPodAutoscaler web wants ${wanted} pods, of which ${ready} are ready.`,
  });
};

/** The checks and questions of this lab. */
export const checks: LabChecks = {
  checks: { dependencies, 'stateful-set': statefulSet, 'daemon-set': daemonSet, job, probes, limits, autoscaling },
  questions: { owners },
};
