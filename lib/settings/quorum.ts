import type { Text } from '../core/text.ts';

/** How many control planes, and therefore members of etcd, a self-managed cluster may have. */
export const controlPlaneCounts = [1, 3] as const;

/** A number of control planes that a self-managed cluster may have. */
export type ControlPlaneCount = (typeof controlPlaneCounts)[number];

/** How many members of etcd may be lost while a quorum, more than half of all members, remains. */
export const failureTolerance = (members: number): number => Math.floor((members - 1) / 2);

/** The problem with a number of control planes that is not in {@link controlPlaneCounts}. */
export function controlPlaneCountProblem(given: string): Text {
  const taken: Text = {
    ja: `controlPlanes には ${controlPlaneCounts.join(' か ')} を指定してください。`,
    en: `controlPlanes takes ${controlPlaneCounts.join(' or ')}.`,
  };
  const count = /^\d+$/.test(given) ? Number(given) : 0;
  if (count === 0 || count % 2 !== 0) return taken;
  return {
    ja:
      `${taken.ja}偶数にしても得はありません。etcd はメンバーの過半数が動いているあいだだけ働くので、` +
      `${count} 台で失ってもよいのは ${failureTolerance(count)} 台まで、つまり ${count - 1} 台のときと同じです。`,
    en:
      `${taken.en} An even number gains nothing: etcd works while more than half of its members (a quorum) work, so ` +
      `${count} members tolerate the loss of ${failureTolerance(count)}, no more than ${count - 1} do.`,
  };
}
