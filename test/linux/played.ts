import { expect } from '@jest/globals';
import { execa } from 'execa';
import { breakSteps, chooseFault, judgeFault, mendSteps } from '../../labs/breaking.ts';
import { shellOf } from '../../labs/rehearsal.ts';
import { openCluster, type Cluster } from '../../lib/cluster.ts';
import { makeDataHome, removeDataHome, type DataHome } from '../../lib/data-home.ts';
import { readFaultsProgress } from '../../lib/faults-progress.ts';
import type { FaultPlans } from '../../lib/faults.ts';
import type { Lab } from '../../lib/lab.ts';
import { settingsOf } from '../../lib/lab-settings.ts';
import { LinuxTarget } from '../../lib/targets/linux/linux-target.ts';
import type { LabAccess } from '../../lib/targets/target.ts';
import { waitUntil } from '../wait-until.ts';
import { progress } from './environment.ts';
import { runSteps } from './steps.ts';

/** A lab that is up, with faults to put into it. */
export class Played {
  readonly lab: Lab;
  #home!: DataHome;
  #target!: LinuxTarget;
  access!: LabAccess;
  cluster!: Cluster;
  plans!: FaultPlans;

  constructor(lab: Lab) {
    this.lab = lab;
  }

  async up(): Promise<void> {
    this.#home = await makeDataHome('/tmp/labs-on-linux-');
    this.#target = new LinuxTarget({ data: this.#home.data });
    await runSteps(await this.#target.up(this.lab, settingsOf(this.lab, [])), progress());
    this.plans = await this.lab.loadFaults!();
    await this.open();
  }

  async open(): Promise<void> {
    this.access = await this.#target.access(this.lab);
    this.cluster = openCluster(this.access.kubeconfig, this.lab.namespace, this.access.nodes);
  }

  async down(): Promise<void> {
    await runSteps(await this.#target.down(this.lab));
    await removeDataHome(this.#home);
  }

  async break(id: string): Promise<void> {
    const fault = chooseFault(this.lab, id, 'linux', await readFaultsProgress(this.access.folder));
    await runSteps(breakSteps(this.lab, fault, this.access), progress());
  }

  async mend(): Promise<void> {
    await runSteps(await mendSteps(this.lab, this.#target), progress());
    await this.open();
  }

  /** What a learner's shell prints, both streams together. It may fail. */
  async bash(script: string): Promise<string> {
    const shell = shellOf(this.access, this.#home.variables);
    return (await execa('bash', ['-c', script], { ...shell, extendEnv: false, all: true, reject: false })).all;
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
