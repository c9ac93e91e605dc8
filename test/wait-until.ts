import { waitFor } from '../lib/core/wait-for.ts';

/** The shortest and the longest pause between two looks, in milliseconds. */
const pauses = { shortest: 20, longest: 500 };

/**
 * Waits until something holds, and fails the test if it does not. It looks less often the longer it has waited: most looks
 * call kubectl or the API, and a test that does nothing else for half a minute takes the machine from all others.
 *
 * @param what completes the sentence "Waited in vain until …"
 * @param timeoutMs @default 90 seconds, enough for a machine that does much else
 * @param pauseMs milliseconds between two looks. @default a tenth of what it has waited, 20 to 500
 */
export async function waitUntil(
  what: string,
  holds: () => boolean | Promise<boolean>,
  timeoutMs = 90_000,
  pauseMs: number | ((passedMs: number) => number) = (passedMs) =>
    Math.min(pauses.longest, Math.max(pauses.shortest, passedMs / 10)),
): Promise<void> {
  const held = await waitFor(holds, { timeoutMs, pauseMs });
  if (held === undefined) throw new Error(`Waited in vain until ${what}.`);
}
