import type { Report } from '../../lib/core/step.ts';
import { describe } from '@jest/globals';
import { cgroupVersion } from '../../lib/targets/linux/cgroups.ts';
import { inEnglish } from '../in-english.ts';

const print = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

/** Why nodes can't be had here, if they can't. */
function reasonAgainst(): string | undefined {
  if (process.platform !== 'linux') return 'target linux needs Linux';
  return process.getuid?.() === 0 ? undefined : 'target linux needs root: run the tests with sudo';
}

const reason = reasonAgainst();
if (reason === undefined) {
  print(`Target linux runs on cgroup v${cgroupVersion()}.`);
} else if (process.env.CI === 'true') {
  throw new Error(`The tests of target linux did not run: ${reason}.`);
} else {
  print(`Skipped the tests of target linux: ${reason}.`);
}

/** `describe` where nodes can be had; elsewhere it skips, and the reason has been printed. */
export const describeLinux = reason === undefined ? describe : describe.skip;

/** Prints how a cluster gets on, with the seconds since the first line; not in CI, where an error says what came before it. */
export function progress(): Report {
  if (process.env.CI === 'true') return () => undefined;
  const began = Date.now();
  return (detail) => print(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s  ${inEnglish(detail)}`);
}
