import {
  ApiregistrationV1Api,
  AppsV1Api,
  CoreV1Api,
  PolicyV1Api,
  StorageV1Api,
  VersionApi,
  type V1Deployment,
  type V1Pod,
} from '@kubernetes/client-node';
import { ifFound } from '../../lib/model/cluster.ts';
import { deploymentNamed, podNamed, podsWith } from '../../lib/checks/cluster-objects.ts';
import { isCordoned, isReady, isRolledOut } from '../../lib/checks/conditions.ts';
import { readyEndpoints, slicesOf } from '../../lib/checks/endpoints.ts';
import { failed, passed, type Verdict } from '../../lib/model/verdict.ts';
import type { Check, Question, LabChecks } from '../../lib/model/check.ts';
import { missing } from '../../lib/checks/missing.ts';
import {
  controlPlaneLabel,
  nodesOf,
  podsPerZone,
  stillNotReady,
  workersOf,
  zoneLabel,
} from '../../lib/checks/nodes.ts';
import { agentsNamespace, drillNamespace, teamNamespace } from './objects.ts';

/** The folder of a node with the output of its containers. */
const podLogs = '/var/log/pods';

/** The annotation in which the LimitRanger lists what it changed in a pod. */
const limitRanger = 'kubernetes.io/limit-ranger';

/**
 * How many minor versions a kubelet may be older than its API server.
 *
 * @see https://kubernetes.io/releases/version-skew-policy/#kubelet (read November 2026)
 */
const kubeletSkew = 3;

/** Why not all pods of a Deployment are ready; undefined when they are. */
function unreadyDeployment(deployment: V1Deployment): Verdict | undefined {
  if (isRolledOut(deployment)) return undefined;
  const { metadata, spec, status } = deployment;
  const desired = spec?.replicas ?? 0;
  const ready = status?.readyReplicas ?? 0;
  return failed({
    ja: `Deployment ${metadata?.name ?? ''} の Pod が ${desired} 個のうち ${ready} 個しか Ready でないか、入れ替わる途中です。`,
    en: `Deployment ${metadata?.name ?? ''} has ${ready} of ${desired} pods ready, or is still replacing some.`,
  });
}

const metrics: Question = {
  solution: `kubectl get apiservice v1beta1.metrics.k8s.io -o jsonpath='{.spec.service.namespace}/{.spec.service.name}'`,
  async judge({ api }, answer) {
    const { items } = await api(ApiregistrationV1Api).listAPIService();
    const served = items.find(({ spec }) => spec?.group === 'metrics.k8s.io' && spec.service !== undefined);
    const service = served?.spec?.service;
    if (service !== undefined && answer === `${service.namespace ?? ''}/${service.name ?? ''}`) return passed;
    if (service !== undefined && answer === service.name) {
      return failed({
        ja: '名前は合っています。名前空間も付けて答えてください。',
        en: 'The name is correct. Also give its namespace.',
      });
    }
    return failed({
      ja: 'その Service ではありません。API グループを誰が引き受けているかは、APIService というオブジェクトに書かれています。',
      en: 'Not that Service. An object of kind APIService says which Service handles requests for an API group.',
    });
  },
};

const logs: Check = async (cluster) => {
  const { items } = await cluster.api(AppsV1Api).listNamespacedDaemonSet({ namespace: cluster.namespace });
  const name = 'log-agent';
  const agent = await ifFound(cluster.api(AppsV1Api).readNamespacedDaemonSet({ name, namespace: agentsNamespace }));
  if (agent === undefined) {
    return items.some(({ metadata }) => metadata?.name === name)
      ? failed({
          ja: `DaemonSet ${name} はラボの名前空間にあります。そこではノードのフォルダーを見る Pod が断られます。イベントを見てください。`,
          en: `DaemonSet ${name} is in the lab's namespace, which refuses pods that mount a folder of their node. See its events.`,
        })
      : missing(`DaemonSet ${name}`, agentsNamespace);
  }
  const pod = agent.spec?.template.spec;
  const volume = pod?.volumes?.find(({ hostPath }) => hostPath?.path === podLogs);
  const mount = pod?.containers
    .flatMap(({ volumeMounts }) => volumeMounts ?? [])
    .find((candidate) => candidate.name === volume?.name);
  if (volume === undefined || mount === undefined) {
    return failed({
      ja: `DaemonSet ${name} が、ノードの ${podLogs} を見ていません。`,
      en: `DaemonSet ${name} does not mount ${podLogs} of its node.`,
    });
  }
  if (mount.readOnly !== true) {
    return failed({
      ja: `DaemonSet ${name} が、ノードのログに書き込めてしまいます。読むだけにしてください。`,
      en: `DaemonSet ${name} could write to the logs of its node. Make the mount read-only.`,
    });
  }
  const workers = (await workersOf(cluster)).length;
  const ready = agent.status?.numberReady ?? 0;
  if (ready >= workers && agent.status?.observedGeneration === agent.metadata?.generation) return passed;
  return failed({
    ja: `DaemonSet ${name} の Pod が Ready なのは ${ready} 台です。ワーカーノードは ${workers} 台あります。`,
    en: `DaemonSet ${name} has a ready pod on ${ready} nodes. There are ${workers} worker nodes.`,
  });
};

