import { expect, test } from '@jest/globals';
import { claimIds, claims } from '../../lib/claims/claims.ts';
import type { Execution } from '../../lib/coverage/execution.ts';
import { coverageMatrix } from '../../lib/coverage/matrix.ts';
import { labWith } from './labs.ts';

const labs = [labWith('first', { one: ['K1', 'K3'], two: ['K1', 'P5'] }), labWith('second', { one: ['K1'] })];
const execution: Execution = { lab: 'first', target: 'local', kubernetes: '1.36', tasks: { one: ['K1'], two: ['K1'] } };
const rowOf = (id: string, executions: readonly Execution[]) =>
  coverageMatrix(labs, executions).find((row) => row.id === id);

test('has a row for each claim, in their order', () => {
  expect(coverageMatrix([], []).map(({ id }) => id)).toEqual(claimIds);
});

test('says which tasks make a claim real, and where each was executed', () => {
  const onLinux: Execution = { lab: 'second', target: 'linux', kubernetes: '1.36', tasks: { one: ['K1'] } };
  expect(rowOf('K1', [onLinux, execution, { ...execution, kubernetes: '1.35' }])).toEqual({
    id: 'K1',
    tasks: [
      { name: 'first/one', executedOn: ['local'] },
      { name: 'first/two', executedOn: ['local'] },
      { name: 'second/one', executedOn: ['linux'] },
    ],
    executedOn: ['local', 'linux'],
  });
});

test('a task that was executed without a claim does not prove it', () => {
  expect(rowOf('K1', [{ ...execution, tasks: { one: [], two: ['K1'] } }])).toMatchObject({
    tasks: [{ executedOn: [] }, { executedOn: ['local'] }, { executedOn: [] }],
  });
});

test('a simulated node proves nothing of containers, whatever an execution says', () => {
  const tasks = { one: ['K1', 'K3'] } as const;
  expect(rowOf('K3', [{ ...execution, tasks }])).toMatchObject({ executedOn: [] });
  expect(rowOf('K3', [{ ...execution, target: 'linux', tasks }])).toMatchObject({ executedOn: ['linux'] });
});

test('what only AWS can show has the reason, and counts nowhere', () => {
  expect(rowOf('P5', [{ ...execution, tasks: { two: ['P5'] } }])).toEqual({
    id: 'P5',
    tasks: [{ name: 'first/two', executedOn: [] }],
    executedOn: [],
    reason: 'onlyAws' in claims.P5 ? claims.P5.onlyAws : undefined,
  });
  for (const { id, reason } of coverageMatrix(labs, [])) expect(reason === undefined).toBe('counts' in claims[id]);
});
