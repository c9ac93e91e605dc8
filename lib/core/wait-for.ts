import { setTimeout as sleep } from 'node:timers/promises';

/** Options of {@link waitFor}. */
export interface WaitForOptions {
  /** How long the condition is looked at again, in milliseconds. It is looked at once even when this is 0. */
  readonly timeoutMs: number;
  /** Milliseconds between two looks, or how they follow from the milliseconds that have passed. */
  readonly pauseMs: number | ((passedMs: number) => number);
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
  const began = Date.now();
  for (;;) {
    const result = await condition();
    if (result !== false && result !== undefined) return result;
    const passedMs = Date.now() - began;
    if (passedMs >= timeoutMs) return undefined;
    const pause = typeof pauseMs === 'number' ? pauseMs : pauseMs(passedMs);
    await sleep(pause, undefined, signal && { signal });
  }
}
