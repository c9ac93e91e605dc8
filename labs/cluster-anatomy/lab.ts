import { selfManaged } from '../../lib/environments/self-managed.data.ts';
import type { Lab } from '../../lib/model/lab.ts';
import { clusterAnatomyFaults } from './fault-list.ts';

const namespace = 'cluster-anatomy';

/** Diagram D1: every box of the cluster is a process that learners can look at, stop and start again. */
export const clusterAnatomyLab: Lab = {
  id: 'cluster-anatomy',
  title: { ja: 'クラスターの解剖', en: 'The anatomy of a cluster' },
  environment: selfManaged,
  namespace,
  minutes: 60,
  // The lab stops schedulers and nodes, and restores all data from a backup.
  exclusive: true,
  // The lab loses the leader of etcd and then the majority, which requires three members.
  settings: { controlPlanes: 3 },
  loadManifests: async () => (await import('../../charts/web.ts')).sampleWorkloadYaml(namespace),
  loadChecks: async () => (await import('./checks.ts')).checks,
  faults: clusterAnatomyFaults,
  loadFaults: async () => (await import('./faults.ts')).faults,
  tasks: [
    {
      id: 'boxes',
      kind: 'find',
      title: { ja: '図の箱をひとつずつ見つける', en: 'Find every box of the diagram' },
      claims: ['D1', 'C3', 'C4', 'H1', 'H2', 'K13', 'K16', 'M7'],
      question: {
        ja: 'いま kube-scheduler のリーダーがいるノードの名前は何ですか。',
        en: 'On which node is the kube-scheduler that leads right now (the name of the node)?',
      },
    },
    {
      id: 'etcd-row',
      kind: 'do',
      title: { ja: 'etcd の中の 1 行を読み、暗号化する', en: "Read an object's row in etcd, and encrypt it" },
      claims: ['C1', 'C2', 'K4', 'K15', 'S4'],
    },
    {
      id: 'static-pods',
      kind: 'do',
      title: { ja: 'スケジューラーを止める', en: 'Stop the scheduler' },
      claims: ['C3', 'C5', 'K5'],
    },
    {
      id: 'runtime',
      kind: 'find',
      title: { ja: 'コンテナをランタイムから見る', en: 'See a container from its runtime' },
      claims: ['C7'],
      question: {
        ja: 'web の Pod のどれかひとつについて、サンドボックス（pause コンテナ）の ID は何ですか。',
        en: 'What is the ID of the sandbox (the pause container) of any one of the web pods?',
      },
    },
    {
      id: 'lost-kubelet',
      kind: 'do',
      title: { ja: 'kubelet だけを止める', en: 'Stop the kubelet alone' },
      claims: ['C4', 'C5', 'K5', 'K6'],
    },
    {
      id: 'service',
      kind: 'find',
      title: { ja: 'ClusterIP をパケットの規則までたどる', en: 'Follow a ClusterIP to its packet rules' },
      claims: ['C6', 'K7', 'K8', 'M10'],
      question: {
        ja: 'Service web の iptables のチェーンの名前は何ですか。',
        en: 'What is the name of the iptables chain of Service web?',
      },
    },
    {
      id: 'certificates',
      kind: 'find',
      title: { ja: '証明書と、その期限', en: 'Certificates, and when they run out' },
      claims: ['M3', 'S5'],
      question: {
        ja: 'API サーバーの証明書（apiserver.crt）の期限はいつですか（UTC の日付を YYYY-MM-DD で）。',
        en: "When does the API server's certificate (apiserver.crt) run out (the date in UTC as YYYY-MM-DD)?",
      },
    },
    {
      id: 'quorum',
      kind: 'do',
      title: { ja: 'リーダーを失い、過半数を失う', en: 'Lose the leader, then the majority' },
      claims: ['C2', 'H1', 'H2'],
    },
    {
      id: 'restore',
      kind: 'do',
      title: { ja: '壊して、バックアップから戻す', en: 'Destroy, and restore from a backup' },
      claims: ['H3', 'H4', 'S6', 'C4'],
    },
  ],
};
