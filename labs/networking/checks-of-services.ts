import { BlockList, isIP } from 'node:net';
import { CoreV1Api, NetworkingV1Api, type V1Pod } from '@kubernetes/client-node';
import { deploymentNamed, serviceNamed } from '../../lib/checks/cluster-objects.ts';
import { isReady } from '../../lib/checks/conditions.ts';
import { endpointsIn, readyEndpoints, slicesOf } from '../../lib/checks/endpoints.ts';
import { failed, passed } from '../../lib/model/verdict.ts';
import type { Check, Question } from '../../lib/model/check.ts';
import { missing } from '../../lib/checks/missing.ts';
import { apiPort, unready } from './checks-shared.ts';

/** Whether an address is in a CIDR range; undefined when the range is invalid. */
function isWithin(range: string, address: string): boolean | undefined {
  const [first = '', bits = ''] = range.split('/');
  const list = new BlockList();
  if (isIP(first) !== 4 || !/^([12]?\d|3[0-2])$/.test(bits)) return undefined;
  list.addSubnet(first, Number(bits));
  return list.check(address);
}

export const clusterIp: Question = {
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

export const endpoints: Check = async (cluster) => {
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

export const dns: Check = async (cluster) => {
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

export const headless: Check = async (cluster) => {
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
