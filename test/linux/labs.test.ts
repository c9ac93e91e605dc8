import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { labs, taskOf } from '../../labs/catalogue.ts';
import { keepExecution } from '../../labs/coverage-record.ts';
import { readLabGuide } from '../../labs/guides.ts';
import { referenceAnswer, shellOf } from '../../labs/rehearsal.ts';
import { openCluster } from '../../lib/cluster.ts';
import { makeDataHome, removeDataHome, type DataHome } from '../../lib/data-home.ts';
import { rehearse, type BlockResult } from '../../lib/guide/rehearse.ts';
import { judge } from '../../lib/judging.ts';
import type { Lab } from '../../lib/lab.ts';
import { settingsOf } from '../../lib/lab-settings.ts';
import { targetsOfLab } from '../../lib/lab-targets.ts';
import type { Report } from '../../lib/step.ts';
import { LinuxTarget } from '../../lib/targets/linux/linux-target.ts';
import { describeLinux, progress } from './environment.ts';
import { runSteps } from './steps.ts';

jest.setTimeout(30 * 60_000);

const never = new AbortController().signal;

const onLinux = labs.filter((lab) => targetsOfLab(lab).includes('linux'));
const environments = [...new Set(onLinux.map(({ environment }) => environment.id))];

// As learners may do, labs of one environment follow each other in it: each comes in before the one before it ends.
describeLinux.each(environments)('labs of environment %s on linux', (environment) => {
  let home: DataHome;
  let target: LinuxTarget;
  let up: Lab[] = [];

  beforeAll(async () => {
    home = await makeDataHome('/tmp/labs-on-linux-');
    target = new LinuxTarget({ data: home.data });
  });
  afterAll(async () => {
    for (const lab of up) await runSteps(await target.down(lab));
    await removeDataHome(home);
  });

  /** Brings a lab in, and ends the others. */
  async function bringIn(lab: Lab, report: Report): Promise<void> {
    const former = up;
    up = [...former, lab];
    await runSteps(await target.up(lab, settingsOf(lab, [])), report);
    for (const each of former) await runSteps(await target.down(each), report);
    up = [lab];
  }

  const inEnvironment = onLinux.filter((lab) => lab.environment.id === environment);
  test.each(inEnvironment.map((lab) => [lab.id, lab] as const))(
    'lab %s: its guide holds, with its checks',
    async (_, lab) => {
      const report = progress();
      const settings = settingsOf(lab, []);
      await bringIn(lab, report);
      const access = await target.access(lab);
      const checks = await lab.loadChecks();
      const cluster = openCluster(access.kubeconfig, lab.namespace, access.nodes);
      const shell = shellOf(access, home.variables);
      const passedBefore: string[] = [];
      const rehearsal = await rehearse({
        guide: await readLabGuide(lab, 'ja'),
        target: 'linux',
        kubernetes: settings.kubernetes,
        shell,
        onEvent: (event) => {
          if (event.kind === 'section started') report(event.section.heading ?? '');
        },
        beforeTask: async (id) => {
          for (const answer of [undefined, 'none']) {
            if ((await judge(checks, taskOf(lab, id), cluster, answer)).passed) passedBefore.push(id);
          }
        },
        afterTask: async (id) => {
          const task = taskOf(lab, id);
          return judge(checks, task, cluster, await referenceAnswer(checks, task, shell.env, never));
        },
      });
      // First what shows the most of what went wrong.
      expect(rehearsal.blocks.flatMap(problemOf)).toEqual([]);
      expect(rehearsal.tasks).toEqual(lab.tasks.map(({ id }) => ({ taskId: id, verdict: { passed: true } })));
      expect(passedBefore).toEqual([]);
      expect(rehearsal.counts).toMatchObject({ failed: 0, failedChecks: 0, notReached: 0 });
      await keepExecution({ lab, target: 'linux', kubernetes: settings.kubernetes, rehearsal });
    },
  );
});

function problemOf({ block, outcome }: BlockResult): string[] {
  if (outcome.kind === 'passed' || outcome.kind === 'not here') return [];
  const seen = outcome.kind === 'output differs' ? outcome.diff : outcome.output;
  return [`line ${block.line}: ${outcome.kind}\n${seen}\n`];
}
