import { Listr, PRESET_TIMER } from 'listr2';
import type { Step } from '../lib/core/step.ts';
import type { Text } from '../lib/core/text.ts';
import type { Output } from './output.ts';

/** Where nobody watches a terminal, how often a step says how it gets on, in milliseconds. */
const quietInterval = 10_000;

/** Runs steps one after the other and shows how they get on, with the time that each takes. */
export async function runSteps(steps: readonly Step[], output: Output, signal: AbortSignal): Promise<void> {
  if (process.stderr.isTTY) await runWithSpinner(steps, output, signal);
  else await runQuietly(steps, output, signal);
}

async function runWithSpinner(steps: readonly Step[], output: Output, signal: AbortSignal): Promise<void> {
  const tasks = steps.map((step) => ({
    title: output.text(step.title),
    task: async (_: unknown, task: { output: string; title: string }) => {
      const start = Date.now();
      let detail = '';
      const show = () => (task.output = `${detail} ${elapsed(start)}`.trim());
      const timer = setInterval(show, 1000);
      try {
        const result = await step.run((text) => {
          detail = textOf(text, output);
          show();
        }, signal);
        if (result) task.title = `${output.text(step.title)}: ${textOf(result, output)}`;
      } finally {
        clearInterval(timer);
      }
    },
    rendererOptions: { timer: PRESET_TIMER, persistentOutput: false },
  }));
  // The command itself listens to signals: it has to clean up before it ends.
  const list = new Listr(tasks, {
    registerSignalListeners: false,
    rendererOptions: { collapseErrors: false, showErrorMessage: false },
  });
  await list.run();
}

async function runQuietly(steps: readonly Step[], output: Output, signal: AbortSignal): Promise<void> {
  for (const step of steps) {
    const start = Date.now();
    let last = start;
    process.stderr.write(`${output.text(step.title)} …\n`);
    const result = await step.run((text) => {
      if (Date.now() - last < quietInterval) return;
      last = Date.now();
      process.stderr.write(`  ${textOf(text, output)} ${elapsed(start)}\n`);
    }, signal);
    process.stderr.write(`  ✔ ${result ? `${textOf(result, output)} ` : ''}${elapsed(start)}\n`);
  }
}

const textOf = (result: string | Text, output: Output): string =>
  typeof result === 'string' ? result : output.text(result);

function elapsed(start: number): string {
  const seconds = Math.floor((Date.now() - start) / 1000);
  return `[${seconds >= 60 ? `${Math.floor(seconds / 60)}m` : ''}${seconds % 60}s]`;
}
