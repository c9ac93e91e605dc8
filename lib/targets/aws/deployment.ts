import { InterruptedError, ExternalError, UsageError } from '../../core/errors.ts';
import type { Lab } from '../../model/lab.ts';
import type { Settings } from '../../settings/settings.ts';
import type { Report, Step } from '../../core/step.ts';
import type { Text } from '../../core/text.ts';
import { refuseMisfit } from '../shared/sharing.ts';
import { withLab } from '../shared/environment-folder.ts';
import type { AwsFolder, AwsRecord } from './aws-folder.ts';
import { deployArguments, followCdk } from './cdk.ts';
import { explaining, wordsOf } from './errors.ts';
import { clusterAddress } from './kubeconfig.ts';
import { install, writeAccess } from './lab-objects.ts';
import { nodeAddress } from './node-access.ts';
import type { AwsCalls } from './operations.ts';
import type { AwsDependencies } from './dependencies.ts';
import { isOpenTo, settingsInCommon } from './changes/differing-settings.ts';
import { refuseChanges } from './changes/refusals.ts';
import { createLinkedRole } from './preflight/linked-role.ts';
import { announcement, preflight, type Deployment } from './preflight/preflight.ts';
import { findStack, isWhole, stackOf } from './stack.ts';
import { newOwner } from './whose-stack.ts';
import { ownerOf, ownerTags } from '../../model/stack-owner.ts';
import { labsCommand } from '../../model/labs-command.ts';

/**
 * Refuses a lab that can't share the environment that runs. What never was finished may start over with other settings.
 *
 * @param change whether the environment gets these settings
 * @throws UsageError
 */
export function refuseMisfitOnAws(lab: Lab, record: AwsRecord, settings: Settings, change: boolean): void {
  if (record.settings.name !== settings.name) {
    const stack = stackOf(lab.environment, record.settings);
    const goOn = labsCommand('up', lab.id, 'aws', { flags: ['-c', `name=${record.settings.name}`] });
    const remove = labsCommand('down', lab.id, 'aws');
    throw new UsageError({
      ja: `このマシンには、この環境のスタック ${stack} があります。続けるには: ${goOn}　別の名前を使うなら、先に削除してください: ${remove}`,
      en: `This machine has stack ${stack} of this environment. Go on with: ${goOn} — or, for another name, remove it first: ${remove}`,
    });
  }
  if (record.labs.length === 0) return;
  refuseMisfit(lab, change ? { ...record, settings } : record, settings, {
    relevant: settingsInCommon,
    target: 'aws',
    mayChange: true,
  });
}

/** Whether an environment needs no deployment: its stack stands, and is open to who asks. */
export async function isAsWanted(
  dependencies: AwsDependencies,
  aws: AwsCalls,
  { environment }: Lab,
  record: AwsRecord,
  { allowedCidrs }: Settings,
): Promise<boolean> {
  if (!isWhole(await explaining(() => findStack(aws, stackOf(environment, record.settings))))) return false;
  if (environment.reachedThroughNode === true) return true;
  if (allowedCidrs.length > 0) return isOpenTo(record, allowedCidrs);
  const address = await dependencies.ownAddress(new AbortController().signal).catch(() => undefined);
  return address === undefined || isOpenTo(record, [`${address}/32`]);
}

/** What it takes to bring a lab up: the checks, the stack, the lab's objects. */
export function deploymentSteps(
  dependencies: AwsDependencies,
  folder: AwsFolder,
  lab: Lab,
  settings: Settings,
  { record, change }: { readonly record: AwsRecord | undefined; readonly change: boolean },
): readonly [Step, Step, Step] {
  const { environment } = lab;
  let deployment: Deployment | undefined;
  const checked = (): Deployment => {
    if (deployment === undefined) throw new Error('The checks come before the deployment.');
    return deployment;
  };
  return [
    {
      title: { ja: 'アカウント、リージョン、手元のプログラムの確認', en: 'Check account, region and programs' },
      run: async (_, signal) => {
        const stands = record !== undefined && record.labs.length > 0;
        deployment = await preflight(dependencies, { lab, settings, remembered: record, stands }, signal);
        return announcement(lab, deployment);
      },
    },
    {
      title: {
        ja: `スタック ${stackOf(environment, settings)} のデプロイ: ${environment.title.ja}`,
        en: `Deploy stack ${stackOf(environment, settings)}: ${environment.title.en}`,
      },
      run: (report, signal) => deploy(dependencies, folder, lab, { ...checked(), change }, report, signal),
    },
    {
      title: { ja: `ラボ ${lab.id} のオブジェクトの作成`, en: `Make the objects of lab ${lab.id}` },
      run: (report, signal) => enter(dependencies, folder, lab, checked(), report, signal),
    },
  ];
}

