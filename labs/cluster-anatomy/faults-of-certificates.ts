import { CoreV1Api } from '@kubernetes/client-node';
import type { FaultPlan } from '../../lib/model/fault.ts';
import { failed, passed } from '../../lib/model/verdict.ts';
import { editManifest, keepFiles, nodesOfKind, onAll, onNode, restoreControlPlanes } from './fault-site.ts';
import { answersOf, failedOn } from './machines.ts';

const pki = '/etc/kubernetes/pki';

/** A certificate with the same key and names, signed by the cluster's CA, that expired a day ago. */
const expire = `cd ${pki}
names=$(openssl x509 -noout -ext subjectAltName -in apiserver.crt | tail -n 1 | sed 's/IP Address:/IP:/g; s/^ *//')
openssl req -new -key apiserver.key -subj /CN=kube-apiserver |
  openssl x509 -req -CA ca.crt -CAkey ca.key -days -1 -extfile <(printf 'subjectAltName=%s\\nextendedKeyUsage=serverAuth\\n' "$names") > apiserver.new 2> /dev/null
mv apiserver.new apiserver.crt
${editManifest('kube-apiserver', '')}`;

/** The certificates of all API servers have expired. */
export const closedDoor: FaultPlan = {
  async inject(site) {
    const names = await nodesOfKind(site, 'control-plane');
    for (const name of names) await keepFiles(site, name, [`${pki}/apiserver.crt`]);
    await Promise.all(names.map((name) => onNode(site, name, expire)));
  },
  isHealed: async (cluster) => {
    // Asks each API server directly: behind the load balancer, a healthy one would hide the others.
    const answers = await answersOf(cluster, 'control-plane', [
      'curl',
      '--silent',
      '--max-time',
      '10',
      '--cacert',
      `${pki}/ca.crt`,
      'https://127.0.0.1:6443/livez',
    ]);
    const shut = failedOn(answers);
    if (shut.length > 0) {
      return failed({
        ja: `確かめながら呼ぶと、API サーバーが応じないコントロールプレーン: ${shut.join(', ')}`,
        en: `Control planes whose API server fails verification by clients: ${shut.join(', ')}`,
      });
    }
    await cluster.api(CoreV1Api).readNamespace({ name: cluster.namespace });
    return passed;
  },
  hints: [
    {
      ja: 'kubectl のエラーの言葉を最後まで読んでください。通信、証明書、認証、認可のうち、どこで止まっていますか。',
      en: "Read kubectl's error to the end. Is it about network, certificate, authentication or authorization?",
    },
    {
      ja: 'サーバーが見せている証明書の日付を、コントロールプレーンのノードの上で調べてください（kubeadm certs check-expiration）。',
      en: 'On a control-plane node, look at the dates of the certificate that the servers present (kubeadm certs check-expiration).',
    },
    {
      ja: '認証局の期限はまだ先なので、署名し直せます。kubeadm certs renew を 3 台ともでして、API サーバーに読み直させてください。',
      en: 'The CA is valid for years, so it can sign new certificates. Run kubeadm certs renew on all three nodes, and have the API servers read the result.',
    },
  ],
  repair: `${onAll}on_all "kubeadm certs renew apiserver; ${editManifest('kube-apiserver', '')}"
for i in $(seq 120); do kubectl get --raw /readyz > /dev/null 2>&1 && break; sleep 1; done`,
  restoreNodes: (site) => restoreControlPlanes(site, 'kube-apiserver'),
};
