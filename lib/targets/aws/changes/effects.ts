import type { Text } from '../../../core/text.ts';
import type { ChangeKind, ResourceChange } from './resource-changes.ts';

/** How a change reaches what runs, from the least to the most noticeable. */
export const outcomes = ['inPlace', 'newMachines', 'oneByOne', 'newFirst'] as const;

/** One of {@link outcomes}. */
export type Outcome = (typeof outcomes)[number];

/** What a change of a resource means for those who use the stack. */
export interface Effect {
  readonly outcome: Outcome;
  /** What is interrupted, for a moment or for good. @default nothing */
  readonly interrupts?: Text;
  /**
   * How long it takes, in minutes. Estimates: AWS promises no times, and the project has no account to measure them.
   *
   * @see Amazon EKS User Guide, "Update existing cluster to new Kubernetes version": "several minutes" (read November 2026)
   */
  readonly minutes: number;
}

interface EffectRow extends Effect {
  readonly type: string;
  readonly kind: ChangeKind;
  /** The property that this is about. @default any other */
  readonly property?: string;
}

/** The effects that are not the same for every type. The first row that fits counts. */
const rows: readonly EffectRow[] = [
  {
    type: 'AWS::EKS::Cluster',
    kind: 'update',
    property: 'Version',
    outcome: 'oneByOne',
    minutes: 10,
    interrupts: {
      ja: 'API サーバーが 1 つずつ入れ替わり、そのあいだ、呼び出しが失敗することがあります',
      en: 'API servers are replaced one after the other, and a call may fail meanwhile',
    },
  },
  { type: 'AWS::EKS::Cluster', kind: 'update', outcome: 'inPlace', minutes: 3 },
  {
    type: 'AWS::EKS::Nodegroup',
    kind: 'update',
    property: 'Version',
    outcome: 'oneByOne',
    minutes: 15,
    interrupts: {
      ja: 'ノードが 1 つずつ入れ替わり、Pod は別のノードに移ります',
      en: 'nodes are replaced one after the other, and pods move to other nodes',
    },
  },
  {
    type: 'AWS::EKS::Nodegroup',
    kind: 'update',
    property: 'ScalingConfig',
    outcome: 'inPlace',
    minutes: 4,
    interrupts: {
      ja: 'ノードを減らす場合、なくなるノードの Pod は別のノードに移ります',
      en: 'with fewer nodes, the pods of those that go move to other nodes',
    },
  },
  {
    type: 'AWS::EKS::Nodegroup',
    kind: 'replace',
    outcome: 'newFirst',
    minutes: 15,
    interrupts: {
      ja: '新しいノードができてから古いノードがなくなり、Pod はすべて新しいノードに移ります',
      en: 'new nodes come first, then the old ones go, and all pods move to the new ones',
    },
  },
  {
    type: 'AWS::EKS::Addon',
    kind: 'update',
    outcome: 'inPlace',
    minutes: 2,
    interrupts: {
      ja: 'アドオンの Pod が 1 つずつ入れ替わります',
      en: 'pods of add-ons are replaced one after the other',
    },
  },
  { type: 'AWS::EKS::FargateProfile', kind: 'create', outcome: 'inPlace', minutes: 3 },
  {
    type: 'AWS::EKS::FargateProfile',
    kind: 'remove',
    outcome: 'inPlace',
    minutes: 4,
    interrupts: { ja: 'そのプロファイルの Pod は終了します', en: 'the pods of the Fargate profile end' },
  },
  {
    type: 'AWS::AutoScaling::AutoScalingGroup',
    kind: 'update',
    property: 'MaxSize',
    outcome: 'inPlace',
    minutes: 3,
    interrupts: {
      ja: 'マシンを減らす場合、なくなるマシンの Pod やタスクは、予告なしに終わります',
      en: 'with fewer machines, what runs on those that go ends without notice',
    },
  },
  // A group or instance that exists keeps the version of the template that it was started with.
  { type: 'AWS::EC2::LaunchTemplate', kind: 'update', outcome: 'newMachines', minutes: 1 },
  // A control plane: the update waits until it has joined.
  { type: 'AWS::EC2::Instance', kind: 'create', outcome: 'inPlace', minutes: 6 },
  // The functions that apply charts get another kubectl.
  { type: 'AWS::Lambda::LayerVersion', kind: 'replace', outcome: 'inPlace', minutes: 1 },
  {
    type: 'AWS::ECS::TaskDefinition',
    kind: 'replace',
    outcome: 'oneByOne',
    minutes: 4,
    interrupts: { ja: 'ECS のタスクが順に入れ替わります', en: 'ECS replaces its tasks one after the other' },
  },
  // What was removed on purpose, and nothing else used.
  { type: 'AWS::EKS::AccessEntry', kind: 'remove', outcome: 'inPlace', minutes: 1 },
  { type: 'AWS::KMS::Key', kind: 'remove', outcome: 'inPlace', minutes: 1 },
  { type: 'AWS::IAM::Role', kind: 'remove', outcome: 'inPlace', minutes: 1 },
  { type: 'AWS::Logs::LogGroup', kind: 'remove', outcome: 'inPlace', minutes: 1 },
  { type: 'Custom::AWSCDK-EKS-KubernetesResource', kind: 'remove', outcome: 'inPlace', minutes: 1 },
];

/** The effects of a change, one for each property that has one of its own; none where nothing is known of it. */
export function effectsOf({ type, kind, properties }: ResourceChange): readonly Effect[] {
  const fitting = rows.filter((row) => row.type === type && row.kind === kind);
  const named = fitting.filter(({ property }) => property !== undefined && properties.includes(property));
  if (named.length > 0) return named;
  const general = fitting.filter(({ property }) => property === undefined);
  if (general.length > 0) return general;
  // What is new disturbs nothing, and what is changed in place stays.
  return kind === 'create' || kind === 'update' ? [{ outcome: 'inPlace', minutes: 1 }] : [];
}

/**
 * Whether a change would end what the stack is there for, so that `labs up` refuses it whatever the settings: another
 * control plane of EKS is another, empty cluster; a control plane of kubeadm that goes or restarts takes a member of etcd
 * with it.
 */
export const endsCluster = ({ type, kind }: ResourceChange): boolean =>
  (type === 'AWS::EKS::Cluster' && (kind === 'replace' || kind === 'remove')) ||
  (type === 'AWS::EC2::Instance' && kind !== 'create');
