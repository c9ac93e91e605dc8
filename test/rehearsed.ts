import { expect } from '@jest/globals';
import type { BlockResult, Rehearsal } from '../lib/guide/rehearse.ts';
import type { Lab } from '../lib/model/lab.ts';

/** Expects that a rehearsal played all of a lab's guide, with what it shows, and that each check passed after its task. */
export function expectToHold(rehearsal: Rehearsal, lab: Lab): void {
  // First what shows the most of what went wrong.
  expect(rehearsal.blocks.flatMap(problemOf)).toEqual([]);
  expect(rehearsal.tasks).toEqual(lab.tasks.map(({ id }) => ({ taskId: id, verdict: { passed: true } })));
  expect(rehearsal.counts).toMatchObject({ failed: 0, failedChecks: 0, notReached: 0 });
}

/** What went wrong in a block of a guide, to be read where a test fails; nothing if it passed. */
function problemOf({ block, outcome }: BlockResult): string[] {
  if (outcome.kind === 'passed' || outcome.kind === 'not here') return [];
  const seen = outcome.kind === 'output differs' ? outcome.diff : outcome.output;
  return [`line ${block.line}: ${outcome.kind}\n${seen}\n`];
}
