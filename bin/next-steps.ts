import type { Lab } from '../lib/model/lab.ts';
import type { TargetName } from '../lib/core/target-name.ts';
import type { Output } from './output.ts';
import type { MessageName } from './messages.ts';

/** A command, and what it is for. */
type NextStep = readonly [command: string, meaning: MessageName];

/** Prints what a learner does with a lab that is up. */
export function printNextSteps(lab: Lab, output: Output, target: TargetName): void {
  const on = onOption(target);
  const find = lab.tasks.find((task) => task.kind === 'find');
  printSteps(output, [
    [`eval "$(npx labs env ${lab.id}${on})"`, 'nextEnv'],
    [`npx labs guide ${lab.id}${on}`, 'nextGuide'],
    [`npx labs check ${lab.id}${on}`, 'nextCheck'],
    ...(find === undefined ? [] : [[`npx labs answer ${lab.id} ${find.id} VALUE${on}`, 'nextAnswer'] as const]),
    [`npx labs down ${lab.id}${on}`, 'nextDown'],
  ]);
}

/** Prints what a learner does with a lab that a fault is in. */
export function printStepsToHeal(lab: Lab, output: Output, target: TargetName): void {
  const on = onOption(target);
  printSteps(output, [
    [`npx labs check ${lab.id}${on}`, 'nextHealed'],
    [`npx labs mend ${lab.id}${on}`, 'nextMend'],
  ]);
}

/** On this machine unless it is said otherwise. */
const onOption = (target: TargetName): string => (target === 'local' ? '' : ` --on ${target}`);

function printSteps(output: Output, steps: readonly NextStep[]): void {
  const width = Math.max(...steps.map(([command]) => command.length)) + 2;
  output.line(output.message('next'));
  for (const [command, meaning] of steps)
    output.line(`  ${output.colors.bold(command.padEnd(width))}${output.message(meaning)}`);
}
