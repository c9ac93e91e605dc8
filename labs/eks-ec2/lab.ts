import { eksEc2 } from '../../lib/environments/eks-ec2.data.ts';
import type { Lab } from '../../lib/model/lab.ts';

/** Diagram D2 with EC2 workers: what EKS runs, and what the controllers of Kubernetes do with it. */
export const eksEc2Lab: Lab = {
  id: 'eks-ec2',
  title: { ja: 'EKS と EC2 ワーカーノード', en: 'EKS with EC2 worker nodes' },
  environment: eksEc2,
  // The guide is about nodes that are machines, which Fargate nodes are not.
  settings: { compute: 'ec2' },
  namespace: eksEc2.sampleNamespace,
  minutes: 45,
  loadManifests: async () => (await import('../../charts/web.ts')).sampleWorkloadYaml(eksEc2.sampleNamespace),
  loadChecks: async () => (await import('./checks.ts')).checks,
  tasks: [
    {
      id: 'baseline',
      kind: 'find',
      title: { ja: 'クラスターの基準をとる', en: 'Take a baseline of the cluster' },
      claims: ['K1', 'K9', 'K10', 'K11', 'K12'],
      question: {
        ja: 'kubectl get nodes で最初に出てくるノードは、どの EC2 インスタンスですか（i- で始まる ID）。',
        en: 'Which EC2 instance (the ID that begins with i-) is the node that kubectl get nodes lists first?',
      },
    },
    {
      id: 'control-plane',
      kind: 'find',
      title: { ja: '見えないコントロールプレーンを見る', en: 'See the control plane that is out of sight' },
      claims: ['D2', 'K13', 'K14', 'K16', 'H2'],
      question: {
        ja: 'いま kube-controller-manager のリーダーであるプロセスの識別子（holderIdentity）は何ですか。',
        en: 'What is the identity (holderIdentity) of the process that leads as kube-controller-manager right now?',
      },
    },
    {
      id: 'api-server',
      kind: 'do',
      title: { ja: 'オブジェクトが API サーバーを通る道', en: "An object's way through the API server" },
      claims: ['C1', 'K2'],
    },
    {
      id: 'deployment',
      kind: 'do',
      title: { ja: 'スケール、ロールアウト、ロールバック', en: 'Scale, roll out, roll back' },
      claims: ['C4'],
    },
    {
      id: 'lost-node',
      kind: 'do',
      title: { ja: 'ノードが黙り込むとき', en: 'When a node falls silent' },
      claims: ['C4', 'K6', 'K19'],
    },
    {
      id: 'node-returns',
      kind: 'do',
      title: { ja: 'ノードが戻ったあと', en: 'After the node has come back' },
      claims: ['C3', 'C4'],
    },
    {
      id: 'service',
      kind: 'do',
      title: { ja: 'セレクターを間違えた Service', en: 'A Service with the wrong selector' },
      claims: ['K7', 'M8', 'M9'],
    },
  ],
};
