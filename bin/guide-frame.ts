import type { Lab, Task } from '../lib/model/lab.ts';
import type { LabProgress } from '../lib/progress/tasks.ts';
import type { TargetName } from '../lib/core/target-name.ts';
import type { MessageName } from './messages.ts';
import type { Output } from './output.ts';
import { labsCommand } from '../lib/model/labs-command.ts';
import { labsProgram } from './terminal.ts';

type Hint = readonly [command: string, meaning: MessageName];

/** Prints how far a learner has come in a lab, and where to go on. */
export function printProgress(lab: Lab, progress: LabProgress, target: TargetName, output: Output): void {
  const count = output.message('tasks', { done: progress.done.length, all: lab.tasks.length });
  output.line();
  if (progress.next === undefined) {
    output.line(`${count}  ${output.colors.green(output.message('allDone', { lab: lab.id }))}`);
    return;
  }
  output.line(count);
  printHints([[labsCommand('guide', lab.id, target, { program: labsProgram() }), 'guideNext']], output);
}

/** Prints a lab's tasks, with a mark for each that is done and one for the task that is shown. */
export function printTasks(lab: Lab, { done }: LabProgress, shown: Task | undefined, output: Output): void {
  const { bold, dim, green } = output.colors;
  const count = output.message('tasks', { done: done.length, all: lab.tasks.length });
  output.line(`${bold(output.text(lab.title))}  ${dim(count)}`);
  const width = Math.max(...lab.tasks.map(({ id }) => id.length)) + 2;
  for (const task of lab.tasks) {
    const row = `${task.id.padEnd(width)}${output.text(task.title)}`;
    const isDone = done.includes(task);
    const mark = isDone ? green('✔') : task === shown ? bold('▶') : ' ';
    output.line(` ${mark} ${task === shown ? bold(row) : isDone ? dim(row) : row}`);
  }
}

/** Prints what to do with the task that was shown, and how to go on. */
export function printWaysOn(lab: Lab, task: Task, isUp: boolean, target: TargetName, output: Output): void {
  const program = labsProgram();
  const command = (verb: string, args: readonly string[] = [], flags: readonly string[] = []) =>
    labsCommand(verb, lab.id, target, { args, flags, program });
  const after = lab.tasks[lab.tasks.indexOf(task) + 1];
  const doing: readonly Hint[] =
    task.kind === 'find'
      ? [[command('answer', [task.id, 'VALUE']), 'guideAnswer']]
      : [[command('check', [task.id]), 'guideCheck']];
  output.line('─'.repeat(40));
  printHints(
    [
      ...(isUp ? [] : [[labsCommand('up', lab.id, target), 'guideUp'] as const]),
      ...doing,
      [command('guide'), 'guideNext'],
      ...(after === undefined ? [] : [[command('guide', [after.id]), 'guideSkip'] as const]),
      [command('guide', [], ['--all']), 'guideAll'],
    ],
    output,
  );
}

function printHints(hints: readonly Hint[], output: Output): void {
  const width = Math.max(...hints.map(([command]) => command.length)) + 2;
  for (const [command, meaning] of hints)
    output.line(`  ${output.colors.bold(command.padEnd(width))}${output.message(meaning)}`);
}
