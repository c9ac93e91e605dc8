import { afterAll, beforeAll, jest, test } from '@jest/globals';
import { describeLinux } from './environment.ts';
import { expectGuideToHold, labsOn, Place } from './lab-suite.ts';

jest.setTimeout(30 * 60_000);

describeLinux('labs of environment ecs-and-eks on linux', () => {
  let place: Place;
  beforeAll(async () => {
    place = await Place.make();
  });
  afterAll(() => place.remove());

  test.each(labsOn('ecs-and-eks').map((lab) => [lab.id, lab] as const))(
    'lab %s: its guide holds, with its checks',
    (_, lab) => expectGuideToHold(place, lab),
  );
});
