import path from 'node:path';
import { execa } from 'execa';
import { labs } from '../labs/catalogue.ts';
import { targetsOfLab } from '../lib/model/lab-targets.ts';
import { projectFolder } from '../lib/platform/paths.ts';
import { secondsOf } from './measure.ts';
import type { Row } from './row.ts';

/** How many rehearsals go on at once: most of each is waiting, and the budget is for two cores. */
const atOnce = 2;

/** Seconds that all of them may take. */
const budget = 360;

/** What one rehearsal took. */
interface Rehearsed {
  readonly id: string;
  readonly seconds: number;
}

/**
 * Rehearses every lab that runs on target local, at the newest Kubernetes version, each in an environment of its own.
 *
 * @param data the data folder of the environments
 * @throws ExecaError when a guide does not hold
 */
export async function rehearsalRow(data: string): Promise<Row> {
  const waiting = labs.filter((lab) => targetsOfLab(lab).includes('local')).map(({ id }) => id);
  const count = waiting.length;
  const done: Rehearsed[] = [];
  const work = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      const args = [path.join(projectFolder, 'bin', 'labs.mjs'), 'rehearse', id];
      done.push({ id, seconds: await secondsOf(() => execa('node', args, { env: { XDG_DATA_HOME: data } })) });
    }
  };
  const result = await secondsOf(() => Promise.all(Array.from({ length: atOnce }, () => work())));
  const longest = done.reduce((one, other) => (other.seconds > one.seconds ? other : one));
  return {
    what: `rehearsal of all ${count} local labs, ${atOnce} at once`,
    measured: `${result.toFixed(0)} s, the longest ${longest.seconds.toFixed(0)} s (${longest.id})`,
    against: '–',
    result,
    budget,
    unit: 's',
  };
}
