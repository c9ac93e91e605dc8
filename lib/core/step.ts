import type { Text } from './text.ts';

/** Reports the progress of a step: a short text that replaces the previous one. */
export type Report = (detail: string | Text) => void;

/**
 * One step of a long operation. The engine describes and runs it; `bin/` shows it. An aborted step cleans up before it
 * rejects.
 */
export interface Step {
  readonly title: Text;
  /** Runs the step. Returns a text to show when the step is done, if there is anything to say. */
  run(report: Report, signal: AbortSignal): Promise<string | Text | void>;
}
