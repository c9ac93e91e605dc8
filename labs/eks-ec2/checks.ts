import {
  AutoscalingV2Api,
  CoordinationV1Api,
  CoreV1Api,
  DiscoveryV1Api,
  type V1Deployment,
  type V1Endpoint,
} from '@kubernetes/client-node';
import { ifFound, type Cluster } from '../../lib/cluster.ts';
import { isReady, isUnreachable } from '../../lib/conditions.ts';
import { failed, passed, type Check, type Finding, type LabChecks } from '../../lib/lab.ts';
import { hasLeft, noDeployment, webDeployment, webPods } from '../../lib/sample-workload.ts';

/** What the guide scales the sample workload to. */
const scaledTo = 5;

const baseline: Finding = {
  solution: `kubectl get nodes -o jsonpath='{.items[0].spec.providerID}' | awk -F/ '{print $NF}'`,
  async judge({ api }, answer) {
    const { items } = await api(CoreV1Api).listNode();
    const instances = items.map((node) => node.spec?.providerID?.split('/').at(-1));
    if (instances[0] === answer) return passed;
    if (instances.includes(answer)) {
      return failed({
        ja: 'それは別のノードのインスタンスです。一覧の並び順をもう一度見てください。',
        en: 'That is the instance of another node. Look at the order of the list again.',
      });
    }
    return failed({
      ja: 'その ID のインスタンスはこのクラスターにいません。ノードの spec に、クラウド側の名前（providerID）が書かれています。',
      en: "No node of this cluster is that instance. A node's spec says what the cloud calls it (providerID).",
    });
  },
};

const controlPlane: Finding = {
  solution: `kubectl get lease -n kube-system kube-controller-manager -o jsonpath='{.spec.holderIdentity}'`,
  async judge({ api }, answer) {
    const { items } = await api(CoordinationV1Api).listNamespacedLease({ namespace: 'kube-system' });
    const holderOf = (name: string) => items.find((lease) => lease.metadata?.name === name)?.spec?.holderIdentity;
    if (holderOf('kube-controller-manager') === answer) return passed;
    const other = items.find((lease) => lease.spec?.holderIdentity === answer)?.metadata?.name;
    if (other !== undefined) {
      return failed({
        ja: `それは ${other} の Lease を持つプロセスです。聞いているのは kube-controller-manager です。`,
        en: `That is the process which holds the Lease ${other}. The question is about kube-controller-manager.`,
      });
    }
    return failed({
      ja: 'その識別子のリーダーはいません。リーダーは kube-system の Lease に名前を残します（交代すると変わります）。',
      en: 'No leader has that identity. A leader leaves its name in a Lease in kube-system (it changes when another takes over).',
    });
  },
};

const apiServer: Check = async ({ api, namespace }) => {
  const greeting = await ifFound(api(CoreV1Api).readNamespacedConfigMap({ name: 'greeting', namespace }));
  if (greeting === undefined) {
    return failed({
      ja: `名前空間 ${namespace} に ConfigMap greeting がありません。別の名前空間に作っていませんか。`,
      en: `There is no ConfigMap greeting in namespace ${namespace}. Was it made in another one?`,
    });
  }
  if (greeting.data?.message !== 'hello, API server') {
    return failed({
      ja: 'ConfigMap greeting はありますが、data.message がまだ書き換わった後の値ではありません。',
      en: 'ConfigMap greeting is there, but its data.message is not yet what the change makes of it.',
    });
  }
  return passed;
};

const versionOf = (deployment: V1Deployment): string | undefined =>
  deployment.spec?.template.spec?.containers[0]?.env?.find(({ name }) => name === 'VERSION')?.value;

const deployment: Check = async (cluster) => {
  const { api, namespace } = cluster;
  const web = await webDeployment(cluster);
  if (web === undefined) return noDeployment;
  const autoscaler = await ifFound(
    api(AutoscalingV2Api).readNamespacedHorizontalPodAutoscaler({ name: 'web', namespace }),
  );
  if ((autoscaler?.spec?.minReplicas ?? 0) < scaledTo) {
    return failed({
      ja: `HorizontalPodAutoscaler web の下限が ${scaledTo} になっていません。Deployment だけを増やすと、あとで下限まで減らされます。`,
      en: `The lower bound of HorizontalPodAutoscaler web is not ${scaledTo} yet. If only the Deployment grows, it will be shrunk again.`,
    });
  }
  if ((web.status?.readyReplicas ?? 0) < scaledTo) {
    return failed({
      ja: `Ready な Pod が ${web.status?.readyReplicas ?? 0} 個です。${scaledTo} 個になるまで少し待ってください。`,
      en: `${web.status?.readyReplicas ?? 0} pods are ready. Give it a moment until there are ${scaledTo}.`,
    });
  }
  const revision = Number(web.metadata?.annotations?.['deployment.kubernetes.io/revision'] ?? 0);
  if (revision < 2) {
    return failed({
      ja: 'Deployment web はまだ最初のリビジョンです。Pod テンプレートを変えるとロールアウトが始まります。',
      en: 'Deployment web is still at its first revision. A change to its pod template starts a rollout.',
    });
  }
  if (versionOf(web) !== '1') {
    return failed({
      ja: 'ロールアウトは済みましたが、Pod テンプレートがまだ元に戻っていません（環境変数 VERSION）。',
      en: 'The rollout is done, but the pod template is not back to what it was (environment variable VERSION).',
    });
  }
  if (revision < 3) {
    return failed({
      ja: 'リビジョンが足りません。新しい版を出し、それから元の版に戻すと、リビジョンは 3 になります。',
      en: 'A revision is missing. Rolling out a new version and then going back makes revision 3.',
    });
  }
  return passed;
};

