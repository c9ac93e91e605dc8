import { BlockList, isIP } from 'node:net';
import { CoreV1Api, NetworkingV1Api, type V1Deployment, type V1Pod } from '@kubernetes/client-node';
import { deploymentNamed, serviceNamed } from '../../lib/checks/cluster-objects.ts';
import { isReady, isRolledOut } from '../../lib/checks/conditions.ts';
import { endpointsIn, readyEndpoints, slicesOf } from '../../lib/checks/endpoints.ts';
import { failed, passed, type Verdict } from '../../lib/model/verdict.ts';
import type { Check, Question, LabChecks } from '../../lib/model/check.ts';
import { missing } from '../../lib/checks/missing.ts';
import { workersOf } from '../../lib/checks/nodes.ts';
import { ingressPoliciesOf, isLetIn } from './ingress-rules.ts';

/** The port of the containers of api, and its name. */
const apiPort = { number: 8080, name: 'http' };

/** The annotations with which the cloud controller of EKS creates an internal NLB. */
const nlb = { name: 'service.beta.kubernetes.io/aws-load-balancer-type', value: 'nlb' };
const internal = { name: 'service.beta.kubernetes.io/aws-load-balancer-internal', value: 'true' };

/** Why a Deployment does not have this many ready pods of its newest version; undefined when it has. */
function unready(deployment: V1Deployment | undefined, name: string, least = 1): Verdict | undefined {
  if (deployment === undefined) return missing(`Deployment ${name}`);
  const { spec, status } = deployment;
  const desired = spec?.replicas ?? 0;
  if (desired < least) {
    return failed({
      ja: `Deployment ${name} の Pod は ${desired} 個を求められています。${least} 個にしてください。`,
      en: `Deployment ${name} wants ${desired} pods. Scale it to ${least}.`,
    });
  }
  if (isRolledOut(deployment)) return undefined;
  return failed({
    ja: `Deployment ${name} の Pod が、まだ全部は Ready になっていません（${status?.readyReplicas ?? 0}/${desired}）。`,
    en: `Not all pods of Deployment ${name} are ready yet (${status?.readyReplicas ?? 0}/${desired}).`,
  });
}

/** Whether an address is in a CIDR range; undefined when the range is invalid. */
function isWithin(range: string, address: string): boolean | undefined {
  const [first = '', bits = ''] = range.split('/');
  const list = new BlockList();
  if (isIP(first) !== 4 || !/^([12]?\d|3[0-2])$/.test(bits)) return undefined;
  list.addSubnet(first, Number(bits));
  return list.check(address);
}

const clusterIp: Question = {
  solution: `kubectl get servicecidrs -o jsonpath='{.items[0].spec.cidrs[0]}{"\\n"}'`,
  async judge({ api, namespace }, answer) {
    const { items } = await api(NetworkingV1Api).listServiceCIDR();
    if (items.some(({ spec }) => spec?.cidrs?.includes(answer) === true)) return passed;
    if (isWithin(answer, '0.0.0.0') === undefined) {
      return failed({
        ja: 'アドレスの範囲ではありません。192.0.2.0/24 の形で答えてください。',
        en: 'That is not a range of addresses. Answer in the form 192.0.2.0/24.',
      });
    }
    const { items: services } = await api(CoreV1Api).listServiceForAllNamespaces();
    const addresses = services.flatMap(({ spec }) => spec?.clusterIPs ?? []).filter((each) => isIP(each) === 4);
    if (addresses.every((address) => isWithin(answer, address) === true)) {
      return failed({
        ja: 'いまある Service のアドレスはどれもその中ですが、配られる範囲そのものではありません。推測ではなく、書いてあるところを探してください。',
        en: 'All current Services are in that range, but it is not the range that their addresses come from. Find the object that has the range.',
      });
    }
    const { items: pods } = await api(CoreV1Api).listNamespacedPod({ namespace });
    if (pods.some(({ status }) => isWithin(answer, status?.podIP ?? '') === true)) {
      return failed({
        ja: 'それは Pod のいる範囲です。Service のアドレスは、そこからは配られません。',
        en: 'That is the range of pods. The addresses of Services come from another one.',
      });
    }
    return failed({
      ja: 'その範囲からは配られていません。Service の CLUSTER-IP を見てください。',
      en: 'Their addresses are not in that range. Look at the CLUSTER-IP of a Service.',
    });
  },
};

