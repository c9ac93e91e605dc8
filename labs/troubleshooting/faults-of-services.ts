import { setTimeout as sleep } from 'node:timers/promises';
import { CoreV1Api } from '@kubernetes/client-node';
import { ifFound, type Cluster } from '../../lib/model/cluster.ts';
import { deploymentNamed } from '../../lib/checks/cluster-objects.ts';
import { isReady, isRolledOut } from '../../lib/checks/conditions.ts';
import { readyEndpoints, slicesOf } from '../../lib/checks/endpoints.ts';
import { ExternalError } from '../../lib/core/errors.ts';
import type { FaultPlan, FaultSite } from '../../lib/model/fault.ts';
import { failed, passed, type Verdict } from '../../lib/model/verdict.ts';
import { webPods } from '../../lib/checks/sample-workload.ts';
import { webIsRolledOut } from './application.ts';

/** Passes when the backends of Service web are exactly the ready web pods. */
async function webHasBackends(cluster: Cluster): Promise<Verdict> {
  const rolledOut = await webIsRolledOut(cluster);
  if (!rolledOut.passed) return rolledOut;
  const backends = readyEndpoints(await slicesOf(cluster, 'web')).map(({ targetRef }) => targetRef?.name);
  const ready = (await webPods(cluster)).filter(isReady).map(({ metadata }) => metadata?.name);
  if (backends.length > 0 && ready.sort().join() === backends.sort().join()) return passed;
  return failed({
    ja: `Ready な web の Pod は ${ready.length} 個ですが、Service web の行き先は ${backends.length} 個です。`,
    en: `${ready.length} web pods are ready, and Service web has ${backends.length} backends.`,
  });
}

/** The Service's selector has a label that the pods do not have. */
export const silentService: FaultPlan = {
  async inject({ kubectl }) {
    await kubectl(['patch', 'service', 'web', '--type=merge', '-p', '{"spec":{"selector":{"tier":"frontend"}}}']);
  },
  isHealed: webHasBackends,
  hints: [
    {
      ja: 'Service そのものに異常は表示されません。Service の行き先を、Pod の一覧とは別に見てください。',
      en: 'The Service itself looks fine. Look at its backends, not only at the list of pods.',
    },
    {
      ja: 'EndpointSlice に行き先が載っていません。Service は、どうやって自分の Pod を探すのでしょうか。',
      en: 'The EndpointSlice has no backends. How does a Service find its pods?',
    },
    {
      ja: 'Service の spec.selector のラベルを、ひとつずつ Pod のラベル（kubectl get pods --show-labels）と突き合わせてください。全部そろった Pod だけが選ばれます。',
      en: "Compare each label of the Service's spec.selector with those of the pods (kubectl get pods --show-labels). The Service selects only pods that have all of them.",
    },
  ],
  repair: `kubectl patch service web --type=merge -p '{"spec":{"selector":{"tier":null}}}'`,
};

/** The Service's target port is one that no container listens on. */
export const refusedCalls: FaultPlan = {
  async inject({ kubectl }) {
    const change = [{ op: 'replace', path: '/spec/ports/0/targetPort', value: 8008 }];
    await kubectl(['patch', 'service', 'web', '--type=json', '-p', JSON.stringify(change)]);
  },
  isHealed: async (cluster) => {
    const backends = await webHasBackends(cluster);
    if (!backends.passed) return backends;
    const listening = (await webPods(cluster)).flatMap(({ spec }) =>
      (spec?.containers ?? []).flatMap(({ ports }) => (ports ?? []).map(({ containerPort }) => containerPort)),
    );
    const called = (await slicesOf(cluster, 'web')).flatMap(({ ports }) => (ports ?? []).map(({ port }) => port));
    if (called.length > 0 && called.every((port) => port !== undefined && listening.includes(port))) return passed;
    return failed({
      ja: 'Service web に来た呼び出しが届く先に、web のコンテナがいません。',
      en: 'The destination of calls to Service web is not a web container.',
    });
  },
  hints: [
    {
      ja: '「断られる」のは、相手のマシンまでは届いている、ということです。届いた先で、誰が待っているはずでしょう。',
      en: '"Refused" means that the call arrived at a machine. What should be listening there?',
    },
    {
      ja: '行き先は、アドレスとポートの組です。EndpointSlice の PORTS の列も見てください。',
      en: 'A backend is an address and a port. Look at the column PORTS of the EndpointSlice too.',
    },
    {
      ja: 'Service の targetPort と、コンテナの containerPort を比べてください。番号ではなく名前で書けば、ずれることはありません。',
      en: "Compare the Service's targetPort with the container's containerPort. With a name instead of a number, they can't differ.",
    },
  ],
  repair: `kubectl patch service web --type=json -p '[{"op":"replace","path":"/spec/ports/0/targetPort","value":"http"}]'`,
};

