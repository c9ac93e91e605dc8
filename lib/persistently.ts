import { setTimeout as sleep } from 'node:timers/promises';

/** What {@link persistently} puts up with. */
export interface Persistence {
  /** Whether what failed so may succeed in a moment. Every other failure is thrown at once. */
  readonly passes: (error: unknown) => boolean;
  /** How long it is tried again, in milliseconds. The failure after that is thrown. */
  readonly patience: number;
  /** Milliseconds between two attempts. */
  readonly pause: number;
  /** @default it can't be interrupted */
  readonly signal?: AbortSignal;
}

/** Does what may be done more than once, and again while it fails for reasons that pass. */
export async function persistently<T>(
  work: () => Promise<T>,
  { passes, patience, pause, signal }: Persistence,
): Promise<T> {
  for (const deadline = Date.now() + patience; ; await sleep(pause, undefined, signal && { signal })) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > deadline || !passes(error)) throw error;
    }
  }
}
