import { expect } from '@jest/globals';
import { execa } from 'execa';
import { breakSteps, chooseFault, judgeFault, mendSteps } from '../../lib/engine/faults.ts';
import { openCluster, type Cluster } from '../../lib/model/cluster.ts';
import { readFaultsProgress } from '../../lib/progress/faults.ts';
import type { FaultPlans } from '../../lib/model/fault.ts';
import type { Lab } from '../../lib/model/lab.ts';
import type { LabAccess } from '../../lib/targets/target.ts';
import { waitUntil } from '../wait-until.ts';
import { progress } from './environment.ts';
import type { Place } from './lab-suite.ts';
import { runSteps } from './steps.ts';

/** A lab that is up, with faults to put into it. */
export class Played {
  readonly #place: Place;
  readonly lab: Lab;
  readonly plans: FaultPlans;
  access!: LabAccess;
  cluster!: Cluster;

  private constructor(place: Place, lab: Lab, plans: FaultPlans) {
    this.#place = place;
    this.lab = lab;
    this.plans = plans;
  }

  /** Brings the lab in unless it is. */
  static async of(place: Place, lab: Lab): Promise<Played> {
    await place.install(lab);
    const played = new Played(place, lab, await lab.loadFaults!());
    await played.#open();
    return played;
  }

  async #open(): Promise<void> {
    this.access = await this.#place.target.access(this.lab);
    this.cluster = openCluster(this.access.kubeconfig, this.lab.namespace, this.access.nodes);
  }

  async break(id: string): Promise<void> {
    const fault = chooseFault(this.lab, id, 'linux', await readFaultsProgress(this.access.folder));
    await runSteps(breakSteps({ lab: this.lab, target: this.#place.target, access: this.access }, fault), progress());
  }

  /** Runs `labs reset`, which recreates the environment of a lab that may change nodes. */
  async reset(): Promise<void> {
    await runSteps(await this.#place.target.reset(this.lab), progress());
    await this.#open();
  }

  async mend(): Promise<void> {
    await runSteps(await mendSteps({ lab: this.lab, target: this.#place.target }), progress());
    await this.#open();
  }

  /** What a learner's shell prints, both streams together. It may fail. */
  async bash(script: string): Promise<string> {
    const shell = this.#place.shellIn(this.access);
    return (
      await execa('bash', ['-c', script], { ...shell, extendEnv: false, stdin: 'ignore', all: true, reject: false })
    ).all;
  }

  /** Breaks, sees the symptom, and heals by the reference solution. */
  async playAndHeal(id: string, script: string, prints: RegExp): Promise<void> {
    await this.break(id);
    await waitUntil(`the symptom of ${id} shows`, async () => prints.test(await this.bash(script)), 150_000, 2_000);
    expect((await judgeFault(this.lab, this.access))!.verdict.passed).toBe(false);
    const said = await this.bash(`set -e; ${this.plans[id]!.repair}`);
    const heals = async () => (await judgeFault(this.lab, this.access))?.verdict.passed !== false;
    await waitUntil(`the repair of ${id} has healed it (it said: ${said})`, heals, 300_000, 2_000);
    expect((await readFaultsProgress(this.access.folder)).healed.at(-1)).toBe(id);
  }
}
