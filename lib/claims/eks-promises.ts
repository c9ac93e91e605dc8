import type { Claim } from './claim.ts';

/** The features that the chapter's diagrams of EKS list. */
export const eksPromises = {
  P1: {
    subject: { ja: 'EKS: 高可用性の保証', en: 'EKS: high availability' },
    today: {
      ja: 'AWS が守るのはコントロールプレーンです。ノードと Pod を AZ に分けるのは利用者の仕事で、AZ の障害にはゾーンシフトで備えます。',
      en: 'AWS keeps the control plane up. Spreading nodes and pods over zones is yours; zonal shift takes a failing zone out.',
    },
    onlyAws: {
      ja: 'ゾーンシフトと、AZ をまたぐコントロールプレーンは、AWS の仕組みです。',
      en: "Zonal shift, and a control plane over several zones, are AWS's own.",
    },
  },
  P2: {
    subject: { ja: 'EKS: 自動アップデート', en: 'EKS: automatic updates' },
    today: {
      ja: '言いすぎです。マイナーバージョンが勝手に上がるのはサポートが終わるときだけで、Auto Mode でなければノードの更新は利用者が行います。',
      en: 'Overstated. A minor version moves by itself only when its support ends, and nodes are yours to update unless Auto Mode has them.',
    },
    onlyAws: {
      ja: 'アップグレードポリシーは EKS クラスターの属性で、AWS の API でしか読めません。',
      en: "The upgrade policy is an attribute of an EKS cluster; AWS's API alone shows it.",
    },
  },
  P3: {
    subject: { ja: 'EKS: 暗号化', en: 'EKS: encryption' },
    today: {
      ja: '1.28 から、API のデータはすべて既定でエンベロープ暗号化されます。自分の KMS キーを使うこともできます。',
      en: 'Since 1.28 all API data is envelope-encrypted by default. A KMS key of your own is optional.',
    },
    onlyAws: {
      ja: 'KMS のキーと、AWS が暗号化する etcd は、AWS にしかありません。',
      en: 'The KMS key, and the etcd that AWS encrypts with it, are on AWS only.',
    },
  },
  P4: {
    subject: { ja: 'EKS: 監査ログ', en: 'EKS: audit log' },
    today: {
      ja: '既定では記録されません。5 種類あるコントロールプレーンのログは、どれも自分で有効にします。',
      en: 'Off by default, as are all five types of control-plane logs.',
    },
    onlyAws: {
      ja: 'EKS の監査ログは CloudWatch Logs に届き、そこで検索します。',
      en: 'The audit log of EKS goes to CloudWatch Logs, and is queried there.',
    },
  },
  P5: {
    subject: { ja: 'Fargate: Pod 単位の課金', en: 'Fargate: billed by the pod' },
    today: {
      ja: '要求した量ではなく、切り上げた組み合わせに課金されます。その大きさは注釈 CapacityProvisioned に書かれます。',
      en: 'What is billed is the next larger combination, not the request. The annotation CapacityProvisioned says which.',
    },
    onlyAws: {
      ja: '課金される大きさを割り当てるのは Fargate です。手元の注釈は模擬です。',
      en: 'The size that is billed is what Fargate assigns. On this machine the annotation is an imitation.',
    },
  },
  P6: {
    subject: { ja: 'Fargate: 自動スケーリング', en: 'Fargate: scales by itself' },
    today: {
      ja: 'ノードは Pod に合わせて増えますが、Pod の数を変えるのは HorizontalPodAutoscaler です。自分で用意します。',
      en: 'Nodes follow the pods, but the number of pods changes by a HorizontalPodAutoscaler, which you make.',
    },
    onlyAws: {
      ja: '増えた Pod に容量を用意するのは Fargate です。手元では模擬のノードが現れるだけです。',
      en: 'Fargate supplies what the added pods run on. On this machine a simulated node appears.',
    },
  },
  P7: {
    subject: { ja: 'Fargate: Pod どうしの分離', en: 'Fargate: pods are isolated from each other' },
    onlyAws: {
      ja: 'Pod ごとに別のカーネルが動くことは、Fargate のマイクロ VM でしか確かめられません。',
      en: "That each pod has a kernel of its own can only be seen in Fargate's micro-VMs.",
    },
  },
} as const satisfies Readonly<Record<`P${number}`, Claim>>;
