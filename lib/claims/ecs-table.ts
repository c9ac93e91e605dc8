import { anywhere, realNodes, type Claim } from './claim.ts';

/** The rows of the table that compares ECS with Kubernetes. A row counts when its Kubernetes half was executed. */
export const ecsTable = {
  T1: {
    subject: { ja: '比較表「制御層」', en: 'Table: the control layer' },
    today: {
      ja: 'ECS のコントロールプレーンは見えません。EKS でも見えるのは API の窓口だけです。',
      en: 'ECS shows nothing of its control plane. EKS shows the endpoint of its API and no more.',
    },
    counts: anywhere,
  },
  T2: { subject: { ja: '比較表「API」', en: 'Table: the API' }, counts: anywhere },
  T3: {
    subject: { ja: '比較表「状態管理」', en: 'Table: where the state is' },
    today: {
      ja: 'ECS は状態の置き場所を見せませんが、EKS も etcd を見せません。',
      en: 'ECS hides its store, and EKS hides etcd as well.',
    },
    counts: anywhere,
  },
  T4: { subject: { ja: '比較表「スケジューラー」', en: 'Table: the scheduler' }, counts: anywhere },
  T5: {
    subject: {
      ja: '比較表「ノード管理」: Auto Scaling グループと Node Controller',
      en: 'Table: node management, Auto Scaling group and node controller',
    },
    today: {
      ja: '対応がずれています。Auto Scaling グループとキャパシティプロバイダーにあたるのは、マネージドノードグループ、Karpenter、Auto Mode です。',
      en: 'No true match. What corresponds to an Auto Scaling group with its capacity provider is a managed node group, Karpenter or Auto Mode.',
    },
    counts: realNodes,
  },
  T6: {
    subject: {
      ja: '比較表「エージェント」: ECS エージェントと kubelet',
      en: 'Table: the agent, ECS agent and kubelet',
    },
    today: {
      ja: 'Fargate では利用者がエージェントを持ちません。ECS にはマネージドインスタンスという 3 つ目の形もあります。',
      en: "On Fargate the agent is not the customer's. ECS Managed Instances are a third way.",
    },
    counts: realNodes,
  },
  T7: {
    subject: {
      ja: '比較表「ネットワーク」: ALB/NLB とセキュリティグループ、kube-proxy と Service',
      en: 'Table: the network, load balancers and security groups, kube-proxy and Services',
    },
    today: {
      ja: 'クラスター内の呼び出しでは、ClusterIP に近いのは Service Connect や Cloud Map です。セキュリティグループには NetworkPolicy が対応します。',
      en: 'Inside of a cluster, a ClusterIP is like Service Connect or Cloud Map. A security group is like a NetworkPolicy.',
    },
    counts: realNodes,
  },
  T8: { subject: { ja: '比較表「コンテナ実行」', en: 'Table: what runs the containers' }, counts: realNodes },
} as const satisfies Readonly<Record<`T${number}`, Claim>>;
