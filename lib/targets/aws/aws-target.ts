import { ExternalError, UsageError } from '../../core/errors.ts';
import type { Lab } from '../../model/lab.ts';
import type { Settings } from '../../settings/settings.ts';
import type { Report, Step } from '../../core/step.ts';
import type { Text } from '../../core/text.ts';
import { alone } from '../shared/alone.ts';
import { stepsForLost } from '../shared/lost-objects.ts';
import { labNotUp, titleOfReset } from '../shared/sentences.ts';
import { othersIn } from '../shared/sharing.ts';
import { writeLauncher } from '../shared/launcher.ts';
import type { EnvironmentChange, LabAccess, NodeMachines, ResetOptions, Target, UpOptions } from '../target.ts';
import type { Observables } from '../../observe/observables.ts';
import { AwsFolder, type AwsRecord } from './aws-folder.ts';
import { differingSettings } from './changes/differing-settings.ts';
import { explaining } from './errors.ts';
import type { LabWork } from './lab-objects.ts';
import type { AwsCalls } from './operations.ts';
import { realDependencies, type AwsDependencies } from './dependencies.ts';
import { connect, accountRegionOf, refuseElsewhere } from './account-region.ts';
import { findStack, stackOf } from './stack.ts';
import { callerArn, isCallers, madeBy } from './whose-stack.ts';

/**
 * The environments as CloudFormation stacks, deployed with the CDK. What only bringing up and removing need loads with
 * those: a list of labs or a guide must not wait for it.
 */
export class AwsTarget implements Target {
  readonly name = 'aws';
  readonly #dependencies: AwsDependencies;

  constructor(dependencies: Partial<AwsDependencies> = {}) {
    this.#dependencies = { ...realDependencies, ...dependencies };
  }