/** Deploys the stack, unless it stands as it is wanted. */
async function deploy(
  dependencies: AwsDependencies,
  folder: AwsFolder,
  lab: Lab,
  { aws, accountRegion, settings, change }: Deployment & { readonly change: boolean },
  report: Report,
  signal: AbortSignal,
): Promise<Text | void> {
  const name = stackOf(lab.environment, settings);
  // What was true before the lock was waited for may have changed.
  const before = await folder.read();
  const there = await findStack(aws, name, signal);
  const labs = before?.labs ?? [];
  if (before !== undefined && labs.length > 0) {
    refuseMisfitOnAws(lab, before, settings, change);
    if (!change && isWhole(there) && isOpenTo(before, settings.allowedCidrs))
      return { ja: 'そのまま使います', en: 'it stands, and is used as it is' };
  }
  const profile = dependencies.profile();
  const owner = ownerOf(there?.tags ?? {}) ?? (await newOwner(aws, signal));
  // What the stack was made with, until a deployment with other settings has succeeded: a failed one is rolled back.
  const made = before !== undefined && isWhole(there) ? before.settings : undefined;
  if (made !== undefined) refuseChanges(lab, made, settings);
  const record: AwsRecord = {
    ...before,
    ...accountRegion,
    ...(profile === undefined ? {} : { profile }),
    settings: made ?? settings,
    labs,
  };
  // Before anything is made, so that `down` finds whatever comes of it.
  await folder.write(record);
  try {
    const args = deployArguments(lab.environment.stack, settings, folder.cdkOutput, ownerTags(owner));
    await followCdk(dependencies.runCdk, `cdk deploy ${name}`, { args, region: accountRegion.region, signal }, report);
  } catch (error) {
    throw await afterFailure(folder, lab, aws, record, signal, error);
  }
  const stack = await findStack(aws, name, signal);
  if (stack === undefined)
    throw new ExternalError({
      ja: `cdk deploy ${name} は成功しましたが、スタックが見つかりません。`,
      en: `cdk deploy ${name} ended well, but there is no such stack.`,
    });
  await folder.write({ ...record, settings, stackId: stack.id });
}

/**
 * In an account that has never used ECS, the first service fails: ECS only then creates the role that it needs.
 */
function withLinkedRole({ ja, en }: Text): Text {
  if (!/service[- ]linked role/i.test(en)) return { ja, en };
  return {
    ja: `${ja}\nこのアカウントでは ECS を初めて使うため、サービスにリンクされたロールがまだありませんでした。スタックを削除してからもう一度起動すれば成功します。ロールがまだなければ、作るには: ${createLinkedRole}`,
    en: `${en}\nThis account had never used ECS, so its service-linked role was not there yet. Remove the stack and bring the lab up again. If the role is still missing, make it with: ${createLinkedRole}`,
  };
}

