import { setTimeout as sleep } from 'node:timers/promises';

/** Options of {@link retry}. */
export interface RetryOptions {
  /** Whether another attempt may succeed after this error. Every other error is thrown at once. */
  readonly isTransient: (error: unknown) => boolean;
  /** How long to retry, in milliseconds. The first error after that is thrown. */
  readonly timeoutMs: number;
  /** The pause between two attempts, in milliseconds. */
  readonly pauseMs: number;
  /** Ends the pause between two attempts. @default the pause can't be interrupted */
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
