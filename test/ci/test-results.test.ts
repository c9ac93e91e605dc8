import { describe, expect, test } from '@jest/globals';
import { failureCounts, flakyOptions } from '../../.ci/flaky-report.ts';
import { shortMessage, totalsOf, type JestReport } from '../../.ci/test-results.ts';
import { UsageError } from '../../lib/core/errors.ts';

const report = (statuses: Readonly<Record<string, string>>): JestReport => {
  const results = Object.entries(statuses);
  return {
    numPassedTests: results.filter(([, status]) => status === 'passed').length,
    numFailedTests: results.filter(([, status]) => status === 'failed').length,
    testResults: [
      {
        name: '/project/test/a.test.ts',
        status: results.some(([, status]) => status === 'failed') ? 'failed' : 'passed',
        message: '',
        assertionResults: results.map(([fullName, status]) => ({
          fullName,
          status,
          failureMessages: status === 'failed' ? ['Error: expected 1\n    at Object.<anonymous> (/a.ts:1:2)'] : [],
        })),
      },
    ],
  };
};
const unreadable: JestReport = {
  numPassedTests: 0,
  numFailedTests: 0,
  testResults: [{ name: '/project/b.test.ts', status: 'failed', message: 'SyntaxError', assertionResults: [] }],
};

describe('the totals of several reports', () => {
  const totals = totalsOf([report({ one: 'passed', two: 'failed' }), report({ three: 'passed' }), unreadable]);

  test('count tests, and a file that did not run as one that failed', () => {
    expect([totals.passed, totals.failed]).toEqual([2, 2]);
    expect(totals.failures.map(({ test }) => test)).toEqual(['two', '(did not run)']);
  });

  test('have messages without the stack', () => {
    expect(totals.failures.map(shortMessage)).toEqual(['Error: expected 1', 'SyntaxError']);
  });
});

test('failures are counted by run, and the most frequent comes first', () => {
  const runs = [{ one: 'failed' }, { one: 'failed', two: 'failed' }, { two: 'failed' }, { two: 'failed' }];
  const counts = failureCounts(runs.map((statuses) => totalsOf([report(statuses as Record<string, string>)])));
  expect(counts.map(({ test, count }) => [test, count])).toEqual([
    ['two', 3],
    ['one', 2],
  ]);
});

describe('the options of npm run flaky', () => {
  const parsed = (values: object, ...positionals: readonly string[]) =>
    flakyOptions({ values: { times: '10', busy: false, project: 'cluster', ...values }, positionals });

  test('are a number, a busy core, a project and a pattern', () => {
    expect(parsed({ times: '3', busy: true }, 'lifecycle')).toEqual({
      times: 3,
      busy: true,
      project: 'cluster',
      pattern: 'lifecycle',
    });
  });

  test.each<[object, readonly string[], string]>([
    [{ times: '0' }, [], "--times takes a whole number from 1 to 9999, not '0'."],
    [{ times: 'x' }, [], "--times takes a whole number from 1 to 9999, not 'x'."],
    [{ project: 'clustr' }, [], "Unknown project 'clustr'. Did you mean 'cluster'? Valid: cluster, linux."],
    [{}, ['a', 'b'], "Give one pattern, not 2. For several files: 'a|b'"],
  ])('%j %j are refused', (values, positionals, message) => {
    expect(() => parsed(values, ...positionals)).toThrow(new UsageError(message));
  });
});
