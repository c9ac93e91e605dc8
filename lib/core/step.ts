import type { Text } from './text.ts';

/** Tells how a step gets on: a short text that replaces the one before. */
export type Report = (detail: string | Text) => void;

/**
 * One step of something that takes a while. The engine describes and runs it; `bin/` shows it.
 * A step that is aborted cleans up after itself before it rejects.
 */
export interface Step {
  readonly title: Text;
  /** Returns what there is to say when it is done, if anything. */
  run(report: Report, signal: AbortSignal): Promise<string | Text | void>;
}
