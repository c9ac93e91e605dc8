import { ExternalError, UsageError } from '../../core/errors.ts';
import type { KubernetesVersionName } from '../../catalog/versions.ts';
import type { Lab } from '../../model/lab.ts';
import type { Settings } from '../../settings/settings.ts';
import type { Report, Step } from '../../core/step.ts';
import { EnvironmentFolder, type EnvironmentRecord } from '../shared/environment-folder.ts';
import { othersIn } from '../shared/sharing.ts';
import { foldersOf, type TargetFolders } from '../shared/target-folders.ts';
import type { LabAccess, NodeMachines, ResetOptions, Target, UpOptions } from '../target.ts';
import { alone } from '../shared/alone.ts';
import { stepsForLost } from '../shared/lost-objects.ts';
import { labNotUp, titleOfEnd, titleOfLeaving, titleOfReset } from '../shared/sentences.ts';
import { installForSudoUser } from './install-for-sudo-user.ts';
import { LinuxEnvironment } from './linux-environment.ts';
import { LinuxMachines } from './machines.ts';
import { nodeCidr, refusePodsAmongNodes } from './network.ts';
import { linuxObservables } from './observables.ts';
import type { Observables } from '../../observe/observables.ts';
import { requireLinux, requireRoot } from './root.ts';
import { refuseMisfitOnLinux } from './sharing.ts';
import { labsCommand } from '../../model/labs-command.ts';

/** Real nodes in namespaces of this machine. Needs Linux, and root for all that changes something. */
export class LinuxTarget implements Target {
  readonly name = 'linux';
  readonly #cache: string;
  readonly #root: string;

  constructor(folders: TargetFolders = {}) {
    const { cache, root } = foldersOf('linux', folders);
    this.#cache = cache;
    this.#root = root;
  }

  async up(lab: Lab, settings: Settings, options: UpOptions = {}): Promise<readonly Step[]> {
    if (options.port !== undefined)
      throw new UsageError({
        ja: '--port はターゲット local のものです。linux では API サーバーが自分のアドレスを持つので、省いてください。',
        en: '--port is for target local: on linux the API server has an address of its own. Leave it out.',
      });
    if (lab.environment.controlPlanes !== undefined) refusePodsAmongNodes(settings.podCidr);
    const environment = this.#environment(lab);
    const record = await environment.folder.read();
    if (record !== undefined) refuseMisfitOnLinux(lab, record, settings);
    requireRoot(labsCommand('up', lab.id, 'linux'));
    if (record?.labs.includes(lab.id) === true && (await environment.cluster.answers())) {
      await environment.makeAccess(lab);
      return stepsForLost(lab, environment.objects.labs, (report, ...rest) => this.#alone(report, ...rest));
    }
    const { title } = lab.environment;
    return [
      {
        title: { ja: `クラスターの起動: ${title.ja}`, en: `Start the cluster: ${title.en}` },
        run: (report, signal) => this.#alone(report, signal, () => environment.start(lab, settings, report, signal)),
      },
    ];
  }

  /** Needs no root. */
  planSoftware(versions: readonly KubernetesVersionName[]): Promise<readonly Step[]> {
    requireLinux();
    const steps = versions.map((version) => ({
      title: {
        ja: `ノードのプログラムとイメージ: Kubernetes ${version}`,
        en: `Programs and images of nodes: Kubernetes ${version}`,
      },
      run: async (report: Report, signal: AbortSignal) => {
        await installForSudoUser(version, this.#cache, report, signal);
      },
    }));
    return Promise.resolve(steps);
  }

  async reset(lab: Lab, { keepProgress = false }: ResetOptions = {}): Promise<readonly Step[]> {
    const { record: found } = await this.#running(lab);
    requireRoot(labsCommand('reset', lab.id, this.name));
    return [
      {
        title: found.exclusive
          ? { ja: `ラボ ${lab.id} の環境を作り直す`, en: `Make the environment of lab ${lab.id} again` }
          : titleOfReset(lab),
        run: (report, signal) =>
          this.#alone(report, signal, async () => {
            // What was true before the lock was waited for may have changed.
            const { environment, record } = await this.#running(lab);
            await environment.reset(lab, { record, keepProgress, report, signal });
          }),
      },
    ];
  }

  async down(lab: Lab): Promise<readonly Step[]> {
    const environment = this.#environment(lab);
    const { folder } = environment;
    if (!folder.exists()) return [];
    const record = await folder.read();
    if (record !== undefined && !record.labs.includes(lab.id)) return [];
    requireRoot(labsCommand('down', lab.id, this.name));
    const others = othersIn(record, lab);
    return [
      {
        title: others.length === 0 ? titleOfEnd(lab.environment) : titleOfLeaving(lab, others),
        run: (report, signal) => this.#alone(report, signal, () => environment.end(lab, signal)),
      },
    ];
  }

  async access(lab: Lab): Promise<LabAccess> {
    const { environment, record } = await this.#running(lab);
    return {
      ...environment.folder.access(lab.id, record),
      direct: [nodeCidr],
      nodes: this.#machines(lab, environment),
    };
  }

  async observables(lab: Lab): Promise<Observables> {
    requireRoot(labsCommand('rehearse', lab.id, this.name));
    const { environment } = await this.#running(lab);
    return linuxObservables(await environment.cluster.nodes());
  }

  /** Whether a lab is up. Its API need not answer: a learner may have stopped it. */
  async isUp(lab: Lab): Promise<boolean> {
    const { folder, cluster } = this.#environment(lab);
    const record = await folder.read();
    return record?.labs.includes(lab.id) === true && (await cluster.isRunning());
  }

  remembered(lab: Lab): Promise<Settings | undefined> {
    return this.#environment(lab).folder.remembered(lab.id);
  }

  #environment(lab: Lab): LinuxEnvironment {
    return new LinuxEnvironment(new EnvironmentFolder(this.#root, lab.environment.id), this.#cache);
  }

  folderOf(lab: Lab): string {
    return this.#environment(lab).folder.labFolder(lab.id);
  }

  #machines(lab: Lab, { cluster }: LinuxEnvironment): NodeMachines {
    const never = new AbortController().signal;
    const whileAlone = (run: () => Promise<void>) => this.#alone(() => undefined, never, run);
    return new LinuxMachines(cluster, { lab: lab.id, alone: whileAlone });
  }

  #alone<T>(report: Report, signal: AbortSignal, run: () => Promise<T>): Promise<T> {
    return alone(this.#root, report, signal, run);
  }

  /** The environment of a lab that is up. */
  async #running(lab: Lab): Promise<{ environment: LinuxEnvironment; record: EnvironmentRecord }> {
    const environment = this.#environment(lab);
    const record = await environment.folder.read();
    if (record === undefined || !record.labs.includes(lab.id)) throw labNotUp(lab, this.name);
    const again = labsCommand('up', lab.id, this.name);
    if (!(await environment.cluster.isRunning())) {
      throw new ExternalError({
        ja: `ラボ ${lab.id} のノードがなくなっています。マシンを再起動したのかもしれません。作り直すには: ${again}`,
        en: `The nodes of lab ${lab.id} are gone; the machine may have been restarted. Make them again with: ${again}`,
      });
    }
    return { environment, record };
  }
}
