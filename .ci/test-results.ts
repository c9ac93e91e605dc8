// What jest reports with --json, as far as it is used here.

interface AssertionResult {
  readonly fullName: string;
  readonly status: string;
  readonly failureMessages?: readonly string[];
}

export interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    /** Path of the file. */
    readonly name: string;
    readonly status: string;
    /** Why the file could not run. */
    readonly message: string;
    readonly assertionResults: readonly AssertionResult[];
  }[];
}

/** A test that failed; for a file that could not run, the file. */
export interface Failure {
  readonly file: string;
  readonly test: string;
  readonly message: string;
}

export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly failures: readonly Failure[];
}

/** Counts tests. A file that could not run counts as one that failed: none of its tests is in jest's own count. */
export function totalsOf(reports: readonly JestReport[]): Totals {
  const failures = reports.flatMap(({ testResults }) => testResults.flatMap(failuresOf));
  const passed = reports.reduce((sum, { numPassedTests }) => sum + numPassedTests, 0);
  return { passed, failed: failures.length, failures };
}

function failuresOf({ name, status, message, assertionResults }: JestReport['testResults'][number]): Failure[] {
  const failures = assertionResults
    .filter((result) => result.status === 'failed')
    .map(({ fullName, failureMessages = [] }) => ({ file: name, test: fullName, message: failureMessages.join('\n') }));
  return failures.length === 0 && status === 'failed' ? [{ file: name, test: '(did not run)', message }] : failures;
}

/** The message of a failure without its stack. */
export const shortMessage = ({ message }: Failure): string =>
  message
    .split('\n')
    .filter((line) => !/^\s+at .*:\d+:\d+\)?$/.test(line))
    .join('\n')
    .trim();
