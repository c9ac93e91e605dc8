import { CoreV1Api, type V1ConfigMap, type V1Pod } from '@kubernetes/client-node';
import { ifFound, type Cluster } from '../../lib/model/cluster.ts';
import { isReady } from '../../lib/checks/conditions.ts';
import { failed, passed } from '../../lib/model/verdict.ts';
import type { Check } from '../../lib/model/check.ts';
import { missing } from '../../lib/checks/missing.ts';
import { noDeployment, webDeployment, webPods } from '../../lib/checks/sample-workload.ts';
import { writingOf } from './encryption.ts';
import { answersOf, etcdctl, failedOn } from './machines.ts';

/** etcd-restore.sh raises the revisions by this number. */
const revisionBump = 1_000_000_000;

const configMap = ({ api, namespace }: Cluster, name: string): Promise<V1ConfigMap | undefined> =>
  ifFound(api(CoreV1Api).readNamespacedConfigMap({ name, namespace }));

export const etcdRow: Check = async (cluster) => {
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

export const quorum: Check = async (cluster) => {
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

export const restore: Check = async (cluster) => {
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
