import { eksEc2 } from '../../lib/environments/eks-ec2.data.ts';
import type { Lab } from '../../lib/model/lab.ts';

const namespace = 'operations';

/**
 * The work of a cluster's administrators: metrics, logs, limits, versions, draining and replacing nodes, zones,
 * backups.
 */
export const operationsLab: Lab = {
  id: 'operations',
  title: { ja: 'クラスターを運用する', en: 'Running a cluster' },
  environment: eksEc2,
  // The guide is about nodes that are machines, which Fargate nodes are not.
  settings: { compute: 'ec2' },
  namespace,
  minutes: 60,
  loadManifests: async () => (await import('./manifests.ts')).operationsYaml(namespace),
  loadChecks: async () => (await import('./checks.ts')).checks,
  tasks: [
    {
      id: 'metrics',
      kind: 'find',
      title: { ja: '使用量はどこから来るのか', en: 'Where the figures come from' },
      claims: ['K18', 'M6'],
      question: {
        ja: 'API グループ metrics.k8s.io に答えているのは、どの Service ですか（名前空間/名前 の形で）。',
        en: 'Which Service answers for API group metrics.k8s.io (as NAMESPACE/NAME)?',
      },
    },
    {
      id: 'logs',
      kind: 'do',
      title: { ja: 'ノードのログと、集める係', en: "A node's logs, and who collects them" },
      claims: ['S9', 'K3', 'K5'],
    },
    {
      id: 'limits',
      kind: 'do',
      title: { ja: 'クォータと制限', en: 'Quotas and limits' },
      claims: ['S12', 'K2'],
    },
    {
      id: 'versions',
      kind: 'find',
      title: { ja: 'バージョンの差と、アップグレード', en: 'Version skew, and upgrades' },
      claims: ['P2', 'K12', 'K13'],
      question: {
        ja: 'いまの API サーバーのまま動かしてよい、いちばん古い kubelet のマイナーバージョンは何ですか（1.N の形で）。',
        en: 'What is the oldest minor version (as 1.N) that a kubelet may have beside this API server?',
      },
    },
    {
      id: 'drain',
      kind: 'do',
      title: { ja: 'ノードを空にする', en: 'Empty a node' },
      claims: ['S8', 'K19'],
    },
    {
      id: 'replace',
      kind: 'do',
      title: { ja: '空のノードを入れ替えて、戻す', en: 'Replace the empty node, and come back' },
      claims: ['S8'],
    },
    {
      id: 'zones',
      kind: 'find',
      title: { ja: 'ゾーンを失う備え', en: 'Ready to lose a zone' },
      claims: ['P1', 'H1', 'H2'],
      question: {
        ja: '最初のワーカーノード（$FIRST）のゾーンからシフトしたら、Service web の Ready なエンドポイントはいくつ残りますか。',
        en: 'If you shifted away from the zone of the first worker node ($FIRST), how many ready endpoints would Service web have left?',
      },
    },
    {
      id: 'backup',
      kind: 'do',
      title: { ja: '何を自分でバックアップするのか', en: 'What is yours to back up' },
      claims: ['H3', 'H4'],
    },
  ],
};
