import { setTimeout as sleep } from 'node:timers/promises';
import { FailedError, InterruptedError, LabsError, SurroundingsError } from '../../errors.ts';
import type { Lab } from '../../lab.ts';
import type { Report, Step } from '../../step.ts';
import type { Text } from '../../text.ts';
import { othersIn } from '../local/sharing.ts';
import type { AwsFolder, AwsRecord } from './aws-folder.ts';
import { destroyArguments, followCdk } from './cdk.ts';
import { explained, isNotFound } from './errors.ts';
import { clusterAddress, writeKubeconfig } from './kubeconfig.ts';
import { deleteNamespace } from './lab-objects.ts';
import { keepTunnelOpen } from './node-access.ts';
import type { AwsCalls } from './operations.ts';
import type { AwsParts } from './parts.ts';
import { remainsOf, type Remaining } from './remains.ts';
import { findStack } from './stack.ts';

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
export const removalSteps = (parts: AwsParts, removal: Removal): readonly Step[] => {
  const { stack } = removal.lab.environment;
  return [
    {
      title: {
        ja: 'Kubernetes が AWS に作ったロードバランサーとボリュームの削除',
        en: 'Delete the load balancers and volumes that Kubernetes made on AWS',
      },
      run: (report, signal) => removeExternals(parts, removal, report, signal),
    },
    {
      title: { ja: `スタック ${stack} の削除`, en: `Delete stack ${stack}` },
      run: (report, signal) => removeStack(parts, removal, report, signal),
    },
    {
      title: { ja: '残っているものの確認', en: 'Look for what remains' },
      run: (report, signal) => confirmNothingRemains(parts, removal, report, signal),
    },
  ];
};

/** What it takes to remove a lab from an environment that others are in. */
export const leavingSteps = (
  parts: AwsParts,
  { lab, aws, folder, record }: Removal,
  others: readonly string[],
): readonly Step[] => [
  {
    title: {
      ja: `ラボ ${lab.id} のオブジェクトを削除（環境は ${others.join(', ')} が使用中）`,
      en: `Remove the objects of lab ${lab.id} (the environment stays for ${others.join(', ')})`,
    },
    run: async (report, signal) => {
      // The others may have left while the lock was waited for; then this is the last, and the environment goes.
      if (othersIn(await folder.read(), lab).length === 0)
        throw new SurroundingsError(
          `Lab ${lab.id} is the last in its environment now. Remove it with the environment: npx labs down ${lab.id} --on aws`,
        );
      if (lab.environment.reachedThroughNode === true) await keepTunnelOpen({ parts, aws, folder, record, signal });
      await deleteNamespace({ parts, folder, lab, report, signal });
      await folder.forgetLab(lab.id);
    },
  },
];

async function removeExternals(
  parts: AwsParts,
  { lab, aws, folder, record }: Removal,
  report: Report,
  signal: AbortSignal,
): Promise<string | Text | void> {
  const { environment } = lab;
  if (environment.reachedThroughNode === true) {
    await parts.sessions.closeTunnel(folder.path);
    return {
      ja: 'このクラスターに AWS のものを作るコントローラーはありません',
      en: 'no controller of this cluster makes any',
    };
  }
  const stack = await findStack(aws, environment.stack, signal);
  const noCluster: Text = { ja: 'クラスターはありません', en: 'there is no cluster' };
  if (stack === undefined) return noCluster;
  try {
    await writeKubeconfig(folder.adminKubeconfig, await clusterAddress(aws, stack, record.profile, signal), 'default');
    const cluster = await parts.openCluster(folder.adminKubeconfig, environment.sampleNamespace);
    report('waiting for them to end');
    const deleted = await parts.removeExternal(cluster, { signal, timeoutMs: externalTimeout });
    if (deleted.length > 0) return deleted.join(', ');
  } catch (error) {
    signal.throwIfAborted();
    if (isNotFound(error)) return noCluster;
    const reason = explained(error);
    // Without credentials nothing that follows would work either.
    if (reason !== error && reason instanceof LabsError) throw reason;
    // No reason to stop: the stack removes such things too when it is deleted, and at the end all that remains is listed.
    const why = firstLine(reason);
    return {
      ja: `クラスターからは削除できませんでした（${why}）。スタックの削除に任せ、最後に残りを確認します`,
      en: `the cluster could not do it (${why}); that is left to the deletion of the stack, and what remains is listed at the end`,
    };
  }
}

