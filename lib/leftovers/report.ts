import type { Remaining, Removal } from './remove.ts';

const listed = (items: readonly Remaining[]): string =>
  items.map(({ what, reason }) => `${what} (${reason})`).join('; ');

/**
 * What is left and what to do, in sentences.
 *
 * @param stackName the stack whose deletion is to be tried again
 */
export function complaintOf({ remaining, unknown }: Omit<Removal, 'removed'>, stackName: string): string {
  return [
    ...(remaining.length > 0 ? [`Still there: ${listed(remaining)}.`] : []),
    ...(unknown.length > 0 ? [`AWS did not say whether there are: ${listed(unknown)}.`] : []),
    `Remove what holds them, or grant what was denied, and delete stack ${stackName} again: it goes on from here.`,
  ].join(' ');
}

/** What was done, in one sentence. */
export function summaryOf({ clusterIsAlive, removed }: Removal, clusterName: string): string {
  if (clusterIsAlive) return `Cluster ${clusterName} is there, so what belongs to it is in use: nothing was removed.`;
  return removed.length === 0
    ? `Cluster ${clusterName} left nothing behind.`
    : `Cluster ${clusterName} had left ${removed.length} resources behind, which are gone now: ${removed.join(', ')}.`;
}
