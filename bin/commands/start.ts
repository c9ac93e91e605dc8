import { labs } from '../../labs/catalogue.ts';
import { readGuidesToRehearse, playGuide } from '../../lib/engine/rehearsal.ts';
import { settingsOf } from '../../lib/model/lab-settings.ts';
import { rememberPassedTasks } from '../../lib/progress/tasks.ts';
import { exitCodes } from '../../lib/core/errors.ts';
import { openTarget } from '../../lib/engine/targets.ts';
import type { Action } from '../context.ts';
import { printNextSteps } from '../next-steps.ts';
import { eventPrinter } from '../play.ts';
import { runSteps } from '../progress.ts';

const start: Action<object> = async ({ output, signal }) => {
  const lab = labs[0]!;
  const guide = await readGuidesToRehearse(lab, output.language, false);
  const target = await openTarget('local');
  // A lab that is up already is played as it is, whatever its settings.
  const settings = (await target.isUp(lab)) ? (await target.access(lab)).settings : settingsOf(lab, []);
  await runSteps(await target.up(lab, settings), output, signal);
  output.line(output.message('isUp', { lab: lab.id }));
  output.line(output.message('firstTask'));
  const access = await target.access(lab);
  const rehearsal = await playGuide({ lab, target, access }, guide, {
    signal,
    onlyTask: lab.tasks[0]!.id,
    onEvent: eventPrinter(lab, output, { showOutput: true }),
  });
  const passed = rehearsal.tasks.filter(({ verdict }) => verdict.passed).map(({ taskId }) => taskId);
  await rememberPassedTasks(access.folder, passed);
  output.line();
  printNextSteps(lab, output, target.name);
  return rehearsal.passed ? exitCodes.done : exitCodes.failed;
};
export default start;