const dns = { name: 'coredns', namespace: 'kube-system' };

/** Whether the web pods resolve the names of Services. */
const resolves = (kubectl: FaultSite['kubectl']): Promise<boolean> =>
  kubectl(['exec', 'deployment/web', '--', 'nslookup', 'kubernetes.default.svc.cluster.local']).then(
    () => true,
    (error: unknown) => {
      if (error instanceof ExternalError) return false;
      throw error;
    },
  );

/** The domain in the configuration of CoreDNS is misspelt. */
export const unknownNames: FaultPlan = {
  async inject({ cluster: { api }, kubectl }) {
    const { data } = await api(CoreV1Api).readNamespacedConfigMap(dns);
    const Corefile = (data?.Corefile ?? '').replace(/(\bkubernetes\s+)cluster\.local\b/, '$1cluster.lokal');
    const patch = JSON.stringify({ data: { Corefile } });
    await kubectl(['patch', 'configmap', dns.name, '-n', dns.namespace, '--type=merge', '-p', patch]);
    // CoreDNS reads its configuration every 30 seconds, plus or minus 15. The kubelet updates the file within a minute.
    for (const deadline = Date.now() + 180_000; Date.now() < deadline; await sleep(2_000)) {
      if (!(await resolves(kubectl))) return;
    }
    throw new ExternalError('CoreDNS does not take the configuration that belongs to this fault.');
  },
  isHealed: async (cluster) => {
    const configuration = await ifFound(cluster.api(CoreV1Api).readNamespacedConfigMap(dns));
    if (!/^\s*kubernetes\s(?:[^\n{]*\s)?cluster\.local\b/m.test(configuration?.data?.Corefile ?? '')) {
      return failed({
        ja: 'クラスターの DNS は、cluster.local の名前を、まだ自分の受け持ちだと思っていません。',
        en: "The cluster's DNS does not answer for cluster.local yet.",
      });
    }
    const server = await deploymentNamed(cluster, dns.name, dns.namespace);
    if (server !== undefined && isRolledOut(server)) return passed;
    return failed({
      ja: 'クラスターの DNS の Pod が、まだ全部は Ready になっていません。',
      en: "Not all pods of the cluster's DNS are ready yet.",
    });
  },
  hints: [
    {
      ja: 'Pod の中から、短い名前、長い名前（…svc.cluster.local）、クラスターの外の名前を引き比べてください。答えるのは誰ですか。',
      en: 'In a pod, resolve a short name, a full one (…svc.cluster.local) and one from outside of the cluster, and compare. Which server answers?',
    },
    {
      ja: 'CoreDNS は動いていて、「そんな名前はない」と答えています。何を知っているかは、その設定が決めます。',
      en: 'CoreDNS works, and answers that the name does not exist. Its configuration decides which names it knows.',
    },
    {
      ja: 'kube-system の ConfigMap coredns にある Corefile の、kubernetes の行を読んでください。直すと、1 分ほどで読み直されます。',
      en: 'Read the line kubernetes of the Corefile, in ConfigMap coredns of kube-system. After the repair, CoreDNS takes about a minute to read it again.',
    },
  ],
  repair: `kubectl get configmap coredns -n kube-system -o yaml | sed 's/cluster[.]lokal/cluster.local/' | kubectl replace -f -`,
};
