import { anywhere, realNodes, type Claim } from './claim.ts';

/** The chapter's descriptions of the components of a cluster, and its example of a manifest. */
export const components = {
  C1: {
    subject: {
      ja: 'API サーバー: REST の窓口、認証と認可、webhook、etcd への仲介',
      en: 'API server: REST, authentication and authorization, webhooks, the only way to etcd',
    },
    counts: anywhere,
  },
  C2: {
    subject: {
      ja: 'etcd: クラスターの状態をすべて持ち、Raft で一貫性を保つ',
      en: "etcd: all of the cluster's state, kept consistent by Raft",
    },
    today: {
      ja: '「直接操作できる」のは、コントロールプレーンを自分で運用するときだけです。EKS では etcd に触れません。',
      en: 'It can be operated directly only where the control plane is your own. EKS gives no access to etcd.',
    },
    counts: realNodes,
  },
  C3: {
    subject: {
      ja: 'スケジューラー: 資源の空きと規則から Pod の置き場所を決める',
      en: 'Scheduler: places pods by free resources and by rules',
    },
    today: {
      ja: 'Fargate で動く Pod は、kube-scheduler ではなく Fargate 専用のスケジューラーが割り当てます。',
      en: "Pods on Fargate are bound by a scheduler of Fargate's own, not by kube-scheduler.",
    },
    counts: anywhere,
  },
  C4: {
    subject: {
      ja: 'コントローラーマネージャー: レプリカ数、ロールアウト、Service のバックエンド、失われたノード',
      en: 'Controller manager: replicas, rollouts, the backends of a Service, lost nodes',
    },
    today: {
      ja: 'Service のバックエンドを管理するのは EndpointSlice コントローラーです。Service コントローラーは cloud-controller-manager にいて、クラウドのロードバランサーを管理します。',
      en: "The EndpointSlice controller manages a Service's backends. The Service controller is in the cloud controller manager, and manages load balancers of the cloud.",
    },
    counts: anywhere,
  },
  C5: {
    subject: {
      ja: 'kubelet: Pod の起動から終了まで、ヘルスチェック、ノードの状態の報告',
      en: "kubelet: the life of pods, health checks, reporting the node's state",
    },
    today: {
      ja: 'kubelet は指示を受け取るのではなく、自分から API サーバーを watch します。',
      en: 'Nothing is pushed to the kubelet: it watches the API server by itself.',
    },
    counts: realNodes,
  },
  C6: {
    subject: {
      ja: 'kube-proxy: Service をノードのパケット規則にする',
      en: 'kube-proxy: turns Services into packet rules on each node',
    },
    today: {
      ja: 'IPVS モードは 1.35 で非推奨になりました。nftables モードは 1.33 で GA です。',
      en: 'Mode ipvs is deprecated since 1.35; mode nftables is GA since 1.33.',
    },
    counts: realNodes,
  },
  C7: {
    subject: {
      ja: 'コンテナランタイム: CRI の向こうでコンテナを動かす',
      en: 'Container runtime: runs the containers behind the CRI',
    },
    today: {
      ja: 'dockershim は 1.24 でなくなりました。Docker Engine を使うには cri-dockerd が要ります。',
      en: 'dockershim is gone since 1.24. Docker Engine takes cri-dockerd.',
    },
    counts: realNodes,
  },
  Y1: {
    subject: {
      ja: 'マニフェスト: nodeSelector と nodeAffinity で置き場所を絞る Pod',
      en: 'Manifest of a pod that picks its node by nodeSelector and nodeAffinity',
    },
    today: {
      ja: '名前もコンテナもないので、このままでは受け付けられません。ラベル zone は topology.kubernetes.io/zone と書きます。',
      en: 'It has neither a name nor containers, so the API refuses it. The label zone is topology.kubernetes.io/zone.',
    },
    counts: anywhere,
  },
} as const satisfies Readonly<Record<`C${number}` | `Y${number}`, Claim>>;
