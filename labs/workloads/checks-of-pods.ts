import type { V1Probe } from '@kubernetes/client-node';
import type { Cluster } from '../../lib/model/cluster.ts';
import { deploymentNamed, podNamed } from '../../lib/checks/cluster-objects.ts';
import { isReady, isRolledOut } from '../../lib/checks/conditions.ts';
import { failed, passed } from '../../lib/model/verdict.ts';
import type { Check } from '../../lib/model/check.ts';
import { webCpuTarget } from '../../lib/application/sample-workload.ts';
import { deleted, missingOrElsewhere } from '../../lib/checks/missing.ts';
import { quantityIn } from '../../lib/catalog/quantity.ts';
import { webAutoscaler, webPods } from '../../lib/checks/sample-workload.ts';
import { notReady } from './checks-shared.ts';

/** The start time of the application in task `probes`, in seconds. */
const startsIn = 8;

/** The memory that the pod of task `limits` needs, in MiB: the text, and its copy. */
const neededMib = 96;

/** The Deployment with this name, and the verdict when not all of its pods are of the newest version and ready. */
async function deploymentAndLack(cluster: Cluster, name: string) {
  const deployment = await deploymentNamed(cluster, name);
  if (deployment === undefined)
    return { deployment, unready: missingOrElsewhere(`Deployment ${name}`, cluster.namespace) };
  return { deployment, unready: isRolledOut(deployment) ? undefined : notReady(`Deployment ${name}`) };
}

export const dependencies: Check = async (cluster) => {
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

/** How long a probe tolerates failures, in seconds. */
const patienceOf = (probe: V1Probe | undefined): number =>
  probe === undefined
    ? 0
    : (probe.initialDelaySeconds ?? 0) + (probe.periodSeconds ?? 10) * (probe.failureThreshold ?? 3);

export const probes: Check = async (cluster) => {
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

export const limits: Check = async (cluster) => {
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

export const autoscaling: Check = async (cluster) => {
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