const lostNode: Check = async (cluster) => {
  const { items: nodes } = await cluster.api(CoreV1Api).listNode();
  const silent = nodes.filter((node) => !isReady(node));
  if (silent.length === 0) {
    return failed({
      ja: 'どのノードも Ready です。黙り込んだノードが NotReady になるまで 50 秒ほどかかります。cordon では Ready のままです。',
      en: 'Every node is Ready. A silent node becomes NotReady after about 50 seconds; a cordoned one stays Ready.',
    });
  }
  if (!silent.some(isUnreachable)) {
    return failed({
      ja: 'Ready でないノードはありますが、「到達できない」という NoExecute の taint がまだ付いていません。',
      en: 'A node is not Ready, but it does not carry the NoExecute taint for unreachable nodes yet.',
    });
  }
  return hasLeft(silent, cluster);
};

const nodeReturns: Check = async (cluster) => {
  const { items: nodes } = await cluster.api(CoreV1Api).listNode();
  if (!nodes.every(isReady)) {
    return failed({
      ja: 'まだ Ready でないノードがあります。',
      en: 'There still is a node that is not Ready.',
    });
  }
  if (nodes.some(isUnreachable)) {
    return failed({
      ja: 'ノードは Ready に戻りましたが、taint がまだ外れていません。数秒待ってください。',
      en: 'The node is Ready again, but its taint has not been removed yet. Give it a few seconds.',
    });
  }
  const web = await webDeployment(cluster);
  if (web === undefined) return noDeployment;
  if (web.spec?.template.metadata?.annotations?.['kubectl.kubernetes.io/restartedAt'] === undefined) {
    return failed({
      ja: 'Deployment web の Pod がまだ作り直されていません。ノードが戻っても、動いている Pod は移動しません。',
      en: 'The pods of Deployment web have not been made anew. Running pods do not move when a node comes back.',
    });
  }
  const zoneOf = new Map(
    nodes.map((node) => [node.metadata?.name, node.metadata?.labels?.['topology.kubernetes.io/zone']]),
  );
  const perZone = new Map([...zoneOf.values()].map((zone) => [zone, 0]));
  const pods = await webPods(cluster);
  for (const pod of pods) {
    const zone = zoneOf.get(pod.spec?.nodeName);
    perZone.set(zone, (perZone.get(zone) ?? 0) + 1);
  }
  const counts = [...perZone.values()];
  if (Math.max(...counts) - Math.min(...counts) > 1 || pods.length !== web.spec.replicas || !pods.every(isReady)) {
    return failed({
      ja: 'web の Pod がまだゾーンに均等に広がっていません。ロールアウトの途中なら、終わるのを待ってください。',
      en: 'The web pods are not spread evenly over the zones. If a rollout is under way, wait for its end.',
    });
  }
  return passed;
};

/** The addresses of a Service's ready endpoints, sorted. */
async function readyEndpoints({ api, namespace }: Cluster, service: string): Promise<string[]> {
  const labelSelector = `kubernetes.io/service-name=${service}`;
  const { items } = await api(DiscoveryV1Api).listNamespacedEndpointSlice({ namespace, labelSelector });
  return (
    items
      // A slice without endpoints comes without the field, whatever the client's type says.
      .flatMap((slice) => (slice.endpoints as V1Endpoint[] | null | undefined) ?? [])
      .filter((endpoint) => endpoint.conditions?.ready)
      .flatMap((endpoint) => endpoint.addresses)
      .sort()
  );
}

const service: Check = async (cluster) => {
  const { api, namespace } = cluster;
  const canary = await ifFound(api(CoreV1Api).readNamespacedService({ name: 'web-canary', namespace }));
  if (canary === undefined) {
    return failed({
      ja: `名前空間 ${namespace} に Service web-canary がありません。`,
      en: `There is no Service web-canary in namespace ${namespace}.`,
    });
  }
  const endpoints = await readyEndpoints(cluster, 'web-canary');
  if (endpoints.length === 0) {
    return failed({
      ja: 'Service web-canary の EndpointSlice に、Ready なエンドポイントがひとつもありません。Service が探しているラベルと Pod のラベルを見比べてください。',
      en: 'The EndpointSlices of Service web-canary hold no ready endpoint. Compare the labels that it looks for with those of the pods.',
    });
  }
  if (endpoints.join() !== (await readyEndpoints(cluster, 'web')).join()) {
    return failed({
      ja: 'Service web-canary は Pod を見つけましたが、Service web と同じ Pod ではありません。',
      en: 'Service web-canary finds pods, but not the same ones as Service web.',
    });
  }
  return passed;
};

/** What confirms the tasks of this lab. */
export const checks: LabChecks = {
  checks: { 'api-server': apiServer, deployment, 'lost-node': lostNode, 'node-returns': nodeReturns, service },
  findings: { baseline, 'control-plane': controlPlane },
};
