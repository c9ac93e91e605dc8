import { describe, expect, test } from '@jest/globals';
import type { Execution } from '../../lib/coverage/execution.ts';
import { untrueExecutions, withoutUntrue } from '../../lib/coverage/truth.ts';
import { labWith } from './labs.ts';

const labs = [labWith('lab', { task: ['K1', 'K3', 'P5'], other: ['K9'] })];
const good: Execution = { lab: 'lab', target: 'local', kubernetes: '1.36', tasks: { task: ['K1'], other: [] } };

test('an execution of tasks with claims of theirs that count there is true, and stays', () => {
  const onLinux: Execution = { ...good, target: 'linux', tasks: { task: ['K1', 'K3'] } };
  expect(untrueExecutions(labs, [good, onLinux])).toEqual([]);
  expect(withoutUntrue(labs, [good, onLinux])).toEqual([good, onLinux]);
});

describe.each<[string, Execution, string, Execution[]]>([
  ['of a lab', { ...good, lab: 'none' }, 'Lab none was executed, and there is none of that name.', []],
  [
    'of a task',
    { ...good, tasks: { ...good.tasks, gone: ['K1'] } },
    'Task lab/gone was executed, and there is none of that name.',
    [good],
  ],
  [
    'of a claim that the task does not make',
    { ...good, tasks: { task: ['K1', 'K2'], other: [] } },
    'Claim K2 was executed by task lab/task, which does not claim it.',
    [good],
  ],
  [
    'where it does not count',
    { ...good, tasks: { task: ['K1', 'K3'], other: [] } },
    'Claim K3 was executed on local, where it does not count.',
    [good],
  ],
  [
    'of what only AWS has',
    { ...good, target: 'linux', tasks: { task: ['P5'] } },
    'Claim P5 was executed on linux, where it does not count.',
    [{ ...good, target: 'linux', tasks: { task: [] } }],
  ],
])('an execution %s', (_, execution, sentence, left) => {
  test('is said', () => {
    expect(untrueExecutions(labs, [good, execution])).toEqual([sentence]);
  });

  test('does not stay', () => {
    expect(withoutUntrue(labs, [execution])).toEqual(left);
    expect(untrueExecutions(labs, withoutUntrue(labs, [execution]))).toEqual([]);
  });
});