  async up(lab: Lab, settings: Settings, options: UpOptions = {}): Promise<readonly Step[]> {
    if (options.port !== undefined)
      throw new UsageError({
        ja: '--port はターゲット local 用です。AWS では API サーバーに専用のアドレスがあるので、省いてください。',
        en: '--port is for target local: on AWS the API server has an address of its own. Leave it out.',
      });
    const { deploymentSteps, isAsWanted, refuseMisfitOnAws } = await import('./deployment.ts');
    const folder = this.#folder(lab);
    const record = await folder.read();
    const { change = false } = options;
    if (record !== undefined) refuseMisfitOnAws(lab, record, settings, change);
    if (record?.labs.includes(lab.id) === true && !change) {
      const aws = await this.#connectTo(lab, record);
      if (await isAsWanted(this.#dependencies, aws, lab, record, settings)) {
        await writeLauncher(folder.bin);
        return this.#lossSteps(lab, record, aws);
      }
    }
    return deploymentSteps(this.#dependencies, folder, lab, settings, { record, change }).map((step, index) =>
      // The checks change nothing, so they need not wait for anybody.
      index === 0 ? step : this.#locked(step),
    );
  }

  async change(lab: Lab, settings: Settings): Promise<EnvironmentChange | undefined> {
    const folder = this.#folder(lab);
    const record = await folder.read();
    if (record === undefined || record.labs.length === 0) return undefined;
    if (differingSettings(record.settings, settings).length === 0) return undefined;
    const { environmentChange } = await import('./changes/environment-change.ts');
    const connect = () => this.#connectTo(lab, record);
    return environmentChange({ dependencies: this.#dependencies, folder, lab, record, settings, connect });
  }

  async reset(lab: Lab, { keepProgress = false }: ResetOptions = {}): Promise<readonly Step[]> {
    await this.access(lab);
    const { reset } = await import('./lab-objects.ts');
    return [
      this.#locked({
        title: titleOfReset(lab),
        run: async (report, signal) => {
          // What was true before the lock was waited for may have changed.
          await this.access(lab);
          await reset(this.#work(lab, report, signal), keepProgress);
        },
      }),
    ];
  }

  async down(lab: Lab): Promise<readonly Step[]> {
    const folder = this.#folder(lab);
    const record = await folder.read();
    if (record === undefined) {
      await this.#refuseUnknownStack(lab);
      return [];
    }
    if (record.labs.length > 0 && !record.labs.includes(lab.id)) return [];
    const aws = await this.#connectTo(lab, record);
    const { removalSteps, leavingSteps } = await import('./removal.ts');
    const removal = { lab, aws, folder, record };
    const others = othersIn(record, lab);
    const steps =
      others.length === 0
        ? removalSteps(this.#dependencies, removal)
        : leavingSteps(this.#dependencies, removal, others);
    return steps.map((step) => this.#locked(step));
  }

  async access(lab: Lab): Promise<LabAccess> {
    const folder = this.#folder(lab);
    const record = await folder.read();
    if (record === undefined || !record.labs.includes(lab.id)) throw labNotUp(lab, this.name);
    const aws = await this.#connectTo(lab, record);
    const { signal } = new AbortController();
    await explaining(() => this.#openWay(lab, record, aws, signal));
    return {
      ...folder.access(lab.id, record),
      target: this.name,
      ...(lab.environment.controlPlanes === undefined ? {} : { nodes: await this.#machines(lab, aws, record) }),
    };
  }

  /** What EKS runs can be seen through its API alone. */
  async observables(lab: Lab): Promise<Observables> {
    const record = await this.#folder(lab).read();
    if (record === undefined || !record.labs.includes(lab.id)) throw labNotUp(lab, this.name);
    return { auditLogs: [] };
  }

  remembered(lab: Lab): Promise<Settings | undefined> {
    return this.#folder(lab).remembered(lab.id);
  }

  folderOf(lab: Lab): string {
    return this.#folder(lab).labFolder(lab.id);
  }

  /** Answers from what is remembered, without a call to AWS. */
  async isUp(lab: Lab): Promise<boolean> {
    return (await this.remembered(lab)) !== undefined;
  }

  #folder(lab: Lab): AwsFolder {
    return new AwsFolder(this.#dependencies.root, lab.environment.id);
  }

  /** The machines of a cluster that runs its control planes itself: its stack gives it its name. */
  async #machines(lab: Lab, aws: AwsCalls, { profile, settings }: AwsRecord): Promise<NodeMachines> {
    const { AwsMachines } = await import('./machines.ts');
    const cluster = stackOf(lab.environment, settings);
    return new AwsMachines({ aws, sessions: this.#dependencies.sessions, cluster, profile });
  }

  /** Sees that a cluster can be reached which is reached through one of its nodes. */
  async #openWay(lab: Lab, record: AwsRecord, aws: AwsCalls, signal: AbortSignal): Promise<void> {
    if (lab.environment.reachedThroughNode !== true) return;
    const { keepTunnelOpen } = await import('./node-access.ts');
    await keepTunnelOpen({ dependencies: this.#dependencies, aws, folder: this.#folder(lab), record, signal });
  }

  #work(lab: Lab, report: Report, signal: AbortSignal): LabWork {
    return { dependencies: this.#dependencies, folder: this.#folder(lab), lab, report, signal };
  }

  /** What it takes to bring back what a running lab has lost of its own objects. */
  async #lossSteps(lab: Lab, record: AwsRecord, aws: AwsCalls): Promise<readonly Step[]> {
    const { labObjects } = await import('./lab-objects.ts');
    const { signal } = new AbortController();
    await explaining(() => this.#openWay(lab, record, aws, signal));
    const objects = labObjects(this.#work(lab, () => undefined, signal));
    return stepsForLost(lab, objects, (report, ...rest) => this.#alone(report, ...rest));
  }

  /** A step that runs while no other command of this machine changes anything on AWS. */
  #locked(step: Step): Step {
    const run: Step['run'] = (report, signal) => this.#alone(report, signal, () => step.run(report, signal));
    return { title: step.title, run };
  }

  #alone<T>(report: Report, signal: AbortSignal, run: () => Promise<T>): Promise<T> {
    return alone(this.#dependencies.root, report, signal, () => explaining(run));
  }

  /** Calls to where an environment was made, and nowhere else. */
  async #connectTo(lab: Lab, record: AwsRecord): Promise<AwsCalls> {
    const aws = await connect(this.#dependencies.connection);
    refuseElsewhere(lab.environment.id, record, await accountRegionOf(aws));
    return aws;
  }

  /** A stack that this machine does not remember may be somebody else's. */
  async #refuseUnknownStack(lab: Lab): Promise<void> {
    const { stack: name } = lab.environment;
    const aws = await connect(this.#dependencies.connection);
    const { account, region } = await accountRegionOf(aws);
    const stack = await explaining(() => findStack(aws, name));
    if (stack === undefined) return;
    const made = madeBy(stack);
    const remove: Text = isCallers(stack, await callerArn(aws))
      ? {
          ja: `つまり、あなたです。もう使っていなければ、次のコマンドで削除してください: npx cdk destroy ${name}`,
          en: `That is you. If you do not use it any more, remove it with: npx cdk destroy ${name}`,
        }
      : { ja: '作った人に任せてください。', en: 'Leave it to its owner.' };
    throw new ExternalError({
      ja:
        `アカウント ${account}、リージョン ${region} にスタック ${name} がありますが、このマシンの labs up で作ったものではありません。` +
        `${made.ja}。${remove.ja}`,
      en:
        `labs up of this machine did not make stack ${name}, but there is one in account ${account}, region ${region}: ` +
        `${made.en}. ${remove.en}`,
    });
  }
}