/** What to say, and to remember, when a deployment did not come to its end. */
async function afterFailure(
  folder: AwsFolder,
  lab: Lab,
  aws: AwsCalls,
  record: AwsRecord,
  signal: AbortSignal,
  error: unknown,
): Promise<unknown> {
  const name = stackOf(lab.environment, record.settings);
  const onwards = labsCommand('up', lab.id, 'aws');
  const away = labsCommand('down', lab.id, 'aws');
  let stack;
  try {
    // Also after an abort, so not with the signal that says it.
    stack = await findStack(aws, name);
  } catch {
    // Credentials that have expired, say: what was remembered stays, so that `down` finds it.
    if (!signal.aborted) return error;
    return new InterruptedError({
      ja: `中断しました。CloudFormation がスタック ${name} の処理を続けているかどうかは、確認できませんでした。削除するには: ${away}`,
      en: `Interrupted. Whether CloudFormation goes on with stack ${name} could not be found out. Remove it with: ${away}`,
    });
  }
  if (stack === undefined) {
    await folder.remove();
    return error;
  }
  await folder.write({ ...record, stackId: stack.id });
  if (signal.aborted && stack.status === 'REVIEW_IN_PROGRESS') {
    return new InterruptedError({
      ja: `何も作らないうちに中断しました。スタック ${name} は空です（${stack.status}）。続けるには: ${onwards}　削除するには: ${away}`,
      en: `Interrupted before anything was made: stack ${name} is empty (${stack.status}). Go on with: ${onwards} — or remove it with: ${away}`,
    });
  }
  if (signal.aborted) {
    return new InterruptedError({
      ja:
        `中断しましたが、アカウント ${record.account}、リージョン ${record.region} のスタック ${name}（${stack.status}）は、CloudFormation が処理を続けていて、料金がかかります。` +
        `処理が終わってから続けるには: ${onwards}　削除するには: ${away}`,
      en:
        `Interrupted, but CloudFormation goes on with stack ${name} (${stack.status}) in account ${record.account}, region ${record.region}, and it is billed. ` +
        `When it has finished, go on with: ${onwards} — or remove it with: ${away}`,
    });
  }
  const reason = withLinkedRole(wordsOf(error));
  return new ExternalError({
    ja: `${reason.ja}\nスタック ${name} は ${stack.status} で、料金がかかる場合があります。削除するには: ${away}`,
    en: `${reason.en}\nStack ${name} is ${stack.status} and may be billed. Remove it with: ${away}`,
  });
}

/** Makes the lab's objects, and what this machine needs to reach them, and remembers the lab. */
async function enter(
  dependencies: AwsDependencies,
  folder: AwsFolder,
  lab: Lab,
  { aws, kubectl, settings }: Deployment,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const name = stackOf(lab.environment, settings);
  const record = await folder.read();
  const stack = await findStack(aws, name, signal);
  if (record === undefined || stack === undefined) {
    throw new ExternalError({
      ja: `その間に、スタック ${name} が削除されました。もう一度実行してください: ${labsCommand('up', lab.id, 'aws')}`,
      en: `Stack ${name} was removed in the meantime. Run again: ${labsCommand('up', lab.id, 'aws')}`,
    });
  }
  const address =
    lab.environment.reachedThroughNode === true
      ? await nodeAddress({ dependencies, aws, folder, record, signal }, stack)
      : await clusterAddress(aws, stack, record.profile, signal);
  await writeAccess(folder, lab, address, kubectl);
  // What a learner has changed in a lab stays when its stack is opened to another address.
  if (record.labs.includes(lab.id)) return;
  try {
    await install({ dependencies, folder, lab, report, signal });
  } catch (error) {
    if (!signal.aborted) throw lab.environment.reachedThroughNode === true ? error : withWayIn(error, record);
    throw new InterruptedError({
      ja:
        `中断しました。スタック ${name} はアカウント ${record.account}、リージョン ${record.region} に残っていて、料金がかかります。` +
        `続けるには: ${labsCommand('up', lab.id, 'aws')}　削除するには: ${labsCommand('down', lab.id, 'aws')}`,
      en:
        `Interrupted. Stack ${name} stands in account ${record.account}, region ${record.region}, and it is billed. ` +
        `Go on with: ${labsCommand('up', lab.id, 'aws')} — or remove it with: ${labsCommand('down', lab.id, 'aws')}`,
    });
  }
  await folder.write(withLab(record, lab));
}

/** An endpoint that does not answer is most often one that is closed to the caller. */
function withWayIn(error: unknown, { settings }: AwsRecord): unknown {
  if (!(error instanceof ExternalError) || !/Unable to connect|i\/o timeout|dial tcp/.test(error.message)) return error;
  const { ja, en } = error.text;
  return new ExternalError({
    ja: `${ja}\nAPI エンドポイントに接続できるのは ${settings.allowedCidrs.join('、')} だけです。自分のアドレスがこれと違う場合は、-c allowedCidrs=ADDRESS/32 で指定してください。`,
    en: `${en}\nThe API endpoint is open to ${settings.allowedCidrs.join(', ')} only. If your address is another, give it with -c allowedCidrs=ADDRESS/32.`,
  });
}
