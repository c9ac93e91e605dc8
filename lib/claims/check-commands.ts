import { anywhere, realNodes, type Claim } from './claim.ts';

/** The chapter's commands to check the state of a cluster. */
export const checkCommands = {
  K9: {
    subject: { ja: 'kubectl cluster-info: API サーバーの住所', en: 'kubectl cluster-info: where the API server is' },
    counts: anywhere,
  },
  K10: {
    subject: {
      ja: 'kubectl get nodes -o wide: ノードの OS、カーネル、ランタイム',
      en: 'kubectl get nodes -o wide: operating system, kernel and runtime of the nodes',
    },
    counts: realNodes,
  },
  K11: {
    subject: {
      ja: 'kubectl get pods -n kube-system: システムの Pod',
      en: 'kubectl get pods -n kube-system: the pods of the system',
    },
    counts: realNodes,
  },
  K12: {
    subject: { ja: 'kubectl version: クライアントとサーバーの版', en: 'kubectl version: of client and server' },
    counts: anywhere,
  },
  K13: {
    subject: {
      ja: 'kubectl get componentstatuses: コンポーネントの状態',
      en: 'kubectl get componentstatuses: the state of the components',
    },
    today: {
      ja: '1.19 で非推奨になり、警告が出ます。kubectl get --raw="/readyz?verbose" を使います。',
      en: 'Deprecated since 1.19, with a warning. Use kubectl get --raw="/readyz?verbose".',
    },
    counts: anywhere,
  },
  K14: {
    subject: {
      ja: 'kubectl get --raw=/healthz: API サーバーの健全性',
      en: 'kubectl get --raw=/healthz: is the API server healthy',
    },
    today: {
      ja: '/healthz は 1.16 で非推奨になりました。/livez と /readyz に分かれています。',
      en: '/healthz is deprecated since 1.16: there are /livez and /readyz.',
    },
    counts: anywhere,
  },
  K15: {
    subject: { ja: 'kubectl get events を「etcd の確認」とする', en: 'kubectl get events, given as the check of etcd' },
    today: {
      ja: 'イベントから etcd の健全性はわかりません。kubectl get --raw=/readyz/etcd か、etcd に触れるなら etcdctl endpoint status --cluster -w table で見ます。',
      en: 'Events say nothing about etcd. Use kubectl get --raw=/readyz/etcd or, where etcd can be reached, etcdctl endpoint status --cluster -w table.',
    },
    counts: anywhere,
  },
  K16: {
    subject: {
      ja: 'ラベル component=kube-controller-manager の Pod を探す',
      en: 'Find the pods labelled component=kube-controller-manager',
    },
    today: {
      ja: 'EKS では 1 つも出ません。コントロールプレーンのログか、kubectl get --raw /apis/metrics.eks.amazonaws.com/v1/kcm/container/metrics（スケジューラーは ksh）で見ます。',
      en: 'EKS lists none. Look at the control-plane logs, or at kubectl get --raw /apis/metrics.eks.amazonaws.com/v1/kcm/container/metrics (ksh for the scheduler).',
    },
    counts: realNodes,
  },
  K17: {
    subject: {
      ja: 'kubectl describe node: 割り当て可能な量と要求の合計',
      en: 'kubectl describe node: what is allocatable and what is requested',
    },
    counts: anywhere,
  },
  K18: {
    subject: { ja: 'kubectl top nodes: ノードの使用量', en: 'kubectl top nodes: what nodes use' },
    today: {
      ja: 'metrics-server が必要です。EKS に最初からは入っていません。',
      en: 'It takes metrics-server, which EKS does not install by default.',
    },
    counts: realNodes,
  },
  K19: {
    subject: {
      ja: 'フィールドセレクター spec.nodeName で、ノードの Pod を一覧する',
      en: 'Field selector spec.nodeName: the pods of one node',
    },
    counts: anywhere,
  },
} as const satisfies Readonly<Record<`K${number}`, Claim>>;
