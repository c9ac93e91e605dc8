import { expect, test } from '@jest/globals';
import { labs } from '../../labs/catalogue.ts';
import { readCoverage } from '../../lib/coverage/record.ts';
import { readLabGuide } from '../../lib/engine/guides.ts';
import { claimsWithoutTask } from '../../lib/coverage/problems.ts';
import { executingTargets } from '../../lib/coverage/execution.ts';
import { labsOnRealNodes, tierOf } from '../../lib/coverage/tiers.ts';
import { untrueExecutions } from '../../lib/coverage/truth.ts';
import { targetsOfLab } from '../../lib/model/lab-targets.ts';
import { kubernetesVersions } from '../../lib/catalog/versions.ts';
import { blocksOf } from '../../lib/guide/guide.ts';

test('every claim of the chapter has a task', () => {
  expect(claimsWithoutTask(labs)).toEqual([]);
});

test('coverage.json says of no lab, task or claim what is not so', async () => {
  expect(untrueExecutions(labs, await readCoverage())).toEqual([]);
});

test('tier ci plays every lab, and knows the labs that it plays on real nodes', () => {
  const [kubernetes] = kubernetesVersions;
  const unplayed = labs.filter(
    (lab) =>
      !executingTargets
        .filter((target) => targetsOfLab(lab).includes(target))
        .some((target) => tierOf({ lab: lab.id, target, kubernetes }) === 'ci'),
  );
  expect(unplayed.map(({ id }) => id)).toEqual([]);
  const known = labs.filter((lab) => targetsOfLab(lab).includes('linux')).map(({ id }) => id);
  expect(known).toEqual(expect.arrayContaining([...labsOnRealNodes]));
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
