import type { Remaining, Removal } from './remove.ts';

const listed = (items: readonly Remaining[]): string =>
  items.map(({ what, reason }) => `${what} (${reason})`).join('; ');

/**
 * Sentences about what remains and what to do.
 *
 * @param stackName the stack that the user should delete again
 */
export function complaintOf({ remaining, unknown }: Omit<Removal, 'removed'>, stackName: string): string {
  return [
    ...(remaining.length > 0 ? [`Still there: ${listed(remaining)}.`] : []),
    ...(unknown.length > 0 ? [`AWS did not say whether there are: ${listed(unknown)}.`] : []),
    `Remove what uses them, or grant the missing permissions, and delete stack ${stackName} again: it continues from here.`,
  ].join(' ');
}

/** A sentence about what was done. */
export function summaryOf({ clusterIsAlive, removed }: Removal, clusterName: string): string {
  if (clusterIsAlive) return `Cluster ${clusterName} still exists, so its resources are in use: nothing was removed.`;
  return removed.length === 0
    ? `Cluster ${clusterName} left nothing behind.`
    : `Cluster ${clusterName} had left ${removed.length} resources behind, which were removed: ${removed.join(', ')}.`;
}
