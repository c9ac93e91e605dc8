import { expect, test } from '@jest/globals';
import { labs } from '../../labs/catalogue.ts';
import { readCoverage } from '../../lib/coverage/record.ts';
import { readLabGuide } from '../../lib/engine/guides.ts';
import { claimsWithoutTask } from '../../lib/coverage/problems.ts';
import { untrueExecutions } from '../../lib/coverage/truth.ts';
import { blocksOf } from '../../lib/guide/guide.ts';

test('every claim of the chapter has a task', () => {
  expect(claimsWithoutTask(labs)).toEqual([]);
});

test('coverage.json says of no lab, task or claim what is not so', async () => {
  expect(untrueExecutions(labs, await readCoverage())).toEqual([]);
});

test.each(labs.map((lab) => [lab.id, lab] as const))(
  'the blocks of lab %s name claims of their own task',
  async (_, lab) => {
    const strangers = blocksOf(await readLabGuide(lab, 'ja', { recording: true })).flatMap(
      ({ line, taskId, claims = [] }) => {
        const own = lab.tasks.find(({ id }) => id === taskId)?.claims ?? [];
        return claims.filter((id) => !own.includes(id)).map((id) => `line ${line}: ${id}`);
      },
    );
    expect(strangers).toEqual([]);
  },
);
