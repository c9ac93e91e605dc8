import { anywhere, realNodes, type Claim } from './claim.ts';

/** The chapter's commands for three problems: no API server, a pod that is not scheduled, no network. */
export const troubleshooting = {
  M1: {
    subject: { ja: 'kubectl version --short: つながるか試す', en: 'kubectl version --short: try the connection' },
    today: {
      ja: '--short は 1.28 でなくなり、エラーになります。kubectl version だけで足ります。',
      en: '--short is gone since 1.28 and fails. Plain kubectl version does.',
    },
    counts: anywhere,
  },
  M2: {
    subject: { ja: 'kubectl config view: 接続先を確かめる', en: 'kubectl config view: where one connects to' },
    today: {
      ja: '--minify を付けると、いまのコンテキストだけになります。',
      en: 'With --minify it shows the current context alone.',
    },
    counts: anywhere,
  },
  M3: {
    subject: {
      ja: 'openssl x509: API サーバーの証明書を調べる',
      en: "openssl x509: look at the API server's certificate",
    },
    today: {
      ja: '期限は kubeadm certs check-expiration で一覧できます。EKS ではファイルに触れないので、openssl s_client -connect ENDPOINT:443 で見ます。',
      en: 'kubeadm certs check-expiration lists when each runs out. EKS has no file to read: openssl s_client -connect ENDPOINT:443.',
    },
    counts: anywhere,
  },
  M4: {
    subject: {
      ja: 'kubectl get events: Pod がスケジュールされない理由',
      en: 'kubectl get events: why a pod is not scheduled',
    },
    today: {
      ja: 'kubectl events --for pod/NAME なら、その Pod のものだけが時刻順に出ます。',
      en: 'kubectl events --for pod/NAME shows those of the pod alone, in order.',
    },
    counts: anywhere,
  },
  M5: {
    subject: {
      ja: 'kubectl describe nodes: Pod を置けるノードがあるか',
      en: 'kubectl describe nodes: is there a node that takes the pod',
    },
    counts: anywhere,
  },
  M6: {
    subject: {
      ja: 'kubectl top nodes と top pods: 使用量を見る',
      en: 'kubectl top nodes and top pods: what is used',
    },
    today: {
      ja: 'metrics-server が必要です。スケジューラーが見るのは使用量ではなく要求なので、置けない理由は describe で調べます。',
      en: 'It takes metrics-server. The scheduler goes by requests, not by usage: describe says why a pod has no place.',
    },
    counts: realNodes,
  },
  M7: {
    subject: {
      ja: 'ラベル k8s-app=kube-proxy の Pod がノードごとにあるか',
      en: 'Pods labelled k8s-app=kube-proxy: one for each node',
    },
    today: {
      ja: 'Fargate のノードの分はありません。',
      en: 'There are none for nodes of Fargate.',
    },
    counts: realNodes,
  },
  M8: {
    subject: {
      ja: 'kubectl get services: Service と、そのセレクター',
      en: 'kubectl get services: Services and their selectors',
    },
    counts: anywhere,
  },
  M9: {
    subject: {
      ja: 'kubectl get endpoints --all-namespaces: バックエンドのない Service を探す',
      en: 'kubectl get endpoints --all-namespaces: Services without backends',
    },
    today: {
      ja: 'Endpoints は 1.33 で非推奨になり、警告が出ます。kubectl get endpointslices を使います。',
      en: 'Endpoints are deprecated since 1.33 and print a warning. Use kubectl get endpointslices.',
    },
    counts: anywhere,
  },
  M10: {
    subject: {
      ja: 'nslookup kubernetes.default.svc.cluster.local: DNS を試す',
      en: 'nslookup kubernetes.default.svc.cluster.local: try the DNS',
    },
    today: {
      ja: '手元の端末からは引けません。Pod の中で実行します。',
      en: 'It does not resolve on a laptop: run it inside of a pod.',
    },
    counts: realNodes,
  },
} as const satisfies Readonly<Record<`M${number}`, Claim>>;
