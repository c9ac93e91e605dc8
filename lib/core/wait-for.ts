import { setTimeout as sleep } from 'node:timers/promises';

/** Options of {@link waitFor}. */
export interface WaitForOptions {
  /** How long the condition is looked at again, in milliseconds. It is looked at once even when this is 0. */
  readonly timeoutMs: number;
  /** Milliseconds between two looks. */
  readonly pauseMs: number;
  /** Ends the pause between two looks; the promise is rejected then. @default it can't be interrupted */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Waits until `condition()` holds: until it returns something other than `false` and `undefined`.
 *
 * @returns what it returned; undefined when it did not hold within `timeoutMs`
 */
export async function waitFor<T>(
  condition: () => T | false | undefined | Promise<T | false | undefined>,
  { timeoutMs, pauseMs, signal }: WaitForOptions,
): Promise<T | undefined> {
  for (const deadline = Date.now() + timeoutMs; ; await sleep(pauseMs, undefined, signal && { signal })) {
    const result = await condition();
    if (result !== false && result !== undefined) return result;
    if (Date.now() >= deadline) return undefined;
  }
}