async function removeStack(
  parts: AwsParts,
  { lab, aws, folder, record }: Removal,
  report: Report,
  signal: AbortSignal,
): Promise<Text | void> {
  const { stack: name } = lab.environment;
  const again = `npx labs down ${lab.id} --on aws`;
  const stack = await findStack(aws, name, signal);
  if (stack === undefined) return { ja: 'スタックはもうありません', en: 'the stack is gone already' };
  // From here on no lab is up in it, whatever happens.
  const stackId = stack.id;
  await folder.write({ ...record, labs: [], stackId });
  try {
    if (stack.status === 'DELETE_IN_PROGRESS') {
      report('CloudFormation is deleting it already');
      await untilDeleted(aws, stackId, parts.interval, signal);
    } else if (stack.status.endsWith('_IN_PROGRESS') && !/^(CREATE|REVIEW)_/.test(stack.status)) {
      throw new SurroundingsError(
        `CloudFormation is at work on stack ${name} (${stack.status}). Wait until it has finished, and run again: ${again}`,
      );
    } else {
      const args = destroyArguments(name, record.settings, folder.cdkOutput);
      await followCdk(parts.runCdk, `cdk destroy ${name}`, { args, region: aws.region, signal }, report);
    }
  } catch (error) {
    if (signal.aborted)
      throw new InterruptedError(
        `Interrupted. If CloudFormation has begun to delete stack ${name}, it goes on by itself. See it through, and what remains, with: ${again}`,
      );
    if (await isDeleteFailed(aws, stackId))
      throw new SurroundingsError(
        `Stack ${name} could not be deleted entirely (DELETE_FAILED). ${firstLine(error).replace(/\.$/, '')}. ` +
          `Remove what stands in the way, and run again: ${again}`,
      );
    throw error;
  }
  const left = await findStack(aws, stackId, signal);
  if (left !== undefined && left.status !== 'DELETE_COMPLETE')
    throw new SurroundingsError(`Stack ${name} is ${left.status} and not deleted. Run again: ${again}`);
}

async function untilDeleted(aws: AwsCalls, stackId: string, interval: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    const stack = await findStack(aws, stackId, signal);
    if (stack?.status !== 'DELETE_IN_PROGRESS') {
      if (stack === undefined || stack.status === 'DELETE_COMPLETE') return;
      throw new SurroundingsError(`It is ${stack.status} now.`);
    }
    await sleep(interval, undefined, { signal });
  }
}

const isDeleteFailed = async (aws: AwsCalls, stackId: string): Promise<boolean> =>
  (await findStack(aws, stackId).catch(() => undefined))?.status === 'DELETE_FAILED';

async function confirmNothingRemains(
  parts: AwsParts,
  { lab, aws, folder, record }: Removal,
  report: Report,
  signal: AbortSignal,
): Promise<Text> {
  const { stack: name } = lab.environment;
  const stackId = (await folder.read())?.stackId ?? record.stackId;
  const remaining = await remainsOf(aws, {
    name,
    stackId,
    signal,
    interval: parts.interval,
    patience: 12 * parts.interval,
    onWait: (count) => report(`waiting for ${count} that are still there`),
  });
  const keys = remaining.filter(({ fate }) => fate.kind === 'waits');
  const others = remaining.filter(({ fate }) => fate.kind !== 'waits');
  if (others.length > 0) {
    throw new FailedError(
      [
        `Not everything of ${name} is gone in account ${record.account}, region ${record.region}:`,
        ...[...others, ...keys].map(line),
        `Delete what is there (it may cost money), and look again with: npx labs down ${lab.id} --on aws`,
      ].join('\n'),
    );
  }
  await folder.remove();
  const nothing: Text = {
    ja: `アカウント ${record.account}、リージョン ${record.region} に ${name} のものは残っていません`,
    en: `nothing of ${name} is left in account ${record.account}, region ${record.region}`,
  };
  if (keys.length === 0) return nothing;
  const list = keys.map(line).join('\n');
  return {
    ja: `${nothing.ja}。削除の日を待つキーだけがあります（それまで料金はかかりません）:\n${list}`,
    en: `${nothing.en}, but keys that wait for the date of their deletion, and cost nothing until then:\n${list}`,
  };
}

/** What remains, as a line. */
function line({ service, type, arn, fate }: Remaining): string {
  const state = {
    there: () => (fate.kind === 'there' ? fate.state : ''),
    waits: () => (fate.kind === 'waits' ? `deleted on ${fate.until}` : ''),
    unconfirmed: () => 'unconfirmed: it carries the tag, and no call here can tell whether it is still there',
  }[fate.kind]();
  return `  ${`${service} ${type}`.trim()}  ${arn}  (${state})`;
}

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
