import { taskOf } from '../../lib/model/lab.ts';
import { labOf } from '../../labs/catalogue.ts';
import { exitCodes, UsageError } from '../../lib/core/errors.ts';
import { answerTask } from '../../lib/engine/check-lab.ts';
import { openLab } from '../../lib/engine/open-lab.ts';
import type { Action } from '../context.ts';
import { printProgress } from '../guide-frame.ts';
import { labsCommand } from '../../lib/model/labs-command.ts';

const answer: Action<{ on?: string }> = async ({ output }, [id = '', taskId = '', value = ''], { on }) => {
  const lab = labOf(id);
  const task = taskOf(lab, taskId);
  if (task.kind === 'do') {
    const questions = lab.tasks.filter(({ kind }) => kind === 'find').map((candidate) => candidate.id);
    const check = labsCommand('check', lab.id, 'local', { args: [task.id] });
    throw new UsageError({
      ja: `ラボ ${lab.id} の課題 ${task.id} は、答えるのではなく、する課題です。${check} で確かめてください。問いのある課題: ${questions.join(', ')}`,
      en: `Task ${task.id} of lab ${lab.id} asks to do something, not to answer: use ${check}. Tasks with a question: ${questions.join(', ')}.`,
    });
  }
  const open = await openLab(lab, { on });
  const { verdict, progress } = await answerTask(open, task, value);
  output.line(output.message(verdict.passed ? 'correct' : 'incorrect', { task: output.text(task.title) }));
  if (!verdict.passed) output.line(output.text(verdict.hint));
  else printProgress(lab, progress, open.target.name, output);
  return verdict.passed ? exitCodes.done : exitCodes.failed;
};
export default answer;
