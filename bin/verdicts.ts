import type { Judgement } from '../lib/judging.ts';
import type { Output } from './output.ts';

/** Prints a task's verdict, and below it what is wrong, if anything. */
export function printJudgement({ task, verdict }: Judgement, output: Output): void {
  const { green, yellow, dim } = output.colors;
  const mark = verdict.passed ? green(`✔ ${output.message('passed')}`) : yellow(`✘ ${output.message('failed')}`);
  output.line(`${mark}  ${task.id}  ${output.text(task.title)}`);
  if (verdict.passed) return;
  if (task.question !== undefined)
    output.line(`    ${output.message('question', { question: output.text(task.question) })}`);
  output.line(`    ${dim(output.text(verdict.hint))}`);
}
