import type { Observables } from '../../observe/observables.ts';
import { localObservables } from './observables.ts';
import { ExternalError, UsageError } from '../../core/errors.ts';
import type { Report, Step } from '../../core/step.ts';
import { labsCommand } from '../../model/labs-command.ts';
import type { KubernetesVersionName } from '../../catalog/versions.ts';
import type { Lab } from '../../model/lab.ts';
import { sudoUser } from '../../platform/sudo-user.ts';
import { refuseTakenPort } from '../../platform/ports.ts';
import type { Settings } from '../../settings/settings.ts';
import { planInstallation, planPrograms } from '../../toolchain/install.ts';
import { alone } from '../shared/alone.ts';
import type { EnvironmentRecord } from '../shared/environment-folder.ts';
import { stepsForLost } from '../shared/lost-objects.ts';
import { labNotUp, titleOfEnd, titleOfLeaving, titleOfReset } from '../shared/sentences.ts';
import { othersIn, refuseMisfit } from '../shared/sharing.ts';
import { foldersOf, type TargetFolders } from '../shared/target-folders.ts';
import type { LabAccess, ResetOptions, Target, UpOptions } from '../target.ts';
import { LocalEnvironment } from './local-environment.ts';
import { LocalFolder } from './local-folder.ts';

/** A real control plane on this machine, with simulated nodes. */
export class LocalTarget implements Target {
  readonly name = 'local';
  readonly #cache: string;
  readonly #root: string;

  constructor(folders: TargetFolders = {}) {
    const { cache, root } = foldersOf('local', folders);
    this.#cache = cache;
    this.#root = root;
  }

  async up(lab: Lab, settings: Settings, { port }: UpOptions = {}): Promise<readonly Step[]> {
    refuseSudo(lab);
    const environment = this.#environment(lab);
    const record = await environment.folder.read();
    if (record !== undefined) refuseMisfit(lab, record, settings);
    if (record?.labs.includes(lab.id) === true && (await environment.isAlive(record))) {
      await environment.makeAccess(lab);
      return stepsForLost(lab, environment.objects.labs, (report, ...rest) => this.#alone(report, ...rest));
    }
    // Before minutes of building, and again when the port is about to be used.
    if (record === undefined && port !== undefined) await refuseTakenPort(port);

    const { steps, programs } = await planInstallation(settings.kubernetes, this.#cache);
    const { title } = lab.environment;
    const start: Step = {
      title: { ja: `コントロールプレーンの起動: ${title.ja}`, en: `Start the control plane: ${title.en}` },
      run: (report, signal) =>
        this.#alone(report, signal, () => environment.start(lab, { settings, programs, port, report, signal })),
    };
    return [...steps, start];
  }

  planSoftware(versions: readonly KubernetesVersionName[]): Promise<readonly Step[]> {
    return planPrograms(versions, this.#cache);
  }

  async reset(lab: Lab, { keepProgress = false }: ResetOptions = {}): Promise<readonly Step[]> {
    await this.#running(lab);
    return [
      {
        title: titleOfReset(lab),
        run: (report, signal) =>
          this.#alone(report, signal, async () => {
            // What was true before the lock was waited for may have changed.
            const { environment, record } = await this.#running(lab);
            await environment.reset(lab, record, keepProgress, signal);
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
    return environment.folder.access(lab.id, record);
  }

  async observables(lab: Lab): Promise<Observables> {
    const { environment } = await this.#running(lab);
    return localObservables(environment.folder);
  }

  remembered(lab: Lab): Promise<Settings | undefined> {
    return this.#environment(lab).folder.remembered(lab.id);
  }

  folderOf(lab: Lab): string {
    return this.#environment(lab).folder.labFolder(lab.id);
  }

  async isUp(lab: Lab): Promise<boolean> {
    const { folder, controlPlane } = this.#environment(lab);
    return (await folder.remembered(lab.id)) !== undefined && (await controlPlane.isReady());
  }

  #environment({ environment }: Lab): LocalEnvironment {
    return new LocalEnvironment(environment, new LocalFolder(this.#root, environment.id), this.#cache);
  }

  #alone<T>(report: Report, signal: AbortSignal, run: () => Promise<T>): Promise<T> {
    return alone(this.#root, report, signal, run);
  }

  /** The environment of a lab that is up. */
  async #running(lab: Lab): Promise<{ environment: LocalEnvironment; record: EnvironmentRecord }> {
    const environment = this.#environment(lab);
    const record = await environment.folder.read();
    if (record === undefined || !record.labs.includes(lab.id)) throw labNotUp(lab, this.name);
    if (!(await environment.controlPlane.isReady())) {
      const again = labsCommand('up', lab.id, this.name);
      throw new ExternalError({
        ja: `ラボ ${lab.id} のコントロールプレーンが応答しません。マシンを再起動したのかもしれません。もう一度起動するには: ${again}`,
        en: `The control plane of lab ${lab.id} does not answer; the machine may have been restarted. Start it again with: ${again}`,
      });
    }
    return { environment, record };
  }
}

/** Root's files in the home of who called sudo would stop their next command. */
function refuseSudo(lab: Lab): void {
  if (sudoUser() === undefined) return;
  const command = labsCommand('up', lab.id, 'local');
  throw new UsageError({
    ja: `ターゲット local に root は要りません。sudo を付けずに実行してください: ${command}`,
    en: `Target local needs no root. Run it without sudo: ${command}`,
  });
}
