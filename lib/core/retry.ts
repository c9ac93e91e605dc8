import { setTimeout as sleep } from 'node:timers/promises';

/** Options of {@link retry}. */
export interface RetryOptions {
  /** Whether work that failed with this error may succeed in a moment. Every other error is thrown at once. */
  readonly isTransient: (error: unknown) => boolean;
  /** How long work is repeated, in milliseconds. The first error after that is thrown. */
  readonly timeoutMs: number;
  /** Milliseconds between two attempts. */
  readonly pauseMs: number;
  /** Ends the pause between two attempts. @default it can't be interrupted */
  readonly signal?: AbortSignal;
}

/** Retries idempotent `work` while `isTransient(error)`, for up to `timeoutMs`. */
export async function retry<T>(
  work: () => Promise<T>,
  { isTransient, timeoutMs, pauseMs, signal }: RetryOptions,
): Promise<T> {
  for (const deadline = Date.now() + timeoutMs; ; await sleep(pauseMs, undefined, signal && { signal })) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > deadline || !isTransient(error)) throw error;
    }
  }
}
