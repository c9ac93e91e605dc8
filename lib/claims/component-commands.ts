import { anywhere, realNodes, type Claim } from './claim.ts';

/** The chapter's commands for each component. */
export const componentCommands = {
  K1: { subject: { ja: 'kubectl get nodes: ノードの一覧', en: 'kubectl get nodes: the nodes' }, counts: anywhere },
  K2: {
    subject: { ja: 'kubectl apply -f: マニフェストを適用する', en: 'kubectl apply -f: apply a manifest' },
    today: {
      ja: '章には deployment.yaml が付いていません。ここではマニフェストもガイドの一部です。',
      en: 'The chapter comes without its deployment.yaml. Here, the manifest is part of the guide.',
    },
    counts: anywhere,
  },
  K3: {
    subject: { ja: 'kubectl logs: コンテナの出力を読む', en: 'kubectl logs: what a container printed' },
    counts: realNodes,
  },
  K4: {
    subject: {
      ja: 'etcdctl get /registry/…: etcd の中の値を直接読む',
      en: 'etcdctl get /registry/…: read a value straight from etcd',
    },
    today: {
      ja: '証明書を渡すオプション（--cacert、--cert、--key）がないとつながりません。値は protobuf で、暗号化されていれば k8s:enc: で始まります。EKS ではできません。',
      en: 'Without --cacert, --cert and --key there is no connection. The value is protobuf, or begins with k8s:enc: when encrypted. Impossible on EKS.',
    },
    counts: anywhere,
  },
  K5: {
    subject: { ja: 'journalctl -u kubelet: kubelet のログを読む', en: 'journalctl -u kubelet: the log of the kubelet' },
    today: {
      ja: 'EKS の EC2 ノードには Session Manager で入ります。Fargate に入れるホストはなく、Auto Mode では NodeDiagnostic で取り出します。',
      en: 'EC2 nodes of EKS are entered through Session Manager. Fargate has no host to enter, and with Auto Mode a NodeDiagnostic fetches the log.',
    },
    counts: realNodes,
  },
  K6: {
    subject: {
      ja: 'kubectl describe node: kubelet が報告した状態を読む',
      en: 'kubectl describe node: the conditions that the kubelet reports',
    },
    counts: realNodes,
  },
  K7: {
    subject: {
      ja: 'kubectl get endpoints: Service のバックエンドを見る',
      en: 'kubectl get endpoints: the backends of a Service',
    },
    today: {
      ja: 'Endpoints は 1.33 で非推奨になり、警告が出ます。kubectl get endpointslices -l kubernetes.io/service-name=NAME を使います。',
      en: 'Endpoints are deprecated since 1.33 and print a warning. Use kubectl get endpointslices -l kubernetes.io/service-name=NAME.',
    },
    counts: anywhere,
  },
  K8: {
    subject: {
      ja: 'ConfigMap kube-proxy-config: kube-proxy のモードを読む',
      en: 'ConfigMap kube-proxy-config: the mode of kube-proxy',
    },
    today: {
      ja: 'この名前は EKS のものです。kubeadm では ConfigMap kube-proxy の config.conf にあります。',
      en: 'That is its name on EKS. With kubeadm it is the key config.conf of ConfigMap kube-proxy.',
    },
    counts: realNodes,
  },
} as const satisfies Readonly<Record<`K${number}`, Claim>>;
