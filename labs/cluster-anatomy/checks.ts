import { CoordinationV1Api, CoreV1Api, type V1ConfigMap, type V1Pod } from '@kubernetes/client-node';
import { ifFound, type Cluster } from '../../lib/model/cluster.ts';
import { isReady, isUnreachable } from '../../lib/checks/conditions.ts';
import { failed, passed } from '../../lib/model/verdict.ts';
import type { Check, Question, LabChecks } from '../../lib/model/check.ts';
import { missing } from '../../lib/checks/missing.ts';
import { nodesOf } from '../../lib/checks/nodes.ts';
import { hasLeft, noDeployment, webDeployment, webPods } from '../../lib/checks/sample-workload.ts';
import { writingOf } from './encryption.ts';
import { answersOf, etcdctl, failedOn } from './machines.ts';
import { chainOf } from './service-chain.ts';

const kubeSystem = 'kube-system';

/** The number of replicas that the guide scales the sample workload to while no scheduler runs. */
const scaledTo = 4;

/** etcd-restore.sh raises the revisions by this number. */
const revisionBump = 1_000_000_000;

const configMap = ({ api, namespace }: Cluster, name: string): Promise<V1ConfigMap | undefined> =>
  ifFound(api(CoreV1Api).readNamespacedConfigMap({ name, namespace }));

const boxes: Question = {
  solution: `kubectl get lease -n kube-system kube-scheduler -o jsonpath='{.spec.holderIdentity}' | cut -d_ -f1`,
  async judge(cluster, answer) {
    const lease = (name: string) => cluster.api(CoordinationV1Api).readNamespacedLease({ name, namespace: kubeSystem });
    const holder = (await lease('kube-scheduler')).spec?.holderIdentity ?? '';
    if (holder === '') {
      return failed({
        ja: 'いま kube-scheduler のリーダーはいません。スケジューラーが動き出してから、もう一度答えてください。',
        en: 'No kube-scheduler is the leader right now. Answer again when schedulers run.',
      });
    }
    // A host name and a random UUID. Neither contains an underscore.
    const [node] = holder.split('_');
    if (answer === node) return passed;
    if (answer === holder) {
      return failed({
        ja: 'それはプロセスの識別子です。ノードの名前は、その前半（_ の手前）です。',
        en: 'That is the identity of the process. The name of the node is its first half, up to the _.',
      });
    }
    if ((await nodesOf(cluster)).some(({ metadata }) => metadata?.name === answer)) {
      return failed({
        ja: 'そのノードの kube-scheduler は待機しています。リーダーは kube-system の Lease に名前を残します。',
        en: 'The kube-scheduler of that node is on standby, or there is none. The leader writes its name into a Lease in kube-system.',
      });
    }
    return failed({
      ja: 'その名前のノードはありません。',
      en: 'There is no node with that name.',
    });
  },
};

const etcdRow: Check = async (cluster) => {
  const read = await answersOf(cluster, 'control-plane', ['cat', '/etc/kubernetes/encryption/config.yaml']);
  for (const { name, exitCode, stdout } of read) {
    if (exitCode !== 0) {
      return failed({
        ja: `${name} の EncryptionConfiguration が読めません。ノードは動いていますか。`,
        en: `The EncryptionConfiguration of ${name} can't be read. Does the node run?`,
      });
    }
    const writing = writingOf('configmaps', stdout);
    if (writing === 'not named') {
      return failed({
        ja: `${name} の EncryptionConfiguration は、まだ ConfigMap を対象にしていません。API サーバーはそれぞれ自分のノードのファイルを読みます。`,
        en: `The EncryptionConfiguration of ${name} does not cover ConfigMaps yet. Each API server reads the file of its own node.`,
      });
    }
    if (writing === 'plain') {
      return failed({
        ja: `${name} では、ConfigMap が平文のまま書かれます。書き込みに使われるのは、並びの先頭のプロバイダーです。`,
        en: `On ${name}, ConfigMaps are written as plain text. It is the first provider of the list that writes.`,
      });
    }
  }
  const key = `/registry/configmaps/${cluster.namespace}/notice`;
  const rows = await answersOf(cluster, 'control-plane', etcdctl('get', key, '--print-value-only'));
  // Reads etcd directly, because an API server that does not have the key yet can't read the row.
  const row = rows.find(({ exitCode }) => exitCode === 0)?.stdout ?? '';
  if (row === '') return missing('ConfigMap notice', cluster.namespace);
  if (!row.startsWith('k8s:enc:')) {
    return failed({
      ja: 'etcd の中の ConfigMap notice は、まだ平文です。設定が変わっても、すでにある行は書き直されるまでそのままです。',
      en: 'In etcd, ConfigMap notice is still plain text. An existing row does not change until it is written again.',
    });
  }
  return passed;
};

