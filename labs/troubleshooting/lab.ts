import { eksEc2 } from '../../lib/environments/eks-ec2.data.ts';
import type { Lab } from '../../lib/model/lab.ts';
import { troubleshootingFaults } from './fault-list.ts';

const namespace = 'troubleshooting';

/** The chapter's section on monitoring and troubleshooting, and faults for practice. */
export const troubleshootingLab: Lab = {
  id: 'troubleshooting',
  title: { ja: 'トラブルシューティング', en: 'Troubleshooting' },
  environment: eksEc2,
  // The guide is about nodes that are machines, which Fargate nodes are not.
  settings: { compute: 'ec2' },
  namespace,
  minutes: 60,
  loadManifests: async () => (await import('./objects.ts')).troubleshootingYaml(namespace),
  loadChecks: async () => (await import('./checks.ts')).checks,
  faults: troubleshootingFaults,
  loadFaults: async () => (await import('./faults.ts')).faults,
  tasks: [
    {
      id: 'api-server',
      kind: 'find',
      title: { ja: 'API サーバーに届いているか', en: 'Do you reach the API server' },
      claims: ['M1', 'M2', 'M3', 'K12', 'K14'],
      question: {
        ja: 'API サーバーは、いまのあなたを何というユーザーだと思っていますか。',
        en: 'What is your user name, according to the API server?',
      },
    },
    {
      id: 'components',
      kind: 'find',
      title: { ja: '部品は働いているか', en: 'Are the components at work' },
      claims: ['K13', 'K15', 'K16'],
      question: {
        ja: 'いま kube-scheduler のリーダーであるプロセスの識別子（holderIdentity）は何ですか。',
        en: 'What is the identity (holderIdentity) of the process that leads as kube-scheduler right now?',
      },
    },
    {
      id: 'pending',
      kind: 'do',
      title: { ja: 'Pending の理由を読む', en: 'Read why a pod is Pending' },
      claims: ['M4', 'M5', 'K17'],
    },
    {
      id: 'usage',
      kind: 'find',
      title: { ja: '使っている量と、場所', en: 'What is used, and where' },
      claims: ['M6', 'K18', 'K19'],
      question: {
        ja: '最初のワーカーノード（$NODE）には、いくつの Pod がいますか。',
        en: 'How many pods are on the first worker node ($NODE)?',
      },
    },
    {
      id: 'node',
      kind: 'do',
      title: { ja: 'ノードを調べる', en: 'Look into a node' },
      claims: ['K5', 'K6', 'M5'],
    },
    {
      id: 'network',
      kind: 'do',
      title: { ja: 'つながらないときの順番', en: 'What to look at when a call fails' },
      claims: ['M7', 'M8', 'M9', 'M10', 'K7'],
    },
  ],
};
