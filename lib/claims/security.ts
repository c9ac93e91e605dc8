import { anywhere, realNodes, type Claim } from './claim.ts';

/** The chapter's list of security measures. */
export const security = {
  S1: {
    subject: { ja: 'API サーバー: TLS を必須にする', en: 'API server: TLS always' },
    counts: anywhere,
  },
  S2: {
    subject: { ja: 'API サーバー: RBAC で認可する', en: 'API server: authorization by RBAC' },
    counts: anywhere,
  },
  S3: {
    subject: { ja: 'API サーバー: アドミッションで断る', en: 'API server: refusal by admission' },
    today: {
      ja: 'PodSecurityPolicy は 1.25 でなくなりました。Pod Security Admission を使います。',
      en: 'PodSecurityPolicy is gone since 1.25: use Pod Security Admission.',
    },
    counts: anywhere,
  },
  S4: {
    subject: { ja: 'etcd: 保存データの暗号化', en: 'etcd: encryption at rest' },
    today: {
      ja: '自分で運用するなら EncryptionConfiguration を書きます。EKS では AWS が行います。',
      en: 'On a control plane of your own, by an EncryptionConfiguration. On EKS, AWS does it.',
    },
    counts: realNodes,
  },
  S5: {
    subject: { ja: 'etcd: ネットワークの分離', en: 'etcd: isolated in the network' },
    today: { ja: 'EKS では AWS が行います。', en: 'On EKS, AWS does it.' },
    onlyAws: {
      ja: 'etcd のポートを閉じているのはセキュリティグループです。linux にはなく、そこで確かめられるのは証明書による拒否だけです。',
      en: 'Security groups close the ports of etcd. linux has none: what can be seen there is that a client without a certificate is refused.',
    },
  },
  S6: {
    subject: { ja: 'etcd: 定期的なバックアップ', en: 'etcd: regular backups' },
    today: { ja: 'EKS では AWS が行います。', en: 'On EKS, AWS does it.' },
    counts: realNodes,
  },
  S7: {
    subject: { ja: 'ノード: 最小権限', en: 'Nodes: least privilege' },
    today: {
      ja: 'EC2 では IMDSv2 とホップ数 1 で、Pod からノードのロールを使えなくします。Fargate に IMDS はなく、Pod の権限は IRSA で渡します。',
      en: "On EC2, IMDSv2 and a hop limit of 1 keep pods from the node's role. Fargate has no IMDS: pods get rights by IRSA.",
    },
    onlyAws: {
      ja: 'インスタンスメタデータと IAM ロールは AWS にしかありません。',
      en: 'Instance metadata and IAM roles exist on AWS only.',
    },
  },
  S8: {
    subject: { ja: 'ノード: 定期的なセキュリティパッチ', en: 'Nodes: regular security patches' },
    today: {
      ja: '動いているノードに当てるのではなく、Pod を退避させて新しいノードに置き換えます。マネージドノードグループはこれを順に行います。',
      en: 'Not applied to a running node: it is drained and replaced by a new one. A managed node group does so one after the other.',
    },
    counts: realNodes,
  },
  S9: {
    subject: { ja: 'ノード: ログの監視', en: 'Nodes: watching the logs' },
    today: {
      ja: 'EC2 ノードではログエージェントを DaemonSet で動かします。Fargate では、組み込みのログルーターを ConfigMap aws-logging で設定します。',
      en: 'On EC2 nodes a log agent runs as a DaemonSet. On Fargate, ConfigMap aws-logging sets up the log router that is built in.',
    },
    counts: realNodes,
  },
  S10: {
    subject: { ja: 'コンテナ: root 以外で動かす', en: 'Containers: not as root' },
    today: {
      ja: '推奨にとどめず、Pod Security Admission で強制できます。',
      en: 'More than advice: Pod Security Admission enforces it.',
    },
    counts: anywhere,
  },
  S11: {
    subject: { ja: 'コンテナ: イメージのセキュリティスキャン', en: 'Containers: scanning of images' },
    onlyAws: {
      ja: 'スキャンするのは Amazon ECR のリポジトリです。',
      en: 'What scans is a repository of Amazon ECR.',
    },
  },
  S12: {
    subject: { ja: 'コンテナ: リソース制限', en: 'Containers: limits on resources' },
    counts: realNodes,
  },
} as const satisfies Readonly<Record<`S${number}`, Claim>>;
