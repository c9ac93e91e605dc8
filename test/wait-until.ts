import { setTimeout as sleep } from 'node:timers/promises';

/** The shortest and the longest pause between two looks, in milliseconds. */
const pauses = { shortest: 20, longest: 500 };

/**
 * Waits until something holds. It looks less often the longer it has waited: most looks call kubectl or the API, and a
 * test that does nothing else for half a minute takes the machine from all others.
 *
 * @param what completes the sentence "Waited in vain until …"
 * @param timeout milliseconds. @default 90 seconds, enough for a machine that does much else
 * @param interval milliseconds between two looks. @default a tenth of what it has waited, 20 to 500
 */
export async function waitUntil(
  what: string,
  holds: () => boolean | Promise<boolean>,
  timeout = 90_000,
  interval?: number,
): Promise<void> {
  const began = Date.now();
  while (Date.now() - began < timeout) {
    if (await holds()) return;
    const waited = Date.now() - began;
    await sleep(interval ?? Math.min(pauses.longest, Math.max(pauses.shortest, waited / 10)));
  }
  throw new Error(`Waited in vain until ${what}.`);
}
