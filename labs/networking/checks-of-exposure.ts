import { CoreV1Api, NetworkingV1Api } from '@kubernetes/client-node';
import { deploymentNamed, serviceNamed } from '../../lib/checks/cluster-objects.ts';
import { readyEndpoints, slicesOf } from '../../lib/checks/endpoints.ts';
import { failed, passed } from '../../lib/model/verdict.ts';
import type { Check } from '../../lib/model/check.ts';
import { missing } from '../../lib/checks/missing.ts';
import { workersOf } from '../../lib/checks/nodes.ts';
import { ingressPoliciesOf, isLetIn } from './ingress-rules.ts';
import { apiPort, unready } from './checks-shared.ts';

/** The annotations with which the cloud controller of EKS creates an internal NLB. */
const nlb = { name: 'service.beta.kubernetes.io/aws-load-balancer-type', value: 'nlb' };

const internal = { name: 'service.beta.kubernetes.io/aws-load-balancer-internal', value: 'true' };

export const nodePort: Check = async (cluster) => {
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

export const loadBalancer: Check = async (cluster) => {
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

export const networkPolicy: Check = async (cluster) => {
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
