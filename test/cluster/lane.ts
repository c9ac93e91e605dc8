import { expect } from '@jest/globals';
import type { KubernetesVersionName } from '../../lib/catalog/versions.ts';
import { judge } from '../../lib/engine/evaluate.ts';
import type { OpenLab } from '../../lib/engine/open-lab.ts';
import { taskOf, type Lab } from '../../lib/model/lab.ts';
import { settingsOf } from '../../lib/model/lab-settings.ts';
import type { LabSite } from '../../lib/model/near-miss.ts';
import { processesOf } from '../../lib/platform/processes.ts';
import { waitUntil } from '../wait-until.ts';
import { clusterOf, installPrograms, kubectl, kubectlDone, Machine, runAll } from './environment.ts';

/** Labs that follow each other in one environment of target local, on a machine of their own. */
export class Lane {
  readonly #kubernetes: KubernetesVersionName;
  #machine: Machine | undefined;
  #open: OpenLab | undefined;

  constructor(kubernetes: KubernetesVersionName) {
    this.#kubernetes = kubernetes;
  }

  /** The lab that is up. */
  get open(): OpenLab {
    if (this.#open === undefined) throw new Error('No lab is up in this lane.');
    return this.#open;
  }

  get #target() {
    return this.#machine!.target;
  }

  /** Brings a lab in; then resets the lab that was up before, and ends it, which keeps the environment. */
  async bring(lab: Lab): Promise<void> {
    if (this.#machine === undefined) {
      await installPrograms(this.#kubernetes);
      this.#machine = await Machine.make();
    }
    const former = this.#open;
    if (former?.lab.id === lab.id) return;
    // First, for a lab may have left the nodes such that no other can start.
    if (former !== undefined) await runAll(await this.#target.reset(former.lab));
    await runAll(await this.#target.up(lab, settingsOf(lab, [`kubernetes=${this.#kubernetes}`])));
    this.#open = { lab, target: this.#target, access: await this.#target.access(lab) };
    if (former === undefined) return;
    await runAll(await this.#target.down(former.lab));
    const { access } = this.#open;
    for (const object of [`namespace/${former.lab.namespace}`, ...(former.lab.clusterScoped?.objects ?? [])])
      expect((await kubectl(access, `get ${object}`)).text).toContain('NotFound');
  }

  /** Runs `labs reset`. */
  async reset(): Promise<void> {
    const { lab, target } = this.open;
    await runAll(await target.reset(lab));
    this.#open = { lab, target, access: await target.access(lab) };
  }

  /** The verdict on a task right now. */
  async verdict(taskId: string, answer?: string) {
    const { lab, access } = this.open;
    return judge(await lab.loadChecks(), taskOf(lab, taskId), clusterOf(access, lab), answer);
  }

  /** The lab that is up, for its own tests. */
  site(): LabSite {
    const run = (line: string, input = '') => kubectlDone(this.open.access, line, input);
    const cluster = () => clusterOf(this.open.access, this.open.lab);
    return {
      get cluster() {
        return cluster();
      },
      kubernetes: this.#kubernetes,
      run,
      tryToRun: async (line, input = '') => (await kubectl(this.open.access, line, input)).text,
      apply: (object) => run('apply -f -', JSON.stringify(object)),
      hint: async (taskId, answer) => {
        const verdict = await this.verdict(taskId, answer);
        return verdict.passed ? '(passed)' : verdict.hint.en;
      },
      reset: () => this.reset(),
      waitUntil: (what, holds, timeoutMs) => waitUntil(what, holds, timeoutMs),
    };
  }

  /** Ends the lab that is up, and with it the environment, and expects that no process of it is left. */
  async down(): Promise<void> {
    const { lab } = this.open;
    const folder = this.#machine!.environmentFolder(lab);
    expect((await processesOf(folder)).length).toBeGreaterThan(0);
    const [said] = await runAll(await this.#target.down(lab));
    this.#open = undefined;
    expect(said).toMatch(/processes ended, 0 left; removed /);
    expect(await processesOf(folder)).toEqual([]);
    expect(await this.#target.down(lab)).toEqual([]);
  }

  async remove(): Promise<void> {
    await this.#machine?.remove();
  }
}
