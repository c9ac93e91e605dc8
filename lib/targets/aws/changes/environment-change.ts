import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ExternalError, UsageError } from '../../../core/errors.ts';
import type { Report } from '../../../core/step.ts';
import type { Lab } from '../../../model/lab.ts';
import type { Settings } from '../../../settings/settings.ts';
import { othersIn } from '../../shared/sharing.ts';
import type { EnvironmentChange, PlannedChange } from '../../target.ts';
import type { AwsFolder, AwsRecord } from '../aws-folder.ts';
import { followCdk, synthArguments } from '../cdk.ts';
import type { AwsDependencies } from '../dependencies.ts';
import { explaining } from '../errors.ts';
import type { AwsCalls } from '../operations.ts';
import { findStack, isWhole, stackOf } from '../stack.ts';
import { describeChanges } from './description.ts';
import { differingSettings, isOpenTo } from './differing-settings.ts';
import { endsCluster } from './effects.ts';
import { refuseChanges } from './refusals.ts';
import { type CloudFormationTemplate, resourceChanges } from './resource-changes.ts';

/** What a look at a change works with. */
interface Change {
  readonly dependencies: AwsDependencies;
  readonly folder: AwsFolder;
  readonly lab: Lab;
  readonly record: AwsRecord;
  readonly settings: Settings;
  /** Calls to where the environment was made. */
  readonly connect: () => Promise<AwsCalls>;
}

/** The change of a standing environment to other settings. */
export const environmentChange = (change: Change): EnvironmentChange => ({
  title: {
    ja: `スタック ${stackOf(change.lab.environment, change.record.settings)} がどう変わるかの確認`,
    en: `Find out what would change in stack ${stackOf(change.lab.environment, change.record.settings)}`,
  },
  look: (report, signal) => explaining(() => look(change, report, signal)),
});

async function look(change: Change, report: Report, signal: AbortSignal): Promise<PlannedChange> {
  const { lab, record } = change;
  refuseChanges(lab, record.settings, change.settings);
  const aws = await change.connect();
  const settings = await withAddresses(change, signal);
  const name = stackOf(lab.environment, record.settings);
  const plan = { settings, others: othersIn(record, lab) };
  // What does not stand interrupts nobody; the checks before the deployment say what is wrong with it.
  if (!isWhole(await findStack(aws, name, signal))) return plan;
  const changes = resourceChanges(
    await deployedTemplate(aws, name, signal),
    await newTemplate(change, settings, report, signal),
  );
  const ends = changes.filter(endsCluster).map(({ type, id }) => `${type} ${id}`);
  if (ends.length > 0)
    throw new UsageError({
      ja: `この変更は、スタック ${name} のクラスターそのものを止めるか作り直すので、行いません: ${ends.join('、')}`,
      en: `This change would stop or replace the cluster of stack ${name} itself, and is refused: ${ends.join(', ')}.`,
    });
  if (changes.length === 0) return plan;
  const differing = differingSettings(record.settings, settings);
  return {
    ...plan,
    description: describeChanges(name, record.settings, settings, differing, changes),
  };
}

/** The settings, with the addresses that the endpoint stays open to if none are given and the caller's is among them. */
async function withAddresses({ dependencies, lab, record, settings }: Change, signal: AbortSignal): Promise<Settings> {
  if (settings.allowedCidrs.length > 0) return settings;
  const { allowedCidrs } = record.settings;
  if (lab.environment.reachedThroughNode === true) return { ...settings, allowedCidrs };
  const own = `${await dependencies.ownAddress(signal)}/32`;
  return { ...settings, allowedCidrs: isOpenTo(record, [own]) ? allowedCidrs : [own] };
}

async function deployedTemplate(aws: AwsCalls, stack: string, signal: AbortSignal): Promise<CloudFormationTemplate> {
  const { TemplateBody = '' } = await aws.call('cloudformation.GetTemplate', { StackName: stack }, signal);
  try {
    return JSON.parse(TemplateBody) as CloudFormationTemplate;
  } catch {
    throw new ExternalError({
      ja: `スタック ${stack} のテンプレートが JSON ではないため、CDK が作ったものではありません。何が変わるか分からないので、変更しません。`,
      en: `The template of stack ${stack} is not JSON, so the CDK did not make it. What would change can't be told, and nothing is changed.`,
    });
  }
}

async function newTemplate(
  { dependencies, folder, lab: { environment }, record }: Change,
  settings: Settings,
  report: Report,
  signal: AbortSignal,
): Promise<CloudFormationTemplate> {
  const args = synthArguments(environment.stack, settings, folder.cdkOutput);
  const { region } = record;
  await followCdk(dependencies.runCdk, `cdk synth ${environment.stack}`, { args, region, signal }, report);
  const file = path.join(folder.cdkOutput, `${environment.stack}.template.json`);
  return JSON.parse(await readFile(file, 'utf8')) as CloudFormationTemplate;
}
