import { CoreV1Api } from '@kubernetes/client-node';
import type { Cluster } from '../../lib/model/cluster.ts';
import { isReady, isUnreachable } from '../../lib/checks/conditions.ts';
import { failed, passed } from '../../lib/model/verdict.ts';
import type { Check, Question } from '../../lib/model/check.ts';
import { nodesOf } from '../../lib/checks/nodes.ts';
import { hasLeft, webPods } from '../../lib/checks/sample-workload.ts';
import { answersOf } from './machines.ts';
import { chainOf } from './service-chain.ts';

const kubeSystem = 'kube-system';

/** The number of replicas that the guide scales the sample workload to while no scheduler runs. */
const scaledTo = 4;

export const staticPods: Check = async (cluster) => {
  const { items: all } = await cluster.api(CoreV1Api).listNamespacedPod({
    namespace: kubeSystem,
    labelSelector: 'tier=control-plane',
  });
  const componentsOf = (component: string) => all.filter(({ metadata }) => metadata?.labels?.component === component);
  const schedulers = componentsOf('kube-scheduler').filter(isReady);
  // Each control plane has one API server, and this lab does not stop any.
  const expected = componentsOf('kube-apiserver').length;
  if (schedulers.length < expected) {
    return failed({
      ja: `動いている kube-scheduler は ${schedulers.length} 個で、コントロールプレーンは ${expected} 台です。kubelet は、読めないマニフェストの Pod を動かせません。`,
      en: `${schedulers.length} kube-schedulers run, and there are ${expected} control planes. A kubelet can't run a pod whose manifest it can't read.`,
    });
  }
  const flags = schedulers.flatMap(({ spec }) => spec?.containers.flatMap(({ command = [] }) => command) ?? []);
  if (!flags.includes('--v=2')) {
    return failed({
      ja: 'どの kube-scheduler も、まだ --v=2 を付けて動いていません。',
      en: 'No kube-scheduler runs with --v=2 yet.',
    });
  }
  const pods = await webPods(cluster);
  if (pods.length < scaledTo) {
    return failed({
      ja: `web の Pod は ${pods.length} 個です。スケジューラーがいない間に作る、${scaledTo} 個目がありません。`,
      en: `There are ${pods.length} web pods. The fourth one, created while no scheduler runs, is missing.`,
    });
  }
  if (!pods.every((pod) => pod.spec?.nodeName !== undefined && isReady(pod))) {
    return failed({
      ja: '置き場所の決まっていない、または Ready でない web の Pod があります。',
      en: 'A web pod has no node, or is not ready.',
    });
  }
  return passed;
};

/**
 * The ids of the containers of the lab's pods, of one kind in the CRI: sandboxes, or the containers that run in them.
 */
async function containerIds(cluster: Cluster, kind: 'sandbox' | 'container'): Promise<readonly string[]> {
  const filter =
    `labels."io.kubernetes.pod.namespace"==${cluster.namespace},` + `labels."io.cri-containerd.kind"==${kind}`;
  const command = ['ctr', '--namespace', 'k8s.io', 'containers', 'ls', '--quiet', filter];
  const answers = await answersOf(cluster, 'worker', command);
  return answers.flatMap(({ stdout }) => stdout.split(/\s+/).filter((id) => id !== ''));
}

/** The number of characters in a shortened id. */
const shortId = 12;

export const runtime: Question = {
  solution: [
    `POD=$(kubectl get pods -l app.kubernetes.io/name=web --field-selector status.phase=Running -o jsonpath='{.items[0].metadata.name}')`,
    `NODE=$(kubectl get pod "$POD" -o jsonpath='{.spec.nodeName}')`,
    `labs node "$NODE" -- ctr --namespace k8s.io containers ls --quiet "labels.\\"io.kubernetes.pod.name\\"==$POD,labels.\\"io.cri-containerd.kind\\"==sandbox" 2> /dev/null`,
  ].join('\n'),
  async judge(cluster, answer) {
    const isOneOf = (ids: readonly string[]) => answer.length >= shortId && ids.some((id) => id.startsWith(answer));
    if (isOneOf(await containerIds(cluster, 'sandbox'))) return passed;
    if (isOneOf(await containerIds(cluster, 'container'))) {
      return failed({
        ja: 'それはアプリケーションのコンテナの ID です。聞いているのは、その Pod の名前空間を持っているほうです。',
        en: "That is the ID of the application's container. The question is about the one that holds the pod's namespaces.",
      });
    }
    return failed({
      ja: 'このラボの Pod に、その ID のサンドボックスはありません。別の名前空間の Pod のものではありませんか。',
      en: 'No pod of this lab has a sandbox with that ID. Does it belong to a pod of another namespace?',
    });
  },
};

export const lostKubelet: Check = async (cluster) => {
  const active = await answersOf(cluster, 'worker', ['systemctl', 'is-active', 'kubelet']);
  const off = active.find(({ exitCode }) => exitCode === undefined);
  if (off !== undefined) {
    return failed({
      ja: `${off.name} はマシンごと止まっています。止めるのは kubelet だけです。`,
      en: `${off.name} is switched off. Stop only its kubelet.`,
    });
  }
  if (active.every(({ exitCode }) => exitCode === 0)) {
    return failed({
      ja: 'どのワーカーでも kubelet が動いています。',
      en: 'The kubelets of all workers are running.',
    });
  }
  const silent = (await nodesOf(cluster)).filter((node) => !isReady(node));
  if (!silent.some(isUnreachable)) {
    return failed({
      ja: 'kubelet は止まりましたが、ノードに「到達できない」という NoExecute の taint がまだ付いていません。50 秒ほどかかります。',
      en: 'The kubelet has stopped, but the node does not have the NoExecute taint for unreachable nodes yet. That takes about 50 seconds.',
    });
  }
  return hasLeft(silent, cluster);
};

export const service: Question = {
  solution: [
    `NODE=$(kubectl get nodes -o jsonpath='{.items[0].metadata.name}')`,
    `labs node "$NODE" -- iptables-save -t nat | grep -E '^-A KUBE-SERVICES .*"cluster-anatomy/web:http cluster IP"' | grep -o 'KUBE-SVC-[A-Z0-9]*'`,
  ].join('\n'),
  async judge({ api, namespace }, answer) {
    const { items } = await api(CoreV1Api).listServiceForAllNamespaces();
    const chains = items.flatMap(({ metadata, spec }) =>
      (spec?.ports ?? []).map(({ name = '', protocol = 'TCP' }) => ({
        namespace: metadata?.namespace ?? '',
        service: metadata?.name ?? '',
        port: name,
        protocol,
      })),
    );
    const found = chains.find((port) => chainOf(port) === answer);
    if (found?.namespace === namespace && found.service === 'web') return passed;
    if (found !== undefined) {
      return failed({
        ja: `それは Service ${found.namespace}/${found.service} のチェーンです。`,
        en: `That is the chain of Service ${found.namespace}/${found.service}.`,
      });
    }
    if (answer.startsWith('KUBE-SEP-')) {
      return failed({
        ja: 'それは Pod ひとつぶんのチェーンです。聞いているのは、その手前で Pod をひとつ選ぶチェーンです。',
        en: 'That is the chain of a single pod. The question is about the chain before it, which chooses a pod.',
      });
    }
    return failed({
      ja: 'その名前のチェーンを持つ Service はありません。KUBE-SERVICES の中から、web の ClusterIP に合う規則を探してください。',
      en: 'No Service has a chain with that name. Look in KUBE-SERVICES for the rule that matches the ClusterIP of web.',
    });
  },
};
