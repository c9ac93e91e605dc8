import { kubernetesVersions } from '../../../catalog/versions.ts';
import type { Text } from '../../../core/text.ts';
import type { Environment } from '../../../model/environment.ts';
import { labsCommand } from '../../../model/labs-command.ts';
import type { SettingName, Settings } from '../../../settings/settings.ts';

/** Why a standing stack can't be given another value of a setting; undefined when it can. */
type Refusal = (environment: Environment, from: Settings, to: Settings) => Text | undefined;

/** kubeadm runs the control plane on machines of the stack. */
const runsItself = (environment: Environment): boolean => environment.controlPlanes !== undefined;

const refusals: Readonly<Partial<Record<SettingName, Refusal>>> = {
  kubernetes: (environment, from, to) => {
    if (runsItself(environment)) {
      return {
        ja: 'CloudFormation は kubeadm のコントロールプレーンを更新できず、新しいワーカーだけが別のバージョンになります',
        en: 'CloudFormation does not upgrade the control planes of kubeadm, and new workers would have another version',
      };
    }
    // The newest one comes first.
    if (kubernetesVersions.indexOf(to.kubernetes) < kubernetesVersions.indexOf(from.kubernetes)) return undefined;
    return {
      ja: 'EKS は Kubernetes のバージョンを下げられません',
      en: 'EKS has no way back to an older version of Kubernetes',
    };
  },
  controlPlanes: (environment, from, to) =>
    runsItself(environment) && to.controlPlanes < from.controlPlanes
      ? {
          ja: '残るメンバーより多くの etcd のメンバーが一度に消え、過半数を失います',
          en: 'more members of etcd would go at once than stay, and the quorum would be lost',
        }
      : undefined,
  customerKey: (environment) =>
    runsItself(environment)
      ? undefined
      : {
          ja: 'EKS の暗号化の設定は、クラスターを作るときにだけ決められます',
          en: 'EKS takes the key for secrets only when a cluster is created',
        },
  podCidr: (environment) =>
    runsItself(environment)
      ? {
          ja: '動いているノードと Pod は、元のアドレスを使い続けます',
          en: 'the nodes and pods that run keep their addresses',
        }
      : undefined,
};

/**
 * The changes of settings that AWS would refuse on a standing stack, or that would end the cluster in it, a sentence for
 * each. CloudFormation would notice only half-way.
 */
export function refusedChanges(lab: string, environment: Environment, from: Settings, to: Settings): readonly Text[] {
  return (Object.entries(refusals) as [SettingName, Refusal][]).flatMap(([name, refusal]) => {
    const reason = from[name] === to[name] ? undefined : refusal(environment, from, to);
    if (reason === undefined) return [];
    const [before, after] = [String(from[name]), String(to[name])];
    const remove = labsCommand('down', lab, 'aws');
    return [
      {
        ja: `スタック ${environment.stack} の設定 ${name} は ${before} で、${after} には変えられません。${reason.ja}。元の値を指定するか、先に削除してください: ${remove}`,
        en: `Setting ${name} of stack ${environment.stack} is ${before} and can't become ${after}: ${reason.en}. Give the old value, or remove the stack first: ${remove}`,
      },
    ];
  });
}