const endpoints: Check = async (cluster) => {
  const { api, namespace } = cluster;
  const lacking = unready(await deploymentNamed(cluster, 'api'), 'api', 3);
  if (lacking !== undefined) return lacking;
  if ((await serviceNamed(cluster, 'api')) === undefined) return missing('Service api');
  const slices = await slicesOf(cluster, 'api');
  const listed = endpointsIn(slices);
  const out = listed.find(({ conditions }) => conditions?.ready === false && conditions.terminating !== true);
  if (out !== undefined) {
    return failed({
      ja: `Pod ${out.targetRef?.name ?? ''} が、Service api の行き先から外れたままです。戻してください。`,
      en: `Pod ${out.targetRef?.name ?? ''} is still out of the rotation of Service api. Let it come back.`,
    });
  }
  const inRotation = readyEndpoints(slices).length;
  if (inRotation < 3) {
    return failed({
      ja: `Service api の行き先が ${inRotation} つしかありません。セレクターと、Pod のラベルを見比べてください。`,
      en: `Service api has only ${inRotation} backends. Compare its selector with the labels of the pods.`,
    });
  }
  const { items: pods } = await api(CoreV1Api).listNamespacedPod({ namespace });
  const isSetAside = ({ metadata }: V1Pod) =>
    // The pod keeps the hash label of its ReplicaSet when a learner removes the selector's label to set it aside.
    metadata?.labels?.['pod-template-hash'] !== undefined &&
    (metadata.ownerReferences ?? []).length === 0 &&
    metadata.deletionTimestamp === undefined;
  const aside = pods.filter(isSetAside);
  if (aside.length === 0) {
    return failed({
      ja: '動いたまま脇に取り分けられた Pod がありません。Service からも ReplicaSet からも外れた Pod が要ります。',
      en: 'No running pod has been set aside. It must belong to neither the Service nor the ReplicaSet.',
    });
  }
  if (aside.some((pod) => isReady(pod) && !listed.some(({ targetRef }) => targetRef?.uid === pod.metadata?.uid))) {
    return passed;
  }
  return failed({
    ja: '取り分けた Pod が動いていないか、まだ Service api の行き先に入っています。',
    en: 'The pod that was set aside does not run, or is still a backend of Service api.',
  });
};

const dns: Check = async (cluster) => {
  const client = await deploymentNamed(cluster, 'client');
  if (client === undefined) return missing('Deployment client');
  const { dnsPolicy = 'ClusterFirst', dnsConfig } = client.spec?.template.spec ?? {};
  if (dnsPolicy !== 'ClusterFirst') {
    return failed({
      ja: `Deployment client の dnsPolicy が ${dnsPolicy} です。クラスターの名前を引けなくなるので、ClusterFirst のままにしてください。`,
      en: `dnsPolicy of Deployment client is ${dnsPolicy}. Leave it at ClusterFirst, or its pods can't resolve names of the cluster.`,
    });
  }
  const ndots = dnsConfig?.options?.find(({ name }) => name === 'ndots')?.value;
  if (ndots === undefined) {
    return failed({
      ja: 'Deployment client の Pod の ndots が、まだ変わっていません（既定は 5）。',
      en: 'ndots of the pods of Deployment client has not changed yet (5 is the default).',
    });
  }
  if (!/^[12]$/.test(ndots)) {
    return failed({
      ja:
        Number(ndots) === 0
          ? 'ndots が 0 だと、web のような点のない名前も、最初はそのまま引かれます。'
          : `ndots が ${ndots} だと、www.example.com のような点が 2 つの名前に、まだ接尾辞が試されます。`,
      en:
        Number(ndots) === 0
          ? 'With ndots at 0 even a name without a dot, such as web, is first looked up as it is.'
          : `With ndots at ${ndots} suffixes are still tried on a name of two dots, such as www.example.com.`,
    });
  }
  return unready(client, 'client') ?? passed;
};

