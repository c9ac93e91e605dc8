import { FailedError, InterruptedError, LabsError, ExternalError } from '../../core/errors.ts';
import type { Environment } from '../../model/environment.ts';
import type { Lab } from '../../model/lab.ts';
import type { Report, Step } from '../../core/step.ts';
import type { Language, Text } from '../../core/text.ts';
import { waitFor } from '../../core/wait-for.ts';
import { titleOfLeaving } from '../shared/sentences.ts';
import { othersIn } from '../shared/sharing.ts';
import type { AwsFolder, AwsRecord } from './aws-folder.ts';
import { destroyArguments, followCdk } from './cdk.ts';
import { listed } from './resource-status.ts';
import { explained, isNotFound, wordsOf } from './errors.ts';
import { clusterAddress, writeKubeconfig } from './kubeconfig.ts';
import { labObjects } from './lab-objects.ts';
import { keepTunnelOpen } from './node-access.ts';
import type { AwsCalls } from './operations.ts';
import type { AwsDependencies } from './dependencies.ts';
import { findOrphans, type Remaining } from './orphans.ts';
import { findStack, stackOf } from './stack.ts';
import { conditionOf } from './stack-status.ts';
import { labsCommand } from '../../model/labs-command.ts';

/** How long the load balancers and volumes of a cluster may take to end, in milliseconds. */
const externalTimeout = 600_000;

/** An environment that is to be removed. */
export interface Removal {
  readonly lab: Lab;
  readonly aws: AwsCalls;
  readonly folder: AwsFolder;
  readonly record: AwsRecord;
}

/**
 * What it takes to remove an environment: what Kubernetes made on AWS, then the stack, then a look at what remains.
 * Each step does nothing where there is nothing, so that it goes on from wherever it stopped before.
 */
export const removalSteps = (dependencies: AwsDependencies, removal: Removal): readonly Step[] => {
  const stack = stackOf(removal.lab.environment, removal.record.settings);
  return [
    {
      title: {
        ja: 'Kubernetes が AWS に作ったロードバランサーとボリュームの削除',
        en: 'Delete the load balancers and volumes that Kubernetes made on AWS',
      },
      run: (report, signal) => removeExternals(dependencies, removal, report, signal),
    },
    {
      title: titleOfDeletion(removal.lab.environment, stack),
      run: (report, signal) => removeStack(dependencies, removal, report, signal),
    },
    {
      title: { ja: '残っているものの確認', en: 'Look for what remains' },
      run: (report, signal) => confirmNoOrphans(dependencies, removal, report, signal),
    },
  ];
};

/**
 * CloudFormation deletes the functions that apply charts, which are in the VPC of EKS, only once Lambda has given back
 * their network interfaces (reports from real accounts, read November 2026).
 */
const titleOfDeletion = ({ reachedThroughNode }: Environment, stack: string): Text =>
  reachedThroughNode === true
    ? { ja: `スタック ${stack} の削除`, en: `Delete stack ${stack}` }
    : {
        ja: `スタック ${stack} の削除（25 分から 40 分。そのほとんどは、Lambda 関数のネットワークインターフェイスがなくなるのを待つ時間）`,
        en: `Delete stack ${stack} (25 to 40 minutes, most of it until the network interfaces of its Lambda functions are gone)`,
      };

/** What it takes to remove a lab from an environment that others are in. */
export const leavingSteps = (
  dependencies: AwsDependencies,
  { lab, aws, folder, record }: Removal,
  others: readonly string[],
): readonly Step[] => [
  {
    title: titleOfLeaving(lab, others),
    run: async (report, signal) => {
      // The others may have left while the lock was waited for; then this is the last, and the environment goes.
      if (othersIn(await folder.read(), lab).length === 0)
        throw new ExternalError({
          ja: `この環境に残っているラボは、もう ${lab.id} だけです。環境ごと削除してください: ${labsCommand('down', lab.id, 'aws')}`,
          en: `Lab ${lab.id} is the last in its environment now. Remove it with the environment: ${labsCommand('down', lab.id, 'aws')}`,
        });
      if (lab.environment.reachedThroughNode === true)
        await keepTunnelOpen({ dependencies, aws, folder, record, signal });
      await labObjects({ dependencies, folder, lab, report, signal }).delete(lab, signal);
      await folder.forgetLab(lab.id);
    },
  },
];

