import { expect } from '@jest/globals';
import { keepExecution } from '../lib/coverage/record.ts';
import { judge } from '../lib/engine/evaluate.ts';
import type { OpenLab } from '../lib/engine/open-lab.ts';
import { playGuide, readGuidesToRehearse, type PlayOptions } from '../lib/engine/rehearsal.ts';
import type { Rehearsal } from '../lib/guide/rehearse.ts';
import { openCluster } from '../lib/model/cluster.ts';
import type { Verdict } from '../lib/model/verdict.ts';
import { expectToHold } from './rehearsed.ts';

/** Options of {@link expectGuideToHold}. */
export interface GuideOptions extends Pick<PlayOptions, 'variables' | 'onEvent'> {
  /** For each `find` task, an answer from the wrong place. @default `none` for each */
  readonly wrongAnswers?: Readonly<Record<string, string>>;
  /** Runs the judgement of a task, and fails if it changes an object. @default changes are not looked for */
  readonly changingNothing?: (judgement: () => Promise<Verdict>) => Promise<Verdict>;
}

/**
 * Plays the guide of a lab as `labs rehearse` does. Expects that each command prints what the guide shows, and that each
 * check fails before its task (a `find` task: without an answer and with a wrong one) and passes twice after it. What was
 * executed is kept for coverage.
 */
export async function expectGuideToHold(open: OpenLab, options: GuideOptions = {}): Promise<Rehearsal> {
  const { lab, target, access } = open;
  if (target.name === 'aws') throw new Error('No test plays a guide on AWS.');
  const { wrongAnswers = {}, changingNothing, ...play } = options;
  const checks = await lab.loadChecks();
  const cluster = openCluster(access.kubeconfig, lab.namespace, access.nodes);
  const passedBefore: string[] = [];
  const rehearsal = await playGuide(open, await readGuidesToRehearse(lab, 'ja', false), {
    ...play,
    beforeTask: async (task) => {
      const answers = task.kind === 'find' ? [undefined, wrongAnswers[task.id] ?? 'none'] : [undefined];
      for (const answer of answers)
        if ((await judge(checks, task, cluster, answer)).passed) passedBefore.push(`${task.id} ${answer ?? ''}`);
    },
    judgeTask: async (_, judgeNow) => {
      const judgeTwice = async () => {
        const first = await judgeNow();
        return first.passed ? judgeNow() : first;
      };
      return changingNothing === undefined ? judgeTwice() : changingNothing(judgeTwice);
    },
  });
  expectToHold(rehearsal, lab);
  expect(passedBefore).toEqual([]);
  await keepExecution({ lab, target: target.name, kubernetes: access.settings.kubernetes, rehearsal });
  return rehearsal;
}