const headless: Check = async (cluster) => {
  const pods = await serviceNamed(cluster, 'api-pods');
  if (pods === undefined) return missing('Service api-pods');
  if (pods.spec?.clusterIP !== 'None') {
    return failed({
      ja: 'Service api-pods にアドレスがあります。DNS は、Pod のアドレスではなく、それを答えます。',
      en: "Service api-pods has an address. DNS answers with it, and not with the pods' addresses.",
    });
  }
  if (!(pods.spec.ports ?? []).some(({ port }) => port === apiPort.number)) {
    return failed({
      ja: `Service api-pods のポートが ${apiPort.number} ではありません。headless Service はポートを読み替えないので、呼ぶ側はコンテナのポートにつなぎます。`,
      en: `The port of Service api-pods is not ${apiPort.number}. A headless Service translates no ports: clients connect to the port of the container.`,
    });
  }
  if (readyEndpoints(await slicesOf(cluster, 'api-pods')).length < 3) {
    return failed({
      ja: 'Service api-pods の行き先に、api の Pod が 3 つそろっていません。',
      en: 'Service api-pods does not have the three pods of api as its backends.',
    });
  }
  const database = await serviceNamed(cluster, 'database');
  if (database === undefined) return missing('Service database');
  const externalName = database.spec?.externalName ?? '';
  if (database.spec?.type !== 'ExternalName' || isIP(externalName) !== 0) {
    return failed({
      ja: 'Service database が、別の DNS 名を指す ExternalName になっていません（IP アドレスは、書けても CNAME にはなりません）。',
      en: 'Service database is not of type ExternalName with a DNS name (the API accepts an IP address there, but it is not a CNAME).',
    });
  }
  return passed;
};

const nodePort: Check = async (cluster) => {
  const service = await serviceNamed(cluster, 'api-nodes');
  if (service === undefined) return missing('Service api-nodes');
  if (service.spec?.type !== 'NodePort') {
    return failed({
      ja: `Service api-nodes の種類が ${service.spec?.type ?? ''} です。ノードのポートは開いていません。`,
      en: `Service api-nodes has type ${service.spec?.type ?? ''}: it opens no port on the nodes.`,
    });
  }
  if (service.spec.externalTrafficPolicy !== 'Local') {
    return failed({
      ja: 'Service api-nodes には、呼んだ相手のアドレスが届きません。外からの通信を別のノードへ回す設定のままです。',
      en: "Service api-nodes hides the client's address: it still forwards external traffic to other nodes.",
    });
  }
  const lacking = unready(await deploymentNamed(cluster, 'api'), 'api', 3);
  if (lacking !== undefined) return lacking;
  const workers = (await workersOf(cluster)).length;
  const inRotation = readyEndpoints(await slicesOf(cluster, 'api-nodes'));
  if (new Set(inRotation.map(({ nodeName }) => nodeName)).size >= Math.min(2, workers)) return passed;
  return failed({
    ja: 'api の Pod がいるノードが 1 台だけです。ほかのノードに届いた通信は捨てられます。',
    en: 'The pods of api are on only one node. The other nodes drop the traffic.',
  });
};