async function removeExternals(
  dependencies: AwsDependencies,
  { lab, aws, folder, record }: Removal,
  report: Report,
  signal: AbortSignal,
): Promise<Text | void> {
  const { environment } = lab;
  if (environment.reachedThroughNode === true) {
    await dependencies.sessions.closeTunnel(folder.path);
    return {
      ja: 'このクラスターに AWS のものを作るコントローラーはありません',
      en: 'no controller of this cluster makes any',
    };
  }
  const stack = await findStack(aws, stackOf(environment, record.settings), signal);
  const noCluster: Text = { ja: 'クラスターはありません', en: 'there is no cluster' };
  if (stack === undefined) return noCluster;
  try {
    await writeKubeconfig(folder.adminKubeconfig, await clusterAddress(aws, stack, record.profile, signal), 'default');
    const cluster = await dependencies.openCluster(folder.adminKubeconfig, environment.sampleNamespace);
    report({ ja: 'なくなるのを待っています', en: 'waiting for them to end' });
    const deleted = await dependencies.removeExternal(cluster, { signal, timeoutMs: externalTimeout });
    if (deleted.length > 0) return { ja: deleted.join('、'), en: deleted.join(', ') };
  } catch (error) {
    signal.throwIfAborted();
    if (isNotFound(error)) return noCluster;
    const reason = explained(error);
    // Without credentials nothing that follows would work either.
    if (reason !== error && reason instanceof LabsError) throw reason;
    // No reason to stop: the stack removes such things too when it is deleted, and at the end all that remains is listed.
    const why = firstLine(reason);
    return {
      ja: `クラスターからは削除できませんでした（${why.ja}）。スタックの削除に任せ、最後に残りを確認します`,
      en: `the cluster could not do it (${why.en}); that is left to the deletion of the stack, and what remains is listed at the end`,
    };
  }
}

async function removeStack(
  dependencies: AwsDependencies,
  { lab, aws, folder, record }: Removal,
  report: Report,
  signal: AbortSignal,
): Promise<Text | void> {
  const name = stackOf(lab.environment, record.settings);
  const again = labsCommand('down', lab.id, 'aws');
  const stack = await findStack(aws, name, signal);
  const condition = conditionOf(stack?.status ?? 'DELETE_COMPLETE');
  if (stack === undefined || condition.kind === 'gone')
    return { ja: 'スタックはもうありません', en: 'the stack is gone already' };
  // From here on no lab is up in it, whatever happens.
  const stackId = stack.id;
  await folder.write({ ...record, labs: [], stackId });
  try {
    if (stack.status === 'DELETE_IN_PROGRESS') {
      report({ ja: 'CloudFormation がすでに削除しています', en: 'CloudFormation is deleting it already' });
      await untilDeleted(aws, stackId, dependencies.interval, signal);
    } else if (condition.kind === 'busy' && !condition.deletable) {
      throw new ExternalError({
        ja: `CloudFormation がスタック ${name} を処理しています（${stack.status}）。終わるのを待って、もう一度実行してください: ${again}`,
        en: `CloudFormation is at work on stack ${name} (${stack.status}). Wait until it has finished, and run again: ${again}`,
      });
    } else {
      const args = destroyArguments(lab.environment.stack, record.settings, folder.cdkOutput);
      const destroy = () =>
        followCdk(dependencies.runCdk, `cdk destroy ${name}`, { args, region: aws.region, signal }, report);
      await destroy().catch(async (error: unknown) => {
        // AWS lets go of some network interfaces only after CloudFormation has given up; the second deletion then works.
        if (signal.aborted || !(await isDeleteFailed(aws, stackId))) throw error;
        report({
          ja: '一部を削除できなかったので、もう一度削除しています',
          en: 'not all of it went; deleting it again',
        });
        await destroy();
      });
    }
  } catch (error) {
    if (signal.aborted)
      throw new InterruptedError({
        ja: `中断しました。CloudFormation がスタック ${name} の削除を始めていれば、削除はそのまま続きます。最後まで見届け、残ったものを確認するには: ${again}`,
        en: `Interrupted. If CloudFormation has begun to delete stack ${name}, it goes on by itself. See it through, and what remains, with: ${again}`,
      });
    if (await isDeleteFailed(aws, stackId)) {
      const { ja, en } = firstLine(error);
      throw new ExternalError({
        ja:
          `スタック ${name} には、削除できなかったものがあります（DELETE_FAILED）。${ja.replace(/[.。]$/, '')}。` +
          `削除を妨げているものを取り除いて、もう一度実行してください: ${again}`,
        en:
          `Stack ${name} could not be deleted entirely (DELETE_FAILED). ${en.replace(/\.$/, '')}. ` +
          `Remove what stands in the way, and run again: ${again}`,
      });
    }
    throw error;
  }
  const left = await findStack(aws, stackId, signal);
  if (left !== undefined && left.status !== 'DELETE_COMPLETE')
    throw new ExternalError({
      ja: `スタック ${name} は ${left.status} で、まだ削除されていません。もう一度実行してください: ${again}`,
      en: `Stack ${name} is ${left.status} and not deleted. Run again: ${again}`,
    });
}

