import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until something holds.
 *
 * @param what completes the sentence "Waited in vain until …"
 * @param timeout milliseconds
 */
export async function waitUntil(
  what: string,
  holds: () => boolean | Promise<boolean>,
  timeout: number,
  interval = 20,
): Promise<void> {
  for (const deadline = Date.now() + timeout; Date.now() < deadline; await sleep(interval)) {
    if (await holds()) return;
  }
  throw new Error(`Waited in vain until ${what}.`);
}
