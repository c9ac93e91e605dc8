import { instanceTypeNames } from '../catalog/instance-types.ts';
import { kubernetesVersions } from '../catalog/versions.ts';
import type { Text } from '../core/text.ts';
import { controlPlaneCounts } from './quorum.ts';
import { longestName } from './stack-name.ts';
import { retentionDays, schema } from './schema.ts';
import { settingNames, type SettingName } from './settings.ts';

/** The meaning of each setting. */
const meanings: Readonly<Record<SettingName, Text>> = {
  kubernetes: {
    ja: `Kubernetes のバージョン（${kubernetesVersions.join(' または ')}）`,
    en: `Kubernetes version: ${kubernetesVersions.join(' or ')}`,
  },
  nodeCount: {
    ja: 'ワーカーノードの数（2 から 10）。2 つのゾーンに分かれる',
    en: 'worker nodes, spread over two zones: 2 to 10',
  },
  controlPlanes: {
    ja: `SelfManaged のコントロールプレーンノードの数（${controlPlaneCounts.join(' または ')}）。それぞれが etcd のメンバーを 1 つ持つ`,
    en: `control-plane nodes of SelfManaged, each with a member of etcd: ${controlPlaneCounts.join(' or ')}`,
  },
  instanceType: {
    ja: `ワーカーノードの EC2 インスタンスタイプ（${instanceTypeNames.join('、')}）`,
    en: `EC2 instance type of the worker nodes: ${instanceTypeNames.join(', ')}`,
  },
  compute: {
    ja: 'EksEc2 の Pod を動かすもの。ec2、または both（ひとつの名前空間を Fargate で動かす）',
    en: 'what runs the pods of EksEc2: ec2, or both (one namespace runs on Fargate)',
  },
  allowedCidrs: {
    ja: '公開 API エンドポイントに届く IPv4 の CIDR ブロック。なければプライベートエンドポイントだけ',
    en: 'IPv4 CIDR blocks that reach the public API endpoint; none: private endpoint only',
  },
  admins: {
    ja: 'クラスター管理者にする IAM ロールまたはユーザーの ARN。スタックが作るロールに加える',
    en: 'ARNs of IAM roles or users that get cluster-admin access, beside the role that the stack makes',
  },
  customerKey: {
    ja: 'Secret とコントロールプレーンのログを、専用の KMS キーで暗号化する（月に約 1 USD）',
    en: 'encrypt Kubernetes secrets and the control-plane logs with a KMS key of your own (about 1 USD a month)',
  },
  logRetentionDays: {
    ja: `コントロールプレーンのログを残す日数（${retentionDays.join('、')}）`,
    en: `days that the control-plane logs are kept: ${retentionDays.join(', ')}`,
  },
  podCidr: {
    ja: 'SelfManaged の Pod に割り当てる、プライベートな IPv4 の CIDR ブロック',
    en: 'private IPv4 CIDR block that SelfManaged takes the addresses of pods from',
  },
  name: {
    ja: `AWS のスタックと、その名前が付くもの全部に加える名前（英数字とハイフンで ${longestName} 文字まで）。ひとつのアカウントを何人かで使うため`,
    en: `a name added to the stack and to all that is called after it, so that several people share an account: at most ${longestName} letters, digits and hyphens`,
  },
  zones: {
    ja: 'アベイラビリティーゾーンの名前または ID。2 つ（controlPlanes=3 なら 3 つ）。なければリージョンの最初のゾーン',
    en: 'names or IDs of the Availability Zones: two, or three with controlPlanes=3; none: the first ones of the region',
  },
  bootstrapQualifier: {
    ja: 'cdk bootstrap --qualifier に指定した値',
    en: 'the qualifier that cdk bootstrap --qualifier was given',
  },
};

/** Each setting with its meaning and its default, for help texts. */
export const settingHelp: readonly { readonly name: SettingName; readonly text: Text; readonly default: string }[] =
  settingNames.map((name) => ({
    name,
    text: meanings[name],
    default: String(schema.shape[name].parse(undefined)) || 'none',
  }));
