import { taskOf } from '../../lib/model/lab.ts';
import { labOf } from '../../labs/catalogue.ts';
import { readLabGuide } from '../../lib/engine/guides.ts';
import { UsageError } from '../../lib/core/errors.ts';
import { renderClosing, renderGuide, renderOpening, renderTask } from '../../lib/guide/render.ts';
import { progressOf, readPassedTasks } from '../../lib/progress/tasks.ts';
import { kubernetesVersions } from '../../lib/catalog/versions.ts';
import { locateLab } from '../../lib/engine/open-lab.ts';
import type { Action } from '../context.ts';
import { printTasks, printWaysOn } from '../guide-frame.ts';
import { terminalColumns, terminalWidth } from '../terminal-width.ts';
import { labsCommand } from '../../lib/model/labs-command.ts';

const guide: Action<{ all?: boolean; on?: string }> = async ({ output }, [id = '', taskId], { all, on }) => {
  const lab = labOf(id);
  const named = taskId === undefined ? undefined : taskOf(lab, taskId);
  if (named !== undefined && all === true) {
    const one = labsCommand('guide', lab.id, 'local', { args: [named.id] });
    throw new UsageError({
      ja: `--all はガイド全体を表示します。課題か --all か、どちらかだけを指定してください（たとえば ${one}）。`,
      en: `--all reads the whole guide. Give a task or --all, not both, as in: ${one}`,
    });
  }
  const { target } = await locateLab(lab, { on });
  const settings = await target.remembered(lab);
  const text = await readLabGuide(lab, output.language);
  const options = {
    target: target.name,
    kubernetes: settings?.kubernetes ?? kubernetesVersions[0],
    language: output.language,
    width: terminalWidth(),
    terminal: terminalColumns(),
    color: output.colors.isColorSupported,
  };
  const show = (rendered: string) => output.line(rendered.trimEnd());
  if (all === true) {
    show(renderGuide(text, options));
    return;
  }

  const progress = progressOf(lab, await readPassedTasks(target.folderOf(lab)));
  const task = named ?? progress.next;
  // Where somebody begins, and where somebody has come to the end.
  if (task === undefined || (named === undefined && progress.done.length === 0)) {
    show(task === undefined ? renderClosing(text, options) : renderOpening(text, options));
    output.line();
  }
  if (named === undefined) {
    printTasks(lab, progress, task, output);
    output.line();
  }
  if (task === undefined) {
    output.line(output.message('allDone', { lab: lab.id }));
    return;
  }
  show(renderTask(text, task.id, options));
  output.line();
  printWaysOn(lab, task, settings !== undefined, target.name, output);
};
export default guide;
