import type { V1Deployment } from '@kubernetes/client-node';
import { isRolledOut } from '../../lib/checks/conditions.ts';
import { failed, type Verdict } from '../../lib/model/verdict.ts';
import { missing } from '../../lib/checks/missing.ts';

/** The port of the containers of api, and its name. */
export const apiPort = { number: 8080, name: 'http' };

/** Why a Deployment does not have this many ready pods of its newest version; undefined when it has. */
export function unready(deployment: V1Deployment | undefined, name: string, least = 1): Verdict | undefined {
  if (deployment === undefined) return missing(`Deployment ${name}`);
  const { spec, status } = deployment;
  const desired = spec?.replicas ?? 0;
  if (desired < least) {
    return failed({
      ja: `Deployment ${name} の Pod は ${desired} 個を求められています。${least} 個にしてください。`,
      en: `Deployment ${name} wants ${desired} pods. Scale it to ${least}.`,
    });
  }
  if (isRolledOut(deployment)) return undefined;
  return failed({
    ja: `Deployment ${name} の Pod が、まだ全部は Ready になっていません（${status?.readyReplicas ?? 0}/${desired}）。`,
    en: `Not all pods of Deployment ${name} are ready yet (${status?.readyReplicas ?? 0}/${desired}).`,
  });
}
