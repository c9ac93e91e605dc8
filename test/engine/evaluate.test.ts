import { describe, expect, test } from '@jest/globals';
import type { Cluster } from '../../lib/model/cluster.ts';
import { judge, judgeAll } from '../../lib/engine/evaluate.ts';
import { failed, passed } from '../../lib/model/verdict.ts';
import type { LabChecks } from '../../lib/model/check.ts';
import type { Lab, Task } from '../../lib/model/lab.ts';
import { eksEc2 } from '../../lib/environments/eks-ec2.data.ts';

const text = (sentence: string) => ({ ja: sentence, en: sentence });
const task = (id: string, kind: Task['kind']): Task => ({ id, kind, title: text(id), claims: [] });

/** No check of this file reads from it. */
const cluster: Cluster = {
  namespace: 'somewhere',
  api: () => {
    throw new Error('This cluster has no API.');
  },
};

const wrong = failed(text('wrong'));
const checks: LabChecks = {
  checks: { scale: async ({ namespace }) => (namespace === 'somewhere' ? passed : wrong) },
  questions: { instance: { solution: 'echo 42', judge: async (_, answer) => (answer === '42' ? passed : wrong) } },
};

describe('judge', () => {
  test('a do task by its check, whatever was answered', async () => {
    expect(await judge(checks, task('scale', 'do'), cluster, 'anything')).toEqual(passed);
    expect(await judge(checks, task('scale', 'do'), { ...cluster, namespace: 'elsewhere' }, undefined)).toEqual(wrong);
  });

  test.each([
    ['right', '42', passed],
    ['right, with white space around it', ' 42\n', passed],
    ['wrong', '43', wrong],
    ['empty', '', wrong],
  ])('a find task by the answer: %s', async (_, answer, expected) => {
    expect(await judge(checks, task('instance', 'find'), cluster, answer)).toEqual(expected);
  });

  test('a check that gets no answer looks again, and one that finds nobody does not', async () => {
    const errors = ['ECONNRESET', 503].map((code) => Object.assign(new Error('no answer'), { code }));
    const look = async () => {
      const error = errors.pop();
      if (error !== undefined) throw error;
      return passed;
    };
    const interrupted: LabChecks = { checks: { scale: look }, questions: {} };
    expect(await judge(interrupted, task('scale', 'do'), cluster, undefined)).toEqual(passed);
    errors.push(Object.assign(new Error('nobody there'), { code: 'ECONNREFUSED' }));
    await expect(judge(interrupted, task('scale', 'do'), cluster, undefined)).rejects.toThrow('nobody there');
  });

  test('a find task without an answer fails and says why', async () => {
    expect(await judge(checks, task('instance', 'find'), cluster, undefined)).toEqual(
      failed({ ja: 'まだ答えていません。', en: 'Not answered yet.' }),
    );
  });

  test.each([
    ['do', 'check'],
    ['find', 'question'],
  ] as const)('a %s task without its %s is a mistake of the lab', async (kind, missing) => {
    await expect(judge(checks, task('nowhere', kind), cluster, 'answer')).rejects.toThrow(
      `Task nowhere has no ${missing} in its lab's checks.ts.`,
    );
  });
});

test('judgeAll judges the tasks asked for, in their order, each with its own answer', async () => {
  const [scale, instance] = [task('scale', 'do'), task('instance', 'find')];
  const lab: Lab = {
    id: 'made-up',
    title: text('made up'),
    environment: eksEc2,
    namespace: 'somewhere',
    minutes: 1,
    tasks: [scale, instance, task('not-asked-for', 'do')],
    loadManifests: async () => '',
    loadChecks: async () => checks,
  };
  expect(await judgeAll(lab, [instance, scale], cluster, { instance: '42', scale: 'ignored' })).toEqual([
    { task: instance, verdict: passed },
    { task: scale, verdict: passed },
  ]);
  expect(await judgeAll(lab, [instance], cluster, {})).toEqual([
    { task: instance, verdict: expect.objectContaining({ passed: false }) },
  ]);
});
