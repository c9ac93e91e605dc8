import { expect } from '@jest/globals';
import { taskOf } from '../../lib/model/lab.ts';
import type { LabChecks } from '../../lib/model/check.ts';
import type { Verdict } from '../../lib/model/verdict.ts';
import { keepExecution } from '../../lib/coverage/record.ts';
import { readLabGuide } from '../../lib/engine/guides.ts';
import { referenceAnswer } from '../../lib/engine/rehearsal.ts';
import type { Cluster } from '../../lib/model/cluster.ts';
import { rehearse, type Rehearsal } from '../../lib/guide/rehearse.ts';
import { judge } from '../../lib/engine/evaluate.ts';
import type { Lab } from '../../lib/model/lab.ts';
import { processEnvironment, type LabAccess } from '../../lib/targets/target.ts';
import type { KubernetesVersionName } from '../../lib/catalog/versions.ts';
import { expectToHold } from '../rehearsed.ts';
import { changingNothing } from './snapshot.ts';

const never = new AbortController().signal;

/** A lab that is up. */
export interface RunningLab {
  readonly lab: Lab;
  readonly version: KubernetesVersionName;
  readonly access: LabAccess;
  readonly cluster: Cluster;
  readonly checks: LabChecks;
}

/** What the check of a task says right now; for a find task, what it says to an answer. */
export const verdictOn = ({ lab, cluster, checks }: RunningLab, taskId: string, answer?: string): Promise<Verdict> =>
  judge(checks, taskOf(lab, taskId), cluster, answer);

/** The hint that somebody gets right now, in English; `(passed)` if none. */
export async function hintOn(running: RunningLab, taskId: string, answer?: string): Promise<string> {
  const verdict = await verdictOn(running, taskId, answer);
  return verdict.passed ? '(passed)' : verdict.hint.en;
}

/**
 * Plays a lab's guide and expects that each command prints what the guide shows, and that each check fails before its
 * task (for a find task: with no answer and with a wrong one), passes after it, passes again, and changes nothing. What
 * was executed is kept for the record.
 *
 * @param wrongAnswers what somebody might answer who looked at the wrong place, for each find task
 */
export async function expectGuideToHold(
  running: RunningLab,
  wrongAnswers: Readonly<Record<string, string>>,
): Promise<Rehearsal> {
  const { lab, version, access, checks } = running;
  const namespaces = [lab.namespace, 'kube-system'];
  const env = { ...processEnvironment(access), TERM: 'dumb', NO_COLOR: '1', LC_ALL: 'C', LANGUAGE: 'C' };
  const before: Record<string, boolean[]> = {};
  const rehearsal = await rehearse({
    guide: await readLabGuide(lab, 'ja'),
    target: 'local',
    kubernetes: version,
    shell: { cwd: access.folder, env },
    beforeTask: async (id) => {
      const verdicts = [await verdictOn(running, id)];
      if (taskOf(lab, id).kind === 'find') verdicts.push(await verdictOn(running, id, wrongAnswers[id]));
      before[id] = verdicts.map(({ passed }) => passed);
    },
    afterTask: async (id) => {
      const answer = await referenceAnswer(checks, taskOf(lab, id), env, never);
      const first = await verdictOn(running, id, answer);
      return first.passed ? changingNothing(access, namespaces, () => verdictOn(running, id, answer)) : first;
    },
  });
  expectToHold(rehearsal, lab);
  expect(before).toEqual(
    Object.fromEntries(lab.tasks.map(({ id, kind }) => [id, kind === 'find' ? [false, false] : [false]])),
  );
  await keepExecution({ lab, target: 'local', kubernetes: version, rehearsal });
  return rehearsal;
}
