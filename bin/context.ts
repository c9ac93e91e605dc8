import type { Output } from './output.ts';

/** What every command is given. */
export interface CommandContext {
  readonly output: Output;
  /** Aborted by Ctrl-C; whatever is under way then cleans up after itself. */
  readonly signal: AbortSignal;
}

/** A command's work. It returns the exit code, or nothing for 0. */
export type Action<Options> = (
  context: CommandContext,
  args: readonly string[],
  options: Options,
) => Promise<number | void>;
