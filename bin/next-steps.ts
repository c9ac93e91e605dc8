import type { Lab } from '../lib/model/lab.ts';
import type { TargetName } from '../lib/core/target-name.ts';
import type { Output } from './output.ts';
import type { MessageName } from './messages.ts';
import { labsCommand } from '../lib/model/labs-command.ts';

/** A command, and what it is for. */
type NextStep = readonly [command: string, meaning: MessageName];

/** Prints what a learner does with a lab that is up. */
export function printNextSteps(lab: Lab, output: Output, target: TargetName): void {
  const command = (verb: string, args: readonly string[] = []) => labsCommand(verb, lab.id, target, { args });
  const find = lab.tasks.find((task) => task.kind === 'find');
  printSteps(output, [
    [`eval "$(${command('env')})"`, 'nextEnv'],
    [command('guide'), 'nextGuide'],
    [command('check'), 'nextCheck'],
    ...(find === undefined ? [] : [[command('answer', [find.id, 'VALUE']), 'nextAnswer'] as const]),
    [command('down'), 'nextDown'],
  ]);
}

/** Prints what a learner does with a lab that a fault is in. */
export function printStepsToHeal(lab: Lab, output: Output, target: TargetName): void {
  printSteps(output, [
    [labsCommand('check', lab.id, target), 'nextHealed'],
    [labsCommand('mend', lab.id, target), 'nextMend'],
  ]);
}

function printSteps(output: Output, steps: readonly NextStep[]): void {
  const width = Math.max(...steps.map(([command]) => command.length)) + 2;
  output.line(output.message('next'));
  for (const [command, meaning] of steps)
    output.line(`  ${output.colors.bold(command.padEnd(width))}${output.message(meaning)}`);
}
