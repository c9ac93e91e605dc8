import { rmdir } from 'node:fs/promises';
import path from 'node:path';
import { ExternalError, UsageError } from '../../core/errors.ts';
import type { Lab } from '../../model/lab.ts';
import { withLock } from '../../platform/lock.ts';
import type { Settings } from '../../settings/settings.ts';
import type { Report, Step } from '../../core/step.ts';
import { othersIn } from '../shared/sharing.ts';
import { writeLauncher } from '../shared/launcher.ts';
import type { LabAccess, NodeMachines, Target, UpOptions } from '../target.ts';
import { AwsFolder, type AwsRecord } from './aws-folder.ts';
import { explaining } from './errors.ts';
import type { AwsCalls } from './operations.ts';
import { realParts, type AwsDependencies } from './dependencies.ts';
import { connect, placeOf, refuseElsewhere } from './account-region.ts';
import { findStack } from './stack.ts';
import { labsCommand } from '../../model/labs-command.ts';

/**
 * The environments as CloudFormation stacks, deployed with the CDK. What only bringing up and removing need loads with
 * those: a list of labs or a guide must not wait for it.
 */
export class AwsTarget implements Target {
  readonly name = 'aws';
  readonly #parts: AwsDependencies;

  constructor(parts: Partial<AwsDependencies> = {}) {
    this.#parts = { ...realParts, ...parts };
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
    if (record !== undefined) refuseMisfitOnAws(lab, record, settings);
    if (record?.labs.includes(lab.id) === true) {
      const aws = await this.#connectTo(lab, record);
      if (await isAsWanted(this.#parts, aws, lab, record, settings)) {
        await writeLauncher(folder.bin);
        return [];
      }
    }
    return deploymentSteps(this.#parts, folder, lab, settings, record).map((step, index) =>
      // The checks change nothing, so they need not wait for anybody.
      index === 0 ? step : this.#locked(step),
    );
  }

  async reset(lab: Lab): Promise<readonly Step[]> {
    await this.access(lab);
    const { restore } = await import('./lab-objects.ts');
    return [
      this.#locked({
        title: { ja: `ラボ ${lab.id} を最初の状態に戻す`, en: `Put lab ${lab.id} back to its beginning` },
        run: async (report, signal) => {
          // What was true before the lock was waited for may have changed.
          await this.access(lab);
          await restore({ parts: this.#parts, folder: this.#folder(lab), lab, report, signal });
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
    const steps = others.length === 0 ? removalSteps(this.#parts, removal) : leavingSteps(this.#parts, removal, others);
    return steps.map((step) => this.#locked(step));
  }

  async access(lab: Lab): Promise<LabAccess> {
    const folder = this.#folder(lab);
    const record = await folder.read();
    if (record === undefined || !record.labs.includes(lab.id))
      throw new ExternalError({
        ja: `ラボ ${lab.id} は AWS で起動していません。起動するには: ${labsCommand('up', lab.id, 'aws')}`,
        en: `Lab ${lab.id} is not up on AWS. Bring it up with: ${labsCommand('up', lab.id, 'aws')}`,
      });
    const aws = await this.#connectTo(lab, record);
    if (lab.environment.reachedThroughNode === true) {
      const { keepTunnelOpen } = await import('./node-access.ts');
      const { signal } = new AbortController();
      await explaining(() => keepTunnelOpen({ parts: this.#parts, aws, folder, record, signal }));
    }
    return {
      kubeconfig: folder.labKubeconfig(lab.id),
      bin: folder.bin,
      kubectlCache: folder.kubectlCache,
      settings: record.settings,
      folder: folder.labFolder(lab.id),
      ...(lab.environment.controlPlanes === undefined ? {} : { nodes: await this.#machines(lab, aws, record) }),
    };
  }

  async remembered(lab: Lab): Promise<Settings | undefined> {
    const record = await this.#folder(lab).read();
    return record?.labs.includes(lab.id) === true ? record.settings : undefined;
  }

  folderOf(lab: Lab): string {
    return this.#folder(lab).labFolder(lab.id);
  }

  /** Answers from what is remembered, without a call to AWS. */
  async isUp(lab: Lab): Promise<boolean> {
    return (await this.remembered(lab)) !== undefined;
  }

  #folder(lab: Lab): AwsFolder {
    return new AwsFolder(this.#parts.root, lab.environment.id);
  }

  /** The machines of a cluster that runs its control planes itself: its stack gives it its name. */
  async #machines(lab: Lab, aws: AwsCalls, { profile }: AwsRecord): Promise<NodeMachines> {
    const { AwsMachines } = await import('./machines.ts');
    return new AwsMachines({ aws, sessions: this.#parts.sessions, cluster: lab.environment.stack, profile });
  }

  /** A step that runs while no other command of this machine changes anything on AWS. */
  #locked(step: Step): Step {
    const { root } = this.#parts;
    return {
      title: step.title,
      run: async (report: Report, signal) => {
        const onWait = () =>
          report({
            ja: '別の labs コマンドが AWS で動いているので、終わるのを待っています',
            en: 'another labs command is at work on AWS: waiting for it',
          });
        const said = await withLock(root, onWait, signal, () => explaining(() => step.run(report, signal)));
        // Only when nothing else of ours is in there.
        await rmdir(root).catch(() => undefined);
        await rmdir(path.dirname(root)).catch(() => undefined);
        return said;
      },
    };
  }

  /** Calls to where an environment was made, and nowhere else. */
  async #connectTo(lab: Lab, record: AwsRecord): Promise<AwsCalls> {
    const aws = await connect(this.#parts.connection);
    refuseElsewhere(lab.environment.id, record, await placeOf(aws));
    return aws;
  }

  /** A stack that this machine does not remember may be somebody else's. */
  async #refuseUnknownStack(lab: Lab): Promise<void> {
    const { stack: name } = lab.environment;
    const aws = await connect(this.#parts.connection);
    const { account, region } = await placeOf(aws);
    if ((await explaining(() => findStack(aws, name))) === undefined) return;
    throw new ExternalError({
      ja:
        `アカウント ${account}、リージョン ${region} にスタック ${name} がありますが、このマシンの labs up で作ったものではありません。` +
        `ほかに使っている人がいなければ、次のコマンドで削除してください: npx cdk destroy ${name}`,
      en:
        `labs up of this machine did not make stack ${name}, but there is one in account ${account}, region ${region}. ` +
        `If nobody else uses it, remove it with: npx cdk destroy ${name}`,
    });
  }
}
