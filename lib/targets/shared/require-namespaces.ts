import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { CoreV1Api } from '@kubernetes/client-node';
import type { Cluster } from '../../model/cluster.ts';
import { codeOf, ExternalError } from '../../core/errors.ts';
import type { Lab } from '../../model/lab.ts';
import type { TargetName } from '../../core/target-name.ts';
import { namespacesOf } from './lab-namespaces.ts';
import { labsCommand } from '../../model/labs-command.ts';

/** A lab that is about to be judged. */
export interface LabToJudge {
  readonly lab: Lab;
  readonly target: TargetName;
  /** Folder for what is remembered of the lab; target local and linux keep its objects there. */
  readonly folder: string;
  readonly cluster: Cluster;
}

/**
 * Refuses to judge a lab whose namespaces are gone, or on their way: every hint would only say that something is missing. A
 * lab that has the environment for itself may ask its learner to delete them, so its own checks say it.
 *
 * @throws ExternalError that says which is missing, and what to run
 */
export async function requireNamespaces({ lab, target, folder, cluster }: LabToJudge): Promise<void> {
  if (lab.exclusive === true) return;
  const manifests = await readFile(path.join(folder, 'objects.yaml'), 'utf8').catch(() => '');
  const there = await activeNamespaces(lab, target, cluster);
  const missing = namespacesOf(lab, manifests).filter((name) => !there.includes(name));
  if (missing.length === 0) return;
  const back = labsCommand(target === 'aws' ? 'reset' : 'up', lab.id, target);
  const names = missing.join(', ');
  throw new ExternalError({
    ja: `ラボ ${lab.id} の名前空間 ${names} がありません。ラボのオブジェクトを戻すには: ${back}（自分で作ったものは戻りません）`,
    en: `Namespace ${names} of lab ${lab.id} is gone. Bring the lab's own objects back with: ${back} (what you had made yourself does not come back)`,
  });
}

async function activeNamespaces(lab: Lab, target: TargetName, cluster: Cluster): Promise<readonly string[]> {
  try {
    const { items } = await cluster.api(CoreV1Api).listNamespace();
    return items.flatMap(({ metadata }) =>
      metadata?.deletionTimestamp === undefined && metadata?.name !== undefined ? [metadata.name] : [],
    );
  } catch (error) {
    if (!['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ETIMEDOUT'].includes(codeOf(error) ?? '')) throw error;
    const again = labsCommand('up', lab.id, target);
    throw new ExternalError({
      ja: `ラボ ${lab.id} の環境 ${lab.environment.id} の API サーバーが応答しません。もう一度起動するには: ${again}`,
      en: `The API server of environment ${lab.environment.id}, which lab ${lab.id} runs in, does not answer. Start it again with: ${again}`,
    });
  }
}