const loadBalancer: Check = async (cluster) => {
  const edge = await serviceNamed(cluster, 'edge');
  if (edge === undefined) return missing('Service edge');
  const annotations = edge.metadata?.annotations ?? {};
  const absent = [nlb, internal].filter(({ name, value }) => annotations[name] !== value);
  if (absent.length > 0) {
    const names = absent.map(({ name, value }) => `${name}: ${value}`).join(', ');
    return failed({
      ja: `Service edge に、作るロードバランサーの種類を決めるアノテーションがありません: ${names}`,
      en: `Service edge lacks the annotations that decide which load balancer is created: ${names}`,
    });
  }
  if (edge.spec?.type === 'LoadBalancer') {
    return failed({
      ja: 'Service edge はまだ LoadBalancer です。AWS では、そのあいだロードバランサーの料金がかかります。',
      en: 'Service edge still has type LoadBalancer. AWS bills a load balancer for as long as it exists.',
    });
  }
  if (edge.spec?.type !== 'ClusterIP') {
    return failed({
      ja: `Service edge の種類が ${edge.spec?.type ?? ''} です。クラスターの中だけの Service に戻してください。`,
      en: `Service edge has type ${edge.spec?.type ?? ''}. Change it back to the type for clients inside of the cluster.`,
    });
  }
  if ((edge.metadata?.finalizers ?? []).length > 0) {
    return failed({
      ja: 'Service edge のロードバランサーを、クラウドコントローラーがまだ消している途中です。',
      en: 'The cloud controller is still deleting the load balancer of Service edge.',
    });
  }
  return passed;
};

const networkPolicy: Check = async (cluster) => {
  const { api, namespace } = cluster;
  const [server, client] = await Promise.all(['api', 'client'].map((name) => deploymentNamed(cluster, name)));
  const lacking = unready(server, 'api') ?? unready(client, 'client');
  if (lacking !== undefined) return lacking;
  const { items: policies } = await api(NetworkingV1Api).listNamespacedNetworkPolicy({ namespace });
  const to = server?.spec?.template.metadata?.labels ?? {};
  if (ingressPoliciesOf(policies, to).length === 0) {
    return failed({
      ja: 'api の Pod に入ってくる通信を決める NetworkPolicy がありません。選ばれていない Pod には、誰でもつなげます。',
      en: 'No NetworkPolicy for ingress selects the pods of api. Every pod may connect to pods that no policy selects.',
    });
  }
  const { metadata } = await api(CoreV1Api).readNamespace({ name: namespace });
  const between = { to, namespace: metadata?.labels ?? {}, port: apiPort };
  if (isLetIn(policies, { ...between, from: { app: 'stranger' } })) {
    return failed({
      ja: 'どの Pod からでも api につなげます。許可は足し算なので、広いものがひとつあれば、狭いものには意味がありません。',
      en: 'Every pod may connect to api. Policies add up: a wide one makes narrow ones useless.',
    });
  }
  const from = client?.spec?.template.metadata?.labels ?? {};
  if (!isLetIn(policies, { ...between, from })) {
    const labels = Object.entries(from).map(([key, value]) => `${key}=${value}`);
    return failed({
      ja: `client の Pod（ラベル ${labels.join(', ')}）は、api のポート ${apiPort.number} につなげません。送り手の選び方と、ポートを見てください。`,
      en: `The pods of client (labels ${labels.join(', ')}) may not connect to port ${apiPort.number} of api. Look at how the policy selects senders, and at the port.`,
    });
  }
  if (!isLetIn(policies, { ...between, from, port: { number: 8081 } })) return passed;
  return failed({
    ja: `client は、api の ${apiPort.number} 以外のポートにもつなげます。`,
    en: `client may also connect to ports of api other than ${apiPort.number}.`,
  });
};

/** The checks and questions of this lab. */
export const checks: LabChecks = {
  checks: {
    endpoints,
    dns,
    headless,
    'node-port': nodePort,
    'load-balancer': loadBalancer,
    'network-policy': networkPolicy,
  },
  questions: { 'cluster-ip': clusterIp },
};
