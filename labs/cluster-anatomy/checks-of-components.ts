import { CoordinationV1Api } from '@kubernetes/client-node';
import type { Cluster } from '../../lib/model/cluster.ts';
import { failed, passed } from '../../lib/model/verdict.ts';
import type { Question } from '../../lib/model/check.ts';
import { nodesOf } from '../../lib/checks/nodes.ts';
import { answersOf } from './machines.ts';

const kubeSystem = 'kube-system';

export const boxes: Question = {
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

/** The days on which a certificate expires on the control planes. */
async function expiryDates(cluster: Cluster, file: string): Promise<readonly string[]> {
  const command = ['openssl', 'x509', '-noout', '-enddate', '-in', `/etc/kubernetes/pki/${file}`];
  const answers = await answersOf(cluster, 'control-plane', command);
  return answers
    .map(({ stdout }) => Date.parse(stdout.trim().replace(/^notAfter=/, '')))
    .filter((time) => !Number.isNaN(time))
    .map((time) => new Date(time).toISOString().slice(0, 10));
}

export const certificates: Question = {
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
