import { CoreV1Api, PolicyV1Api, StorageV1Api } from '@kubernetes/client-node';
import { ifFound } from '../../lib/model/cluster.ts';
import { deploymentNamed, podNamed, podsWith } from '../../lib/checks/cluster-objects.ts';
import { isCordoned, isReady } from '../../lib/checks/conditions.ts';
import { readyEndpoints, slicesOf } from '../../lib/checks/endpoints.ts';
import { failed, passed } from '../../lib/model/verdict.ts';
import type { Check, Question } from '../../lib/model/check.ts';
import { missing } from '../../lib/checks/missing.ts';
import {
  controlPlaneLabel,
  nodesOf,
  podsPerZone,
  stillNotReady,
  workersOf,
  zoneLabel,
} from '../../lib/checks/nodes.ts';
import { drillNamespace } from './objects.ts';
import { unreadyDeployment } from './checks-shared.ts';

export const replace: Check = async (cluster) => {
  const nodes = await nodesOf(cluster);
  if (!nodes.every(isReady)) return stillNotReady;
  if (nodes.some(isCordoned)) {
    return failed({
      ja: 'まだ cordon されたままのノードがあります。新しい Pod は、そこに置かれません。',
      en: 'A node is still cordoned. It gets no new pods.',
    });
  }
  const workers = await workersOf(cluster);
  for (const name of ['web', 'ledger']) {
    const deployment = await deploymentNamed(cluster, name);
    if (deployment === undefined) return missing(`Deployment ${name}`, cluster.namespace);
    const unready = unreadyDeployment(deployment);
    if (unready !== undefined) return unready;
    const pods = await podsWith(cluster, `app.kubernetes.io/name=${name}`);
    if (podsPerZone(pods, workers).every((count) => count > 0)) continue;
    return failed({
      ja: `Deployment ${name} の Pod が、すべてのゾーンにはいません。ノードが戻っても、動いている Pod は移動しません。`,
      en: `Deployment ${name} does not have pods in every zone. Running pods do not move when a node comes back.`,
    });
  }
  return passed;
};

export const zones: Question = {
  solution: [
    `FIRST=$(kubectl get nodes -l '!${controlPlaneLabel}' -o jsonpath='{.items[0].metadata.name}')`,
    `ZONE=$(kubectl get node $FIRST -o jsonpath='{.metadata.labels.topology\\.kubernetes\\.io/zone}')`,
    `kubectl get endpointslices -l kubernetes.io/service-name=web -o jsonpath='{range .items[*].endpoints[?(@.conditions.ready==true)]}{.zone}{"\\n"}{end}' | grep -v -c -x "$ZONE"`,
  ].join('\n'),
  async judge(cluster, answer) {
    const [first] = await workersOf(cluster);
    const gone = first?.metadata?.labels?.[zoneLabel];
    const ready = readyEndpoints(await slicesOf(cluster, 'web'));
    const kept = ready.filter((endpoint) => endpoint.zone !== gone).length;
    if (answer === String(kept)) return passed;
    if (answer === String(ready.length - kept)) {
      return failed({
        ja: 'それは、シフトで外されるほうの数です。',
        en: 'That is the number that the shift would take out.',
      });
    }
    if (answer === String(ready.length)) {
      return failed({ ja: 'それは、いまの全部の数です。', en: 'That is how many there are now.' });
    }
    return failed({
      ja: '残る数と合いません。エンドポイントがどのゾーンにいるかは、EndpointSlice に書かれています。',
      en: 'That is not the number that would remain. EndpointSlices have the zone of each endpoint.',
    });
  },
};

export const backup: Check = async (cluster) => {
  const { api, namespace } = cluster;
  const restored = await deploymentNamed(cluster, 'ledger', drillNamespace);
  if (restored === undefined) return missing('Deployment ledger', drillNamespace);
  const settings = await ifFound(
    api(CoreV1Api).readNamespacedConfigMap({ name: 'ledger-settings', namespace: drillNamespace }),
  );
  if (settings?.data?.CURRENCY === undefined) return missing('ConfigMap ledger-settings', drillNamespace);
  const budget = await ifFound(
    api(PolicyV1Api).readNamespacedPodDisruptionBudget({ name: 'ledger', namespace: drillNamespace }),
  );
  if (budget === undefined) return missing('PodDisruptionBudget ledger', drillNamespace);
  const unready = unreadyDeployment(restored);
  if (unready !== undefined) return unready;
  const claim = await ifFound(api(CoreV1Api).readNamespacedPersistentVolumeClaim({ name: 'books', namespace }));
  if (claim === undefined) return missing('PersistentVolumeClaim books', namespace);
  const classes = (await api(StorageV1Api).listStorageClass()).items.map(({ metadata }) => metadata?.name);
  // Without a provisioner of volumes, a claim can only wait.
  if (classes.length === 0) return passed;
  if (claim.status?.phase !== 'Bound') {
    return failed({
      ja: 'PersistentVolumeClaim books にボリュームがまだありません。書かれている StorageClass があるか、使う Pod があるかを確かめてください。',
      en: 'PersistentVolumeClaim books has no volume yet. Check that its StorageClass exists, and that a pod uses it.',
    });
  }
  const reader = await podNamed(cluster, 'reader');
  if (reader === undefined) return missing('Pod reader', namespace);
  if (reader.status?.phase === 'Succeeded') return passed;
  return failed({
    ja: 'Pod reader が、まだ最後まで読めていません。',
    en: 'Pod reader has not finished reading the volume.',
  });
};
