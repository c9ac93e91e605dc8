import type { Text } from './text.ts';

/** Exit codes of the `labs` command. They are stable: scripts may rely on them. */
export const exitCodes = {
  /** Everything asked for was done. */
  done: 0,
  /** A check, an answer or a rehearsal failed. */
  failed: 1,
  /** The command was used wrongly: an unknown name, an invalid setting. */
  usage: 2,
  /** The surroundings failed: a missing program, a full disk, a cluster that does not answer. */
  surroundings: 3,
  /** Ctrl-C: 128 and the number of its signal, as shells have it. */
  interrupted: 130,
} as const;

/**
 * Something a person can mend. Its message is a sentence: what was wrong, what is valid, what to do. What learners meet is
 * said in both languages; what is said in one only is shown as it is.
 */
export abstract class LabsError extends Error {
  abstract readonly exitCode: number;
  /** The message in every language. */
  readonly text: Text;

  constructor(message: string | Text) {
    const text = typeof message === 'string' ? { ja: message, en: message } : message;
    super(text.en);
    this.text = text;
  }
}

/** The command, a setting or a guide was written wrongly. */
export class UsageError extends LabsError {
  override readonly name = 'UsageError';
  readonly exitCode = exitCodes.usage;
}

/** A check, an answer or a rehearsal failed. */
export class FailedError extends LabsError {
  override readonly name = 'FailedError';
  readonly exitCode = exitCodes.failed;
}

/** The machine, the network or the cluster did not do what was needed. */
export class ExternalError extends LabsError {
  override readonly name = 'ExternalError';
  readonly exitCode = exitCodes.surroundings;
}

/** Ctrl-C, where something goes on that this machine can't take back. Its message says what, and what to do about it. */
export class InterruptedError extends LabsError {
  override readonly name = 'InterruptedError';
  readonly exitCode = exitCodes.interrupted;
}

/** The code of a system error, such as `ENOENT`; undefined for anything else. Asks no class: that of another realm is not ours. */
export function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;
}
