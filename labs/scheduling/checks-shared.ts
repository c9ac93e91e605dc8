import type { V1Deployment } from '@kubernetes/client-node';
import { isRolledOut } from '../../lib/checks/conditions.ts';
import { failed, type Verdict } from '../../lib/model/verdict.ts';

export const notReady = (what: string): Verdict =>
  failed({
    ja: `${what} がまだ Ready になっていません。Pending なら、イベントが理由を言っています。`,
    en: `${what} is not ready yet. If it is Pending, its events say why.`,
  });

/** Why not all pods of a Deployment are ready; undefined when they are. */
export function unreadyDeployment(deployment: V1Deployment): Verdict | undefined {
  if (isRolledOut(deployment)) return undefined;
  const { metadata, spec, status } = deployment;
  return notReady(`Deployment ${metadata?.name ?? ''} (${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0})`);
}