const limits: Check = async (cluster) => {
  const { api } = cluster;
  const namespace = teamNamespace;
  const quota = await ifFound(api(CoreV1Api).readNamespacedResourceQuota({ name: 'team', namespace }));
  if (quota === undefined) return missing('ResourceQuota team', namespace);
  for (const resource of ['requests.cpu', 'limits.memory']) {
    if (quota.spec?.hard?.[resource] !== undefined) continue;
    return failed({
      ja: `ResourceQuota team に ${resource} の上限がありません。`,
      en: `ResourceQuota team does not limit ${resource}.`,
    });
  }
  if ((await api(CoreV1Api).listNamespacedLimitRange({ namespace })).items.length === 0) {
    return missing('LimitRange', namespace);
  }
  const crowd = await deploymentNamed(cluster, 'crowd', namespace);
  if (crowd === undefined) return missing('Deployment crowd', namespace);
  const desired = crowd.spec?.replicas ?? 0;
  if (desired < 4) {
    return failed({
      ja: `Deployment crowd は ${desired} 個の Pod を求めています。減らすのではなく、4 個を動かしてください。`,
      en: `Deployment crowd wants ${desired} pods. Get 4 of them to run, and do not reduce the number.`,
    });
  }
  const refusal = crowd.status?.conditions?.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
  if (refusal !== undefined) {
    return failed({
      ja: 'Deployment crowd の Pod が、まだ断られています。理由は Deployment の状態（ReplicaFailure）に書かれています。',
      en: "Pods of Deployment crowd are still refused. The Deployment's status says why (ReplicaFailure).",
    });
  }
  const unready = unreadyDeployment(crowd);
  if (unready !== undefined) return unready;
  const { items } = await api(CoreV1Api).listNamespacedPod({ namespace, labelSelector: 'app=crowd' });
  if (items.every(({ metadata }) => metadata?.annotations?.[limitRanger] !== undefined)) return passed;
  return failed({
    ja: 'Deployment crowd の Pod の値は、LimitRange が書いたものではありません。何も書かない Pod に、既定値が付くようにしてください。',
    en: 'The requests of the pods of Deployment crowd do not come from the LimitRange. Let it set the requests that pods omit.',
  });
};

const versions: Question = {
  solution: `kubectl version -o json | awk -F'"' '/serverVersion/ {server = 1} server && $2 == "minor" {print "1." $4 - ${kubeletSkew}}'`,
  async judge({ api }, answer) {
    const { minor } = await api(VersionApi).getCode();
    // The minor version of EKS can be `36+`.
    const server = Number.parseInt(minor, 10);
    const given = Number(/^v?1\.(\d+)(?:\.\d+)?$/.exec(answer)?.[1]);
    if (Number.isNaN(given)) {
      return failed({
        ja: 'マイナーバージョンの形ではありません。1.30 のように答えてください。',
        en: 'That is not a minor version. Answer in the form 1.30.',
      });
    }
    if (given === server - kubeletSkew) return passed;
    if (given > server) {
      return failed({
        ja: 'それは API サーバーより新しいバージョンです。新しい kubelet は、1 つ違いでも許されません。',
        en: 'That is newer than the API server. A kubelet may never be newer.',
      });
    }
    if (given > server - kubeletSkew) {
      return failed({
        ja: 'それも許されますが、もっと古い kubelet でもかまいません。',
        en: 'That version is allowed, but so is an older one.',
      });
    }
    return failed({
      ja: 'それは古すぎます。API サーバーから数えて、許される差を超えています。',
      en: 'That is too old: the skew to the API server is larger than allowed.',
    });
  },
};

/** Whether a drain has to evict a pod: it belongs to no DaemonSet, is not a static pod, and has not ended. */
const hasToGo = ({ metadata, status }: V1Pod): boolean =>
  !(metadata?.ownerReferences ?? []).some(({ kind }) => kind === 'DaemonSet' || kind === 'Node') &&
  status?.phase !== 'Succeeded' &&
  status?.phase !== 'Failed';

const drain: Check = async (cluster) => {
  const cordoned = (await nodesOf(cluster)).filter(isCordoned);
  if (cordoned.length === 0) {
    return failed({
      ja: 'cordon されたノードがありません。空にしたノードは、次の課題まで閉じたままにします。',
      en: 'No node is cordoned. The node that you drained stays cordoned until the next task.',
    });
  }
  const names = cordoned.map(({ metadata }) => metadata?.name);
  const { items } = await cluster.api(CoreV1Api).listPodForAllNamespaces();
  const left = items.filter(({ spec }) => names.includes(spec?.nodeName)).filter(hasToGo);
  if (left.length > 0) {
    const pods = left.map(({ metadata }) => `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`).join(', ');
    return failed({
      ja: `cordon されたノードに、まだ Pod が残っています: ${pods}`,
      en: `There are still pods on the cordoned node: ${pods}`,
    });
  }
  const budget = await ifFound(
    cluster.api(PolicyV1Api).readNamespacedPodDisruptionBudget({ name: 'ledger', namespace: cluster.namespace }),
  );
  if (budget === undefined || Number(budget.spec?.minAvailable ?? 0) < 1) {
    return failed({
      ja: 'PodDisruptionBudget ledger がないか、1 つも守っていません。ノードは空になりましたが、台帳を守るものもなくなりました。',
      en: 'PodDisruptionBudget ledger is gone, or allows every disruption. The node is empty, but nothing protects the ledger any more.',
    });
  }
  const ledger = await deploymentNamed(cluster, 'ledger');
  if (ledger === undefined) return missing('Deployment ledger', cluster.namespace);
  if ((ledger.spec?.replicas ?? 0) < 2) {
    return failed({
      ja: 'Deployment ledger の Pod はまだ 1 つです。これでは、次の drain もまた止まります。',
      en: 'Deployment ledger still has one replica. The next drain would block again.',
    });
  }
  return unreadyDeployment(ledger) ?? passed;
};

const replace: Check = async (cluster) => {
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

const zones: Question = {
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

const backup: Check = async (cluster) => {
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

/** The checks and questions of this lab. */
export const checks: LabChecks = {
  checks: { logs, limits, drain, replace, backup },
  questions: { metrics, versions, zones },
};
