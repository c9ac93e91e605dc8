import type { Report, Step } from '../../lib/core/step.ts';

/** Runs steps to their end. */
export async function runSteps(steps: readonly Step[], report: Report = () => undefined): Promise<void> {
  for (const step of steps) await step.run(report, new AbortController().signal);
}
