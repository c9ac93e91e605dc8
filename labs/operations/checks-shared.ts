import type { V1Deployment } from '@kubernetes/client-node';
import { isRolledOut } from '../../lib/checks/conditions.ts';
import { failed, type Verdict } from '../../lib/model/verdict.ts';

/** Why not all pods of a Deployment are ready; undefined when they are. */
export function unreadyDeployment(deployment: V1Deployment): Verdict | undefined {
  if (isRolledOut(deployment)) return undefined;
  const { metadata, spec, status } = deployment;
  const desired = spec?.replicas ?? 0;
  const ready = status?.readyReplicas ?? 0;
  return failed({
    ja: `Deployment ${metadata?.name ?? ''} の Pod が ${desired} 個のうち ${ready} 個しか Ready でないか、入れ替わる途中です。`,
    en: `Deployment ${metadata?.name ?? ''} has ${ready} of ${desired} pods ready, or is still replacing some.`,
  });
}
