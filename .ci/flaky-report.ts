import { unknownName } from '../lib/core/closest.ts';
import { UsageError } from '../lib/core/errors.ts';
import type { Totals } from './test-results.ts';

const projects = ['cluster', 'linux'] as const;

export interface FlakyOptions {
  readonly times: number;
  readonly busy: boolean;
  readonly project: string;
  /** Part of the paths of the test files. @default all files of the project */
  readonly pattern: string | undefined;
}

/** @throws UsageError for a value that is not valid */
export function flakyOptions(parsed: {
  readonly values: { readonly times: string; readonly busy: boolean; readonly project: string };
  readonly positionals: readonly string[];
}): FlakyOptions {
  const { times, busy, project } = parsed.values;
  const [pattern, ...rest] = parsed.positionals;
  if (!/^[1-9]\d{0,3}$/.test(times)) {
    throw new UsageError(`--times takes a whole number from 1 to 9999, not '${times}'.`);
  }
  if (!projects.some((name) => name === project)) throw new UsageError(unknownName('project', project, projects));
  if (rest.length > 0) {
    throw new UsageError(
      `Give one pattern, not ${rest.length + 1}. For several files: '${parsed.positionals.join('|')}'`,
    );
  }
  return { times: Number(times), busy, project, pattern };
}

/** A test that failed in at least one run, and in how many. */
export interface FailureCount {
  readonly file: string;
  readonly test: string;
  readonly count: number;
}

/** Counts the runs in which each test failed; those that failed most come first. */
export function failureCounts(runs: readonly Totals[]): readonly FailureCount[] {
  const counts = new Map<string, FailureCount>();
  for (const { failures } of runs) {
    const failed = new Map(failures.map(({ file, test }) => [`${file}\n${test}`, { file, test }]));
    for (const [key, names] of failed) counts.set(key, { ...names, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()].toSorted((one, other) => other.count - one.count);
}
