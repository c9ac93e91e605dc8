import type { Lab } from '../../lib/model/lab.ts';
import { targetsOfLab } from '../../lib/model/lab-targets.ts';
import type { NearMisses } from '../../lib/model/near-miss.ts';

/** How many files of tests play guides: `guides-1.test.ts` and on. jest runs several at the same time. */
export const fileCount = 5;

/** The most labs that follow each other in one cluster; more are dealt to several. */
const longestLane = 4;

/** The labs that run on target local, in lanes: the labs of a lane can share one environment. */
export function lanesOf(all: readonly Lab[]): readonly (readonly Lab[])[] {
  const groups = new Map<string, Lab[]>();
  for (const lab of all.filter((each) => targetsOfLab(each).includes('local'))) {
    const key = JSON.stringify([lab.environment.id, lab.settings, lab.exclusive === true ? lab.id : '']);
    groups.set(key, [...(groups.get(key) ?? []), lab]);
  }
  return [...groups.values()].flatMap((group) => {
    const lanes = Math.ceil(group.length / longestLane);
    return Array.from({ length: lanes }, (_, lane) => group.filter((_lab, index) => index % lanes === lane));
  });
}

/** The tests of a lab, in the file that its author writes. */
export async function nearMissesOf(lab: Lab): Promise<NearMisses> {
  const file = new URL(`../../labs/${lab.id}/near-misses.ts`, import.meta.url);
  return ((await import(file.href)) as { nearMisses: NearMisses }).nearMisses;
}
