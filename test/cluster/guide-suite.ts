import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { labs } from '../../labs/catalogue.ts';
import { kubernetesVersions, type KubernetesVersionName } from '../../lib/catalog/versions.ts';
import type { Lab } from '../../lib/model/lab.ts';
import type { LabTests, NearMisses } from '../../lib/model/near-miss.ts';
import { expectGuideToHold } from '../expect-guide.ts';
import { isPlayed } from '../tier.ts';
import { buildTime, describeCluster } from './environment.ts';
import { Lane } from './lane.ts';
import { fileCount, lanesOf, nearMissesOf } from './lanes.ts';
import { changingNothing } from './snapshot.ts';

jest.setTimeout(300_000);

/**
 * Plays the guides of a share of the labs on target local, each followed by its near misses.
 *
 * @param number of the file of tests, from 1 to {@link fileCount}
 */
export async function playGuides(number: number): Promise<void> {
  for (const lane of lanesOf(labs).filter((_, index) => index % fileCount === number - 1)) {
    const tests = new Map<Lab, NearMisses>();
    // One after the other: of two that it loads at once, jest links one to a module of the other that is not loaded yet.
    for (const lab of lane) tests.set(lab, await nearMissesOf(lab));
    for (const kubernetes of kubernetesVersions) describeLane(lane, tests, kubernetes);
  }
}

function describeLane(
  all: readonly Lab[],
  tests: ReadonlyMap<Lab, NearMisses>,
  kubernetes: KubernetesVersionName,
): void {
  const played = all.filter((lab) => isPlayed({ lab: lab.id, target: 'local', kubernetes }));
  if (played.length === 0) return;
  describeCluster(`on local, Kubernetes ${kubernetes}`, () => {
    const lane = new Lane(kubernetes);
    afterAll(() => lane.remove());
    for (const lab of played) describe(`lab ${lab.id}:`, () => describeLab(lane, lab, tests.get(lab)!, kubernetes));
    test('the last lab is ended, and no process is left', () => lane.down());
  });
}

/** The tests of one lab: its guide, a reset, its near misses. */
export function describeLab(lane: Lane, lab: Lab, tests: NearMisses, kubernetes: KubernetesVersionName): void {
  const add = (more: LabTests | undefined, prefix = '') => {
    for (const [name, run] of Object.entries(more?.(lane.site()) ?? {})) test(prefix + name, run);
  };
  beforeAll(() => lane.bring(lab), buildTime);

  add(tests.beforeGuide);

  test('the guide holds, and each check tells before from after and changes nothing', async () => {
    const { counts } = await expectGuideToHold(lane.open, {
      wrongAnswers: tests.wrongAnswers,
      changingNothing: (judgement) => changingNothing(lane.open.access, judgement),
    });
    if (tests.blocks === undefined) return;
    expect(counts.ran).toBeGreaterThanOrEqual(tests.blocks.ran);
    expect(counts.notHere).toEqual(tests.blocks.notHere);
  }, 900_000);

  add(tests.afterGuide);

  test('reset puts the lab back: every task is open again', async () => {
    await lane.reset();
    for (const { id, kind } of lab.tasks)
      if (kind === 'do') expect([id, (await lane.verdict(id)).passed]).toEqual([id, false]);
  });

  add(tests.afterReset);

  // How a check tells a near miss does not depend on the version.
  if (kubernetes === kubernetesVersions[0]) add(tests.nearMisses, 'near miss: ');
}
