import { isDeepStrictEqual } from 'node:util';
import { instanceTypes } from '../../../catalog/instance-types.ts';
import { UsageError } from '../../../core/errors.ts';
import type { Text } from '../../../core/text.ts';
import type { Environment } from '../../../model/environment.ts';
import type { Lab } from '../../../model/lab.ts';
import { labsCommand } from '../../../model/labs-command.ts';
import { stackOf } from '../stack.ts';
import type { SettingName, Settings } from '../../../settings/settings.ts';

/** A change of a setting that is refused on a standing stack. */
export interface Refusal {
  readonly setting: SettingName;
  /** The environments that it concerns. */
  readonly concerns: (environment: Environment) => boolean;
  /** The pairs of values that are refused. @default every pair */
  readonly refuses?: (from: Settings, to: Settings) => boolean;
  /** Those pairs in the READMEs' table. @default every pair */
  readonly pairs?: Text;
  readonly reason: Text;
  /** What to do. @default keep the value, or remove the stack first */
  readonly instead?: Text;
}

/** kubeadm runs the control planes on machines of the stack. */
const runsItself = (environment: Environment): boolean => environment.controlPlanes !== undefined;
const managed = (environment: Environment): boolean => !runsItself(environment);

const minor = ({ kubernetes }: Settings): number => Number(kubernetes.split('.')[1]);
const architecture = ({ instanceType }: Settings): string => instanceTypes[instanceType].architecture;

/**
 * The changes of settings that AWS would refuse on a standing stack, or that would interrupt or end the cluster in it.
 * CloudFormation would notice only half-way. `test/targets/aws/changes/setting-changes.test.ts` compares them with the templates.
 */
export const refusals: readonly Refusal[] = [
  {
    setting: 'kubernetes',
    concerns: runsItself,
    reason: {
      ja: 'CloudFormation は kubeadm のコントロールプレーンを更新できず、新しいワーカーだけが別のバージョンになります',
      en: 'CloudFormation does not upgrade the control planes of kubeadm, and new workers would have another version',
    },
  },
  {
    setting: 'kubernetes',
    concerns: managed,
    refuses: (from, to) => minor(to) < minor(from),
    pairs: { ja: '下げる場合', en: 'to an older version' },
    reason: {
      ja: 'EKS は Kubernetes のバージョンを下げられません',
      en: 'EKS has no way back to an older version of Kubernetes',
    },
  },
  {
    setting: 'kubernetes',
    concerns: managed,
    refuses: (from, to) => minor(to) > minor(from) + 1,
    pairs: { ja: '2 つ以上上げる場合', en: 'by more than one version' },
    reason: {
      ja: 'EKS は、マイナーバージョンを 1 つずつしか上げられません',
      en: 'EKS upgrades one minor version at a time',
    },
    instead: {
      ja: '途中のバージョンを順に指定してください',
      en: 'Give the versions between them first, one after the other',
    },
  },
  {
    setting: 'controlPlanes',
    concerns: runsItself,
    refuses: (from, to) => to.controlPlanes < from.controlPlanes,
    pairs: { ja: '減らす場合', en: 'to fewer' },
    reason: {
      ja: '残るメンバーより多くの etcd のメンバーが一度に消え、過半数を失います',
      en: 'more members of etcd would go at once than stay, and the quorum would be lost',
    },
  },
  {
    setting: 'instanceType',
    // Its container instances stay as they are, and its tasks run on the architecture of the setting.
    concerns: ({ id }) => id === 'ecs-and-eks',
    refuses: (from, to) => architecture(from) !== architecture(to),
    pairs: { ja: 'x86 と Arm のあいだ', en: 'between x86 and Arm' },
    reason: {
      ja: 'すでにあるコンテナインスタンスはそのまま残り、別のアーキテクチャのタスクを動かせるものがありません',
      en: 'the container instances that run stay as they are, and none could run tasks of the other architecture',
    },
  },
  {
    setting: 'customerKey',
    concerns: managed,
    reason: {
      ja: 'EKS の暗号化の設定は、クラスターを作るときにだけ決められます',
      en: 'EKS takes the key for secrets only when a cluster is created',
    },
  },
  {
    setting: 'podCidr',
    concerns: runsItself,
    reason: {
      ja: '動いているノードと Pod は、元のアドレスを使い続けます',
      en: 'the nodes and pods that run keep their addresses',
    },
  },
  {
    setting: 'name',
    concerns: () => true,
    reason: {
      ja: 'スタックの名前は変えられず、別の名前のスタックは別のクラスターになります',
      en: 'a stack keeps its name, and one of another name is another cluster',
    },
  },
  {
    setting: 'zones',
    concerns: () => true,
    reason: {
      ja: 'サブネットを作り直すことになり、その中にあるものが動いています',
      en: 'the subnets would be made again, and what runs is in them',
    },
  },
];

/** The refusals of the changes from some settings to others. */
export const refusalsOf = (environment: Environment, from: Settings, to: Settings): readonly Refusal[] =>
  refusals.filter(
    ({ setting, concerns, refuses }) =>
      !isDeepStrictEqual(from[setting], to[setting]) && concerns(environment) && (refuses?.(from, to) ?? true),
  );

/**
 * Refuses what a standing stack can't be given.
 *
 * @throws UsageError with a sentence for each setting
 */
export function refuseChanges(lab: Lab, from: Settings, to: Settings): void {
  const refused = refusedChanges(lab.id, lab.environment, from, to);
  if (refused.length === 0) return;
  throw new UsageError({ ja: refused.map(({ ja }) => ja).join('\n'), en: refused.map(({ en }) => en).join('\n') });
}

/** A sentence for each change of a setting that is refused on a standing stack. */
export function refusedChanges(lab: string, environment: Environment, from: Settings, to: Settings): readonly Text[] {
  const remove = labsCommand('down', lab, 'aws');
  return refusalsOf(environment, from, to).map(({ setting, reason, instead }) => {
    const [before, after] = [from, to].map((settings) => String(settings[setting]) || 'none');
    const way = instead ?? {
      ja: '元の値を指定するか、先に削除してください',
      en: 'Give the old value, or remove the stack first',
    };
    const command = instead === undefined ? `: ${remove}` : '';
    return {
      ja: `スタック ${stackOf(environment, from)} の設定 ${setting} は ${before} で、${after} には変えられません。${reason.ja}。${way.ja}${command || '。'}`,
      en: `Setting ${setting} of stack ${stackOf(environment, from)} is ${before} and can't become ${after}: ${reason.en}. ${way.en}${command || '.'}`,
    };
  });
}