const staticPods: Check = async (cluster) => {
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

const runtime: Question = {
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

const lostKubelet: Check = async (cluster) => {
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

const service: Question = {
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

/** The days on which a certificate expires on the control planes. */
async function expiryDates(cluster: Cluster, file: string): Promise<readonly string[]> {
  const command = ['openssl', 'x509', '-noout', '-enddate', '-in', `/etc/kubernetes/pki/${file}`];
  const answers = await answersOf(cluster, 'control-plane', command);
  return answers
    .map(({ stdout }) => Date.parse(stdout.trim().replace(/^notAfter=/, '')))
    .filter((time) => !Number.isNaN(time))
    .map((time) => new Date(time).toISOString().slice(0, 10));
}

const certificates: Question = {
  solution: [
    `NODE=$(kubectl get nodes -l node-role.kubernetes.io/control-plane -o jsonpath='{.items[0].metadata.name}')`,
    `labs node "$NODE" -- openssl x509 -noout -enddate -dateopt iso_8601 -in /etc/kubernetes/pki/apiserver.crt | sed 's/notAfter=//; s/ .*//'`,
  ].join('\n'),
  async judge(cluster, answer) {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(answer)) {
      return failed({
        ja: '日付を YYYY-MM-DD の形で答えてください。',
        en: 'Answer with a date in the form YYYY-MM-DD.',
      });
    }
    if ((await expiryDates(cluster, 'apiserver.crt')).includes(answer)) return passed;
    if ((await expiryDates(cluster, 'ca.crt')).includes(answer)) {
      return failed({
        ja: 'それは認証局（ca.crt）の期限です。認証局は、それが署名した証明書よりずっと長く使えます。',
        en: 'On that day the certificate authority (ca.crt) expires. It is valid for much longer than the certificates that it signs.',
      });
    }
    return failed({
      ja: 'API サーバーの証明書の期限は、その日ではありません。時刻は UTC で読んでください。',
      en: "That is not the day on which the API server's certificate expires. Read its time as UTC.",
    });
  },
};

const quorum: Check = async (cluster) => {
  const written = await configMap(cluster, 'survivor');
  if (written?.metadata?.creationTimestamp === undefined) {
    return failed({
      ja: 'リーダーが倒れている間に書く ConfigMap survivor がありません。',
      en: 'There is no ConfigMap survivor. Create it while the leader is down.',
    });
  }
  const members = await answersOf(cluster, 'control-plane', ['ps', '-o', 'etimes=', '-C', 'etcd']);
  const down = failedOn(members);
  if (down.length > 0) {
    return failed({
      ja: `etcd が動いていないコントロールプレーンがあります: ${down.join(', ')}`,
      en: `etcd does not run on these control planes: ${down.join(', ')}`,
    });
  }
  const creation = written.metadata.creationTimestamp.getTime();
  const startedLater = members.filter(({ stdout }) => Date.now() - 1000 * parseInt(stdout, 10) > creation);
  if (startedLater.length === 0) {
    return failed({
      ja: 'survivor が書かれたとき、etcd のメンバーは全員動いていました。',
      en: 'All members of etcd were running when survivor was written.',
    });
  }
  if (startedLater.length === 1) {
    return failed({
      ja: 'survivor を書いた後に起動し直したメンバーは 1 つだけです。3 つのうち 1 つを失っても、過半数は残ります。',
      en: 'Only one member has started since survivor was written. With one of three lost, there is still a majority.',
    });
  }
  const health = await answersOf(cluster, 'control-plane', etcdctl('endpoint', 'health'));
  const sick = failedOn(health);
  if (sick.length > 0) {
    return failed({
      ja: `まだ書き込みを受け付けない etcd のメンバーがあります: ${sick.join(', ')}`,
      en: `These members of etcd accept no writes yet: ${sick.join(', ')}`,
    });
  }
  return passed;
};

const restore: Check = async (cluster) => {
  const { api, namespace } = cluster;
  if ((await ifFound(api(CoreV1Api).readNamespace({ name: namespace }))) === undefined) {
    return failed({
      ja: `名前空間 ${namespace} がありません。バックアップの中には残っています。`,
      en: `There is no namespace ${namespace}. The backup still has it.`,
    });
  }
  // The resource version of a list is the revision of etcd at which it was read.
  const { metadata } = await api(CoreV1Api).listNamespacedPod({ namespace });
  if (Number(metadata?.resourceVersion ?? 0) < revisionBump) {
    return failed({
      ja: 'etcd のリビジョンは飛んでいません。バックアップから戻すと、リビジョンは 10 億だけ先に進みます。',
      en: 'The revision of etcd has not jumped. A restore from a backup raises it by a billion.',
    });
  }
  const kept = await answersOf(cluster, 'control-plane', ['test', '-d', '/var/lib/etcd/before-restore']);
  const left = failedOn(kept);
  if (left.length > 0) {
    return failed({
      ja: `バックアップから作り直していないメンバーがあります: ${left.join(', ')}`,
      en: `These members were not restored from the backup: ${left.join(', ')}`,
    });
  }
  if ((await configMap(cluster, 'notice')) === undefined) {
    return failed({
      ja: 'ConfigMap notice が戻っていません。それより前のバックアップを選んでいませんか。',
      en: 'ConfigMap notice is not back. Was the backup taken before it was created?',
    });
  }
  const proof = await configMap(cluster, 'after-restore');
  if (proof === undefined || Number(proof.metadata?.resourceVersion ?? 0) < revisionBump) {
    return failed({
      ja: '戻した後の書き込みである ConfigMap after-restore がありません。',
      en: 'There is no ConfigMap after-restore, the first write after the restore.',
    });
  }
  const web = await webDeployment(cluster);
  if (web === undefined) return noDeployment;
  const pods = await webPods(cluster);
  const isOlder = ({ metadata: pod }: V1Pod) =>
    (pod?.creationTimestamp?.getTime() ?? 0) < (proof.metadata?.creationTimestamp?.getTime() ?? 0);
  if (pods.some(isOlder)) {
    return failed({
      ja: '戻す前からある web の Pod がいます。Pod を作り直すと、コントローラーが働いていることが分かります。',
      en: 'Some web pods are older than the restore. New pods show that controllers work.',
    });
  }
  if (pods.length < (web.spec?.replicas ?? 0) || !pods.every(isReady)) {
    return failed({
      ja: 'web の Pod がまだ揃っていません。ロールアウトの途中なら、終わるのを待ってください。',
      en: 'Not all web pods exist yet. If a rollout is in progress, wait until it ends.',
    });
  }
  return passed;
};

/** The checks and questions of this lab. */
export const checks: LabChecks = {
  checks: {
    'etcd-row': etcdRow,
    'static-pods': staticPods,
    'lost-kubelet': lostKubelet,
    quorum,
    restore,
  },
  questions: { boxes, runtime, service, certificates },
};
