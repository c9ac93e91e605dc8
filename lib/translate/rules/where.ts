import type { V1PodSpec } from '../kubernetes-types.ts';
import { approximate, exact, input, none, type Answer } from '../finding.ts';
import type { Plan } from '../plan.ts';
import { rule, type Rules } from '../rule.ts';

const architectures: Readonly<Record<string, string>> = { X86_64: 'amd64', ARM64: 'arm64' };

/** The build of Windows that a node has to run, by the year in the name of the operating system family. */
const windowsBuilds: Readonly<Record<string, string>> = {
  '2016': '10.0.14393',
  '2019': '10.0.17763',
  '2022': '10.0.20348',
  '2025': '10.0.26100',
};

const windowsBuild = (family: string): string | undefined => windowsBuilds[/_(\d{4})_/.exec(family)?.[1] ?? ''];

/** Which nodes can run the pods, by the platform of the task. */
export function platformOf({ input: { taskDefinition } }: Plan): Partial<V1PodSpec> {
  const { cpuArchitecture, operatingSystemFamily } = taskDefinition.runtimePlatform ?? {};
  const os = operatingSystemFamily?.startsWith('WINDOWS') === true ? 'windows' : 'linux';
  const build = operatingSystemFamily === undefined ? undefined : windowsBuild(operatingSystemFamily);
  const nodeSelector = {
    ...(cpuArchitecture !== undefined && { 'kubernetes.io/arch': architectures[cpuArchitecture]! }),
    ...(operatingSystemFamily !== undefined && { 'kubernetes.io/os': os }),
    ...(build !== undefined && { 'node.kubernetes.io/windows-build': build }),
  };
  return {
    ...(operatingSystemFamily !== undefined && { os: { name: os } }),
    ...(Object.keys(nodeSelector).length > 0 && { nodeSelector }),
  };
}

function launchType(type: string): Answer {
  switch (type) {
    case 'FARGATE':
      return input(
        'Pod から Fargate を求めることはできません。管理者が作る Fargate プロファイルが、名前空間とラベルで Pod を選びます。',
        "A pod can't ask for Fargate: an administrator's Fargate profile selects pods by namespace and labels.",
        { todo: 'elsewhere', lab: 'eks-fargate' },
      );
    case 'MANAGED_INSTANCES':
      return input(
        'EKS Auto Mode が最も近いものです。クラスターで有効にします。',
        'EKS Auto Mode comes nearest. Turn it on for the cluster.',
        { todo: 'elsewhere', lab: 'eks-ec2' },
      );
    case 'EXTERNAL':
      return input(
        'ECS Anywhere のタスクです。EKS Hybrid Nodes のノードで動かします。イメージ、ボリューム、ネットワークがその場所で使えるか確認してください。',
        'A task of ECS Anywhere. Run it on EKS Hybrid Nodes, and see whether its image, volumes and network are there.',
        { todo: 'elsewhere', lab: 'eks-ec2' },
      );
    default:
      return input('ノードグループの EC2 インスタンスで動きます。', 'It runs on the EC2 instances of a node group.', {
        todo: 'nothing',
        lab: 'eks-ec2',
      });
  }
}

const where = rule<string>(({ value }) => launchType(value));

/** Where tasks and pods run. */
export const whereRules: Rules = {
  'requiresCompatibilities[]': where,
  'service.launchType': where,
  'runtimePlatform.cpuArchitecture': rule<string>(({ value, plan }) =>
    value === 'ARM64' && plan.fargate
      ? approximate(
          'nodeSelector は arm64 になりますが、EKS Fargate には Arm がありません（containers-roadmap 1629）。Graviton のノードグループか、amd64 のイメージを選んでください。',
          'The node selector is arm64, but EKS Fargate has no Arm (containers-roadmap 1629). Choose Graviton nodes, or an image for amd64.',
          { todo: 'decide', to: 'pod.nodeSelector', lab: 'eks-fargate' },
        )
      : exact(
          `ノードのアーキテクチャは ${architectures[value]} です。`,
          `Nodes of architecture ${architectures[value]}.`,
          {
            to: 'pod.nodeSelector',
            lab: 'scheduling',
          },
        ),
  ),
  'runtimePlatform.operatingSystemFamily': rule<string>(({ value }) =>
    value === 'LINUX'
      ? exact('Linux のノードで動きます。', 'Nodes that run Linux.', { to: 'pod.os', lab: 'scheduling' })
      : windowsBuild(value) === undefined
        ? approximate(
            `${value} のコンテナを動かせる EKS のノードはありません。Windows Server 2019、2022、2025 のイメージに作り直してください。`,
            `No node of EKS runs containers of ${value}. Build the image for Windows Server 2019, 2022 or 2025.`,
            { todo: 'decide', to: 'pod.os', lab: 'scheduling' },
          )
        : approximate(
            'Windows のノードで動きます。Core と Full の違いはノードの AMI の違いです。EKS Fargate に Windows はありません。Linux だけのフィールド（user、capabilities、sysctl など）は書きません。このリポジトリの対象は Linux のため、ローカルのコントロールプレーンが受け付けることだけを確かめています。',
            'Nodes that run Windows. Core or Full is a choice of their AMI, and EKS Fargate has no Windows. Fields of Linux (user, capabilities, sysctls and the like) are not written. Only that an API server accepts the objects is tested.',
            { todo: 'decide', to: 'pod.os', lab: 'scheduling' },
          ),
  ),
  'service.platformVersion': none(
    'EKS Fargate では、Kubernetes のバージョンがプラットフォームのバージョンを決めます。',
    'On EKS Fargate the platform version comes with the Kubernetes version.',
    { todo: 'nothing', lab: 'eks-fargate' },
  ),
  'service.capacityProviderStrategy[].capacityProvider': rule<string>(({ value }) =>
    value === 'FARGATE_SPOT'
      ? none(
          'EKS Fargate に Spot はありません。Spot のノードグループか、Karpenter の NodePool を使います。',
          'EKS Fargate has no Spot. Use a node group of Spot instances, or a NodePool of Karpenter.',
          { lab: 'eks-fargate' },
        )
      : value === 'FARGATE'
        ? launchType('FARGATE')
        : approximate(
            `キャパシティプロバイダー ${value} に当たるのは、ノードグループか Karpenter の NodePool です。決まったら nodeSelector に eks.amazonaws.com/nodegroup か karpenter.sh/nodepool を書きます。`,
            `Capacity provider ${value} corresponds to a node group or a NodePool of Karpenter. Once you have it, select it by eks.amazonaws.com/nodegroup or karpenter.sh/nodepool.`,
            { todo: 'decide', lab: 'scheduling' },
          ),
  ),
  'service.capacityProviderStrategy[].weight': none(
    '割合で分けるフィールドはありません。ノードアフィニティの weight は点数です。karpenter.sh/capacity-type への topologySpreadConstraints か、2 つの Deployment を使います。',
    'No field divides by shares: a weight of node affinity is a score. Use topologySpreadConstraints over karpenter.sh/capacity-type, or two Deployments.',
    { todo: 'decide', lab: 'scheduling' },
  ),
  'service.capacityProviderStrategy[].base': none(
    '最低数を決めるフィールドはありません。必要なら、その数の Deployment をもう 1 つ作ります。',
    'Nothing has a base. If you need one, add a second Deployment of that many replicas.',
    { todo: 'decide', lab: 'scheduling' },
  ),
};
