import { afterAll, beforeAll, test } from '@jest/globals';
import { labs } from '../../labs/catalogue.ts';
import { shellOf } from '../../lib/engine/rehearsal.ts';
import { makeDataHome, removeDataHome, type DataHome } from '../../lib/platform/data-home.ts';
import type { Lab } from '../../lib/model/lab.ts';
import { settingsOf } from '../../lib/model/lab-settings.ts';
import { targetsOfLab } from '../../lib/model/lab-targets.ts';
import type { LabAccess } from '../../lib/targets/target.ts';
import { LinuxTarget } from '../../lib/targets/linux/linux-target.ts';
import { kubernetesVersions } from '../../lib/catalog/versions.ts';
import { expectGuideToHold } from '../expect-guide.ts';
import { isPlayed } from '../tier.ts';
import { describeLinux, progress } from './environment.ts';
import { runSteps } from './steps.ts';

/** The labs of an environment that this run plays on real nodes. */
const labsOn = (environment: string): readonly Lab[] =>
  labs.filter(
    (lab) =>
      lab.environment.id === environment &&
      targetsOfLab(lab).includes('linux') &&
      isPlayed({ lab: lab.id, target: 'linux', kubernetes: kubernetesVersions[0] }),
  );

/** Real nodes, for labs of one environment that follow each other, with folders of their own. */
export class Place {
  readonly #home: DataHome;
  readonly target: LinuxTarget;
  #up: readonly Lab[] = [];

  private constructor(home: DataHome) {
    this.#home = home;
    this.target = new LinuxTarget({ data: home.data });
  }

  static async make(): Promise<Place> {
    return new Place(await makeDataHome('/tmp/labs-on-linux-'));
  }

  /** Brings a lab in unless it is, and ends the one that was: as learners may do, before its end. */
  async install(lab: Lab): Promise<void> {
    if (this.#up.includes(lab)) return;
    const report = progress();
    const former = this.#up;
    this.#up = [...former, lab];
    await runSteps(await this.target.up(lab, settingsOf(lab, [])), report);
    for (const each of former) await runSteps(await this.target.down(each), report);
    this.#up = [lab];
  }

  /** Variables that lead a `labs` command of a guide to these folders. */
  get variables(): Readonly<Record<string, string>> {
    return this.#home.variables;
  }

  /** Where a learner's shell is, and what it knows. */
  shellIn(access: LabAccess): ReturnType<typeof shellOf> {
    return shellOf(access, this.#home.variables);
  }

  async remove(): Promise<void> {
    for (const lab of this.#up) await runSteps(await this.target.down(lab));
    await removeDataHome(this.#home);
  }
}

/** Brings a lab in and expects its guide to hold. */
async function expectLabToHold(place: Place, lab: Lab): Promise<void> {
  await place.install(lab);
  const report = progress();
  const { target } = place;
  await expectGuideToHold(
    { lab, target, access: await target.access(lab) },
    {
      variables: place.variables,
      onEvent: (event) => {
        if (event.kind === 'section started') report(event.section.heading ?? '');
      },
    },
  );
}

/**
 * The tests of an environment's labs on real nodes, in one cluster: the guide of each, and then what is given.
 *
 * @param more tests in the same cluster, which get the place when they run
 */
export function describeLabs(environment: string, more: (place: () => Place) => void = () => undefined): void {
  describeLinux(`labs of environment ${environment} on linux`, () => {
    let place: Place;
    beforeAll(async () => {
      place = await Place.make();
    });
    afterAll(() => place.remove());

    test.each(labsOn(environment).map((lab) => [lab.id, lab] as const))(
      'lab %s: its guide holds, with its checks',
      (_, lab) => expectLabToHold(place, lab),
    );

    more(() => place);
  });
}
