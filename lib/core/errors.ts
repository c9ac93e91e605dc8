import type { Text } from './text.ts';

/** Exit codes of the `labs` command. They are stable, because scripts rely on them. */
export const exitCodes = {
  /** The command did what the user asked for. */
  done: 0,
  /** A check, an answer or a rehearsal failed. */
  failed: 1,
  /** The command was used wrongly: an unknown name, an invalid setting. */
  usage: 2,
  /** Something outside of the command failed: a missing program, a full disk, a cluster that does not answer. */
  external: 3,
  /** Ctrl-C: 128 plus the number of the signal, as in shells. */
  interrupted: 130,
} as const;

/**
 * An error that the user can fix. Its message says what was wrong, what is valid and what to do. Messages that learners
 * see are in both languages; a message in one language is shown as it is.
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

/** The command, a setting or a guide is invalid. */
export class UsageError extends LabsError {
  override readonly name = 'UsageError';
  readonly exitCode = exitCodes.usage;
}

/** A check, an answer or a rehearsal failed. */
export class FailedError extends LabsError {
  override readonly name = 'FailedError';
  readonly exitCode = exitCodes.failed;
}

/** The machine, the network or the cluster failed. */
export class ExternalError extends LabsError {
  override readonly name = 'ExternalError';
  readonly exitCode = exitCodes.external;
}

/**
 * The user pressed Ctrl-C, and something continues that this machine can't stop. The message says what, and what to do
 * about it.
 */
export class InterruptedError extends LabsError {
  override readonly name = 'InterruptedError';
  readonly exitCode = exitCodes.interrupted;
}

/**
 * The code of a system error, such as `ENOENT`; undefined for anything else. It doesn't use `instanceof`, because an
 * error of another realm has another `Error` class.
 */
export function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;
}
