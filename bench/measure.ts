import { performance } from 'node:perf_hooks';

/** The middle one of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Seconds that something takes. */
export async function secondsOf(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return (performance.now() - start) / 1000;
}

/** Two things that were timed in turn. */
export interface Pair {
  /** Median of seconds. */
  readonly ours: number;
  /** Median of seconds. */
  readonly theirs: number;
  /** Median of the ratios of each turn: it holds when the machine's speed drifts. */
  readonly ratio: number;
}

/** Times two things in turn, after one turn that does not count. */
export async function compare(runs: number, ours: () => Promise<number>, theirs: () => Promise<number>): Promise<Pair> {
  await ours();
  await theirs();
  const turns: { ours: number; theirs: number }[] = [];
  for (let run = 0; run < runs; run += 1) turns.push({ ours: await ours(), theirs: await theirs() });
  return {
    ours: median(turns.map((turn) => turn.ours)),
    theirs: median(turns.map((turn) => turn.theirs)),
    ratio: median(turns.map((turn) => turn.ours / turn.theirs)),
  };
}
