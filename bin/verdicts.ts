import type { FaultJudgement } from '../lib/engine/faults.ts';
import type { Judgement } from '../lib/engine/evaluate.ts';
import type { Lab } from '../lib/model/lab.ts';
import type { Output } from './output.ts';
import { labsCommand } from '../lib/model/labs-command.ts';
import type { TargetName } from '../lib/core/target-name.ts';

/**
 * Prints a task's verdict, and below it what is wrong, if anything.
 *
 * @param passedBefore whether the task has passed at some time; what later tasks change may fail it
 */
export function printJudgement({ task, verdict }: Judgement, output: Output, passedBefore = false): void {
  const { green, yellow, dim } = output.colors;
  const mark = verdict.passed ? green(`✔ ${output.message('passed')}`) : yellow(`✘ ${output.message('failed')}`);
  output.line(`${mark}  ${task.id}  ${output.text(task.title)}`);
  if (verdict.passed) return;
  if (passedBefore) output.line(`    ${dim(output.message('passedBefore'))}`);
  if (task.question !== undefined)
    output.line(`    ${output.message('question', { question: output.text(task.question) })}`);
  output.line(`    ${dim(output.text(verdict.hint))}`);
}

/** Prints whether the fault in a lab is healed, and if not, what can be seen of it and what helps the search. */
export function printFaultJudgement(
  lab: Lab,
  target: TargetName,
  { fault, verdict, tries, hints }: FaultJudgement,
  output: Output,
): void {
  const { green, yellow, dim } = output.colors;
  const values = { fault: fault.id, title: output.text(fault.title), lab: lab.id, tries };
  if (verdict.passed) {
    output.line(green(`✔ ${output.message('faultHealed', values)}`));
    output.line(`    ${output.message('nextFault', { next: labsCommand('break', lab.id, target) })}`);
    return;
  }
  output.line(yellow(`✘ ${output.message('faultNotHealed', values)}`));
  output.line(`    ${output.text(fault.symptom)}`);
  output.line(`    ${dim(output.text(verdict.hint))}`);
  hints.forEach((hint, index) =>
    output.line(`    ${output.message('hint', { number: index + 1, hint: output.text(hint) })}`),
  );
}
