import type { Lab } from '../lib/lab.ts';
import type { TargetName } from '../lib/target-name.ts';
import type { Output } from './output.ts';
import type { MessageName } from './messages.ts';

/** Prints what a learner does with a lab that is up. */
export function printNextSteps(lab: Lab, output: Output, target: TargetName): void {
  // On this machine unless it is said otherwise.
  const on = target === 'local' ? '' : ` --on ${target}`;
  const find = lab.tasks.find((task) => task.kind === 'find');
  const steps: readonly (readonly [string, MessageName])[] = [
    [`eval "$(npx labs env ${lab.id}${on})"`, 'nextEnv'],
    [`npx labs guide ${lab.id}${on}`, 'nextGuide'],
    [`npx labs check ${lab.id}${on}`, 'nextCheck'],
    ...(find === undefined ? [] : [[`npx labs answer ${lab.id} ${find.id} VALUE${on}`, 'nextAnswer'] as const]),
    [`npx labs down ${lab.id}${on}`, 'nextDown'],
  ];
  const width = Math.max(...steps.map(([command]) => command.length)) + 2;
  output.line(output.message('next'));
  for (const [command, meaning] of steps)
    output.line(`  ${output.colors.bold(command.padEnd(width))}${output.message(meaning)}`);
}
