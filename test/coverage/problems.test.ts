import { describe, expect, test } from '@jest/globals';
import { claimIds, type ClaimId } from '../../lib/claims/claims.ts';
import type { Execution } from '../../lib/coverage/execution.ts';
import { countsOn } from '../../lib/coverage/matrix.ts';
import { coverageProblems, leastExecuted, rehearsalsMissing } from '../../lib/coverage/problems.ts';
import type { Tier } from '../../lib/coverage/tiers.ts';
import { labWith } from './labs.ts';

/** A lab that makes every claim real, and what CI executed of it when all is well. */
const lab = labWith('all', { task: claimIds });
const execution = (target: Execution['target'], kubernetes: Execution['kubernetes']): Execution => ({
  lab: 'all',
  target,
  kubernetes,
  tasks: { task: claimIds.filter((id) => countsOn(id).includes(target)) },
});
const executions = [execution('local', '1.36'), execution('local', '1.35'), execution('linux', '1.36')];
const without = (id: ClaimId) =>
  executions.map((one) => ({ ...one, tasks: { task: one.tasks.task!.filter((claim) => claim !== id) } }));

test('there are none when every claim has a task and CI executed it', () => {
  expect(coverageProblems([lab], executions)).toEqual([]);
});

test('a claim without a task', () => {
  const others = claimIds.filter((id) => id !== 'P5');
  expect(coverageProblems([labWith('all', { task: others })], executions)).toEqual([
    'Claim P5 (Fargate: billed by the pod) has no task. Name it in the claims of the task that makes it real.',
  ]);
});

test('a claim that was executed nowhere', () => {
  expect(coverageProblems([lab], without('K3'))).toEqual([
    'Claim K3 (kubectl logs: what a container printed) was executed nowhere where it counts (linux). Give it a task that runs there, or say in lib/claims why only AWS can show it.',
  ]);
});

test('too few claims that were executed', () => {
  const countable = claimIds.filter((id) => countsOn(id).length > 0);
  const few = countable.slice(0, leastExecuted - 1);
  const cut = executions.map((one) => ({
    ...one,
    tasks: { task: one.tasks.task!.filter((id) => few.includes(id)) },
  }));
  expect(coverageProblems([lab], cut).at(-1)).toBe(
    `${leastExecuted - 1} of 74 claims were executed. At least ${leastExecuted} have to be.`,
  );
  expect(coverageProblems([lab], cut)).toHaveLength(countable.length - few.length + 1);
});

describe('a rehearsal that CI owes', () => {
  const sentence = (target: string, version: string) =>
    `CI has not played the guide of lab all on ${target} with Kubernetes ${version}. Add it to the tests of that target.`;

  test.each([
    ['the older version', 1, sentence('local', '1.35')],
    ['the newer version', 0, sentence('local', '1.36')],
  ])('on local, %s', (_, missing, problem) => {
    expect(
      coverageProblems(
        [lab],
        executions.filter((__, index) => index !== missing),
      ),
    ).toEqual([problem]);
  });

  test('on linux', () => {
    expect(coverageProblems([lab], executions.slice(0, 2))).toContain(sentence('linux', '1.36'));
  });

  test('none on a target that the lab does not run on', () => {
    const elsewhere = labWith('elsewhere', { task: ['K1'] }, ['aws']);
    expect(coverageProblems([lab, elsewhere], executions)).toEqual([]);
  });
});

test('a tier owes what it plays: the newest version, and real nodes for the labs that need them', () => {
  const owed = (tier: Tier) =>
    rehearsalsMissing([lab, labWith('networking', { task: ['K1'] })], [], tier).map((sentence) =>
      sentence.replace(/.*lab (\S+) on (\S+) with Kubernetes (\S+)\. .*/, '$1 $2 $3'),
    );
  const ci = ['all local 1.36', 'networking local 1.36', 'networking linux 1.36'];
  expect(owed('ci')).toEqual(ci);
  expect(owed('all').sort()).toEqual([...ci, 'all local 1.35', 'all linux 1.36', 'networking local 1.35'].sort());
});
