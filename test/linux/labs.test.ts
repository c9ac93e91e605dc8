import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { labs, taskOf } from '../../labs/catalogue.ts';
import { readLabGuide } from '../../labs/guides.ts';
import { referenceAnswer, shellOf } from '../../labs/rehearsal.ts';
import { openCluster } from '../../lib/cluster.ts';
import { makeDataHome, removeDataHome, type DataHome } from '../../lib/data-home.ts';
import { rehearse, type BlockResult } from '../../lib/guide/rehearse.ts';
import { judge } from '../../lib/judging.ts';
import { settingsOf } from '../../lib/lab-settings.ts';
import { targetsOfLab } from '../../lib/lab-targets.ts';
import { LinuxTarget } from '../../lib/targets/linux/linux-target.ts';
import { describeLinux, progress } from './environment.ts';
import { runSteps } from './steps.ts';

jest.setTimeout(30 * 60_000);

const never = new AbortController().signal;

const onLinux = labs.filter((lab) => targetsOfLab(lab).includes('linux'));

describeLinux.each(onLinux.map((lab) => [lab.id, lab] as const))('lab %s on linux', (_, lab) => {
  let home: DataHome;
  let target: LinuxTarget;

  beforeEach(async () => {
    home = await makeDataHome('/tmp/labs-on-linux-');
    target = new LinuxTarget({ data: home.data });
  });
  afterEach(async () => {
    await runSteps(await target.down(lab));
    await removeDataHome(home);
  });

  test('its guide holds from top to bottom, and each check fails before its task', async () => {
    const report = progress();
    const settings = settingsOf(lab, []);
    await runSteps(await target.up(lab, settings), report);
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
  });
});

function problemOf({ block, outcome }: BlockResult): string[] {
  if (outcome.kind === 'passed' || outcome.kind === 'not here') return [];
  const seen = outcome.kind === 'output differs' ? outcome.diff : outcome.output;
  return [`line ${block.line}: ${outcome.kind}\n${seen}\n`];
}
