import { nameOf } from '../lib/guide/guide.ts';
import type { BlockOutcome, BlockResult, Rehearsal, RehearsalEvent } from '../lib/guide/rehearse.ts';
import type { Lab } from '../lib/model/lab.ts';
import { printJudgement } from './verdicts.ts';
import type { Output } from './output.ts';

/** Prints what a rehearsal reports while it goes on. */
export function eventPrinter(
  lab: Lab,
  output: Output,
  { showOutput }: { showOutput: boolean },
): (event: RehearsalEvent) => void {
  return (event) => {
    switch (event.kind) {
      case 'section started':
        if (event.section.heading !== undefined) output.line(`\n${output.colors.bold(event.section.heading)}`);
        break;
      case 'block started':
        if (showOutput) output.line(`\n${indent(event.block.text, '$ ')}`);
        break;
      case 'block finished':
        printResult(event.result, output, showOutput);
        break;
      case 'task finished': {
        const task = lab.tasks.find(({ id }) => id === event.result.taskId);
        if (task !== undefined) printJudgement({ task, verdict: event.result.verdict }, output);
        break;
      }
    }
  };
}

function printResult({ block, outcome, duration }: BlockResult, output: Output, showOutput: boolean): void {
  const { green, red, dim } = output.colors;
  if (outcome.kind === 'not here') {
    output.line(
      dim(`  - ${firstLine(block.text)} ${output.message('notHere', { need: outcome.need, why: outcome.why })}`),
    );
    return;
  }
  if (showOutput && 'output' in outcome) output.line(indent(outcome.output.trimEnd(), ''));
  if (outcome.kind === 'passed') {
    const note = outcome.compared ? '' : ` (${output.message('unchecked')})`;
    if (!showOutput)
      output.line(`  ${green('✔')} ${firstLine(block.text)} ${dim(`${Math.round(duration)} ms${note}`)}`);
    return;
  }
  output.line(`  ${red('✘')} ${nameOf(block)}: ${explain(outcome)}`);
  output.line(indent(block.text, '$ '));
  output.line(indent(outcome.kind === 'output differs' ? outcome.diff : outcome.output, ''));
}

function explain(outcome: Exclude<BlockOutcome, { kind: 'passed' | 'not here' }>): string {
  return 'exitCode' in outcome ? `${outcome.kind} (exit status ${outcome.exitCode})` : outcome.kind;
}

/** Prints what a rehearsal came to. */
export function printSummary({ counts }: Rehearsal, output: Output): void {
  const { notHere, ...numbers } = counts;
  output.line(`\n${output.message('rehearsed', numbers)}`);
  const needs = Object.entries(notHere).map(([need, count]) => `${need} ${count}`);
  if (needs.length > 0) output.line(output.message('notHereCount', { needs: needs.join(', ') }));
}

const firstLine = (text: string): string => {
  const [first = '', ...more] = text.split('\n');
  return more.length === 0 ? first : `${first} …`;
};

const indent = (text: string, prefix: string): string =>
  text
    .split('\n')
    .map((line, index) => `  ${index === 0 ? prefix : ' '.repeat(prefix.length)}${line}`)
    .join('\n');
