import { deploymentNamed, podNamed, podsWith } from '../../lib/checks/cluster-objects.ts';
import { isCordoned, isReady } from '../../lib/checks/conditions.ts';
import { failed, passed } from '../../lib/model/verdict.ts';
import type { Check } from '../../lib/model/check.ts';
import { missingOrElsewhere } from '../../lib/checks/missing.ts';
import { nodesOf, podsPerZone, stillCordoned, workersOf, zoneLabel } from '../../lib/checks/nodes.ts';
import { notReady, unreadyDeployment } from './checks-shared.ts';

const hostname = 'kubernetes.io/hostname';

export const affinity: Check = async (cluster) => {
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

export const spread: Check = async (cluster) => {
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
