import { realNodes, type Claim } from './claim.ts';

/** The chapter's three diagrams. */
export const diagrams = {
  D1: {
    subject: {
      ja: '図「クラスター全体像」: コントロールプレーン、ノード、Pod',
      en: 'Diagram of the whole cluster: control plane, nodes, pods',
    },
    today: {
      ja: 'Master という呼び名はもう使わず、コントロールプレーンと呼びます。図には cloud-controller-manager、CNI と CSI のプラグイン、CoreDNS が足りません。',
      en: 'Nobody says master any more: it is the control plane. The diagram lacks the cloud controller manager, the CNI and CSI plugins, and CoreDNS.',
    },
    counts: realNodes,
  },
  D2: {
    subject: {
      ja: '図「マネージドコントロールプレーン」: AWS が運用し、ワーカーは VPC の中にある',
      en: 'Diagram of the managed control plane: AWS runs it, the workers are in the VPC',
    },
    today: {
      ja: 'ワーカーの選択肢は EC2 と Fargate のほかに、Auto Mode と Hybrid Nodes があります。コントロールプレーンは 2 台以上の API サーバーと、3 つの AZ に分かれた etcd です。',
      en: 'Workers can be Auto Mode or Hybrid Nodes too, beside EC2 and Fargate. The control plane is at least two API servers, and etcd over three zones.',
    },
    onlyAws: {
      ja: 'AWS が運用するコントロールプレーンと、VPC に置かれるその ENI は、AWS にしかありません。',
      en: 'The control plane that AWS runs, and its network interfaces in the VPC, exist on AWS only.',
    },
  },
  D3: {
    subject: {
      ja: '図「EKS Fargate」: 管理するノードがない',
      en: 'Diagram of EKS on Fargate: no nodes to look after',
    },
    today: {
      ja: 'ノードがないのではなく、Pod ごとに 1 台あります。kubelet、kube-proxy、containerd はその中で動き、そのために Pod ごとに 256 MB が足されます。',
      en: 'There are nodes, one for each pod. kubelet, kube-proxy and containerd run on it, and add 256 MB to the pod.',
    },
    onlyAws: {
      ja: 'Fargate のマイクロ VM は AWS にしかありません。手元では、Pod ごとに現れるノードを模擬しているだけです。',
      en: 'The micro-VMs of Fargate exist on AWS only. On this machine, the node that appears for each pod is an imitation.',
    },
  },
} as const satisfies Readonly<Record<`D${number}`, Claim>>;
