import { ExternalError } from '../../core/errors.ts';
import type { Report } from '../../core/step.ts';
import type { LinuxCluster } from './cluster.ts';

/** How long the restored cluster may take to answer, in milliseconds. */
const answerTimeout = 120_000;

/**
 * Puts etcd back to a backup, on all members: each part of `bootstrap/etcd-restore.sh` is done on every control plane
 * before the next part begins on any. When it was interrupted, run it again.
 *
 * @param backup name of the backup in the bucket
 * @throws ExternalError when the backup is refused, and then nothing has been stopped; or when a part fails
 */
export async function restoreEtcd(
  cluster: LinuxCluster,
  backup: string,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const members = (await cluster.nodes()).filter(({ name }) => name.startsWith('control-plane-'));
  const MEMBERS = members.map(({ name, address }) => `${name}=https://${address}:2380`).join(',');
  for (const part of [['fetch', backup], ['stop'], ['restore'], ['start']]) {
    const parts = await Promise.allSettled(
      members.map(({ name }) => cluster.bootstrap(name, 'etcd-restore.sh', report, signal, part, { MEMBERS })),
    );
    // Only when none is at work any more: the next attempt would be in the way of what is left of this one.
    for (const ended of parts) if (ended.status === 'rejected') throw ended.reason;
  }
  if (await cluster.answers(answerTimeout, signal)) return;
  throw new ExternalError({
    ja: `復元したクラスターが、${answerTimeout / 1000} 秒以内に応答しませんでした。`,
    en: `The restored cluster did not answer after ${answerTimeout / 1000} seconds.`,
  });
}