async function untilDeleted(aws: AwsCalls, stackId: string, interval: number, signal: AbortSignal): Promise<void> {
  const outcome = async () => {
    const status = (await findStack(aws, stackId, signal))?.status ?? 'DELETE_COMPLETE';
    return status !== 'DELETE_IN_PROGRESS' && status;
  };
  // CloudFormation ends each deletion by itself, some after hours.
  const status = await waitFor(outcome, { timeoutMs: Infinity, pauseMs: interval, signal });
  if (status === 'DELETE_COMPLETE') return;
  throw new ExternalError({ ja: `今の状態は ${status} です。`, en: `It is ${status} now.` });
}

const isDeleteFailed = async (aws: AwsCalls, stackId: string): Promise<boolean> =>
  (await findStack(aws, stackId).catch(() => undefined))?.status === 'DELETE_FAILED';

async function confirmNoOrphans(
  dependencies: AwsDependencies,
  { lab, aws, folder, record }: Removal,
  report: Report,
  signal: AbortSignal,
): Promise<Text> {
  const name = stackOf(lab.environment, record.settings);
  const stackId = (await folder.read())?.stackId ?? record.stackId;
  const remaining = await findOrphans(aws, {
    name,
    stackId,
    signal,
    interval: dependencies.interval,
    patience: 12 * dependencies.interval,
    onWait: (count) =>
      report({
        ja: `まだ残っている ${count} 個がなくなるのを待っています`,
        en: `waiting for ${count} that are still there`,
      }),
  });
  const keys = remaining.filter(({ status }) => status.kind === 'waits');
  const others = remaining.filter(({ status }) => status.kind !== 'waits');
  if (others.length > 0) {
    const again = labsCommand('down', lab.id, 'aws');
    const list = linesOf([...others, ...keys]);
    throw new FailedError({
      ja: [
        `アカウント ${record.account}、リージョン ${record.region} に、${name} のものが残っています:`,
        list.ja,
        `残っているものを削除してから（料金がかかる場合があります）、もう一度確認してください: ${again}`,
      ].join('\n'),
      en: [
        `Not everything of ${name} is gone in account ${record.account}, region ${record.region}:`,
        list.en,
        `Delete what is there (it may cost money), and look again with: ${again}`,
      ].join('\n'),
    });
  }
  await folder.remove();
  const nothing: Text = {
    ja: `アカウント ${record.account}、リージョン ${record.region} に ${name} のものは残っていません`,
    en: `nothing of ${name} is left in account ${record.account}, region ${record.region}`,
  };
  if (keys.length === 0) return nothing;
  const list = linesOf(keys);
  return {
    ja: `${nothing.ja}。削除の日を待つキーだけがあります（それまで料金はかかりません）:\n${list.ja}`,
    en: `${nothing.en}, but keys that wait for the date of their deletion, and cost nothing until then:\n${list.en}`,
  };
}

/** What remains, a line for each. */
function linesOf(remaining: readonly Remaining[]): Text {
  const inLanguage = (language: Language) =>
    remaining
      .map(({ service, type, arn, status }) => `  ${`${service} ${type}`.trim()}  ${arn}  ${stateOf(status)[language]}`)
      .join('\n');
  return { ja: inLanguage('ja'), en: inLanguage('en') };
}

function stateOf(status: Remaining['status']): Text {
  switch (status.kind) {
    case 'there':
      return { ja: `（${status.state === listed ? '残っています' : status.state}）`, en: `(${status.state})` };
    case 'waits':
      return {
        ja: status.until === undefined ? '（削除待ち、日付は不明）' : `（${status.until} に削除されます）`,
        en: `(deleted on ${status.until ?? 'a date that AWS does not tell'})`,
      };
    case 'unconfirmed':
      return {
        ja: '（未確認: タグは付いていますが、まだあるかどうかを labs の呼び出しでは確かめられません）',
        en: '(unconfirmed: it carries the tag, and no call here can tell whether it is still there)',
      };
  }
}

function firstLine(error: unknown): Text {
  const { ja, en } = wordsOf(error);
  return { ja: ja.split('\n')[0]!, en: en.split('\n')[0]! };
}
