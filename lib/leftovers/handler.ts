import { setTimeout as sleep } from 'node:timers/promises';
import { type AwsClients, awsClients } from './clients.ts';
import { answer, type CustomResourceEvent, type Outcome } from './custom-resource.ts';
import { complaintOf, summaryOf } from './report.ts';
import { isComplete, removeLeftovers } from './remove.ts';

/** Reserved at the end of the function's time for the last call and the response to CloudFormation. */
const reserveMs = 60_000;
const answerReserveMs = 30_000;

/** The part of Lambda's context object that the handler uses. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

/** Dependencies of {@link handle}, which tests replace. */
export interface HandlerOptions {
  readonly clients?: AwsClients;
  readonly pollMs?: number;
}

/**
 * The Lambda handler. It removes the leftovers of a cluster when the stack is deleted, and does nothing before that.
 */
export const handler = (event: CustomResourceEvent, context: LambdaContext): Promise<void> => handle(event, context);

/**
 * Implements {@link handler}. It responds to CloudFormation in every case, at the latest shortly before the function's
 * timeout.
 */
export async function handle(
  event: CustomResourceEvent,
  context: LambdaContext,
  options: HandlerOptions = {},
): Promise<void> {
  const outcome =
    event.RequestType === 'Delete'
      ? await inTime(clean(event, context, options), context)
      : { succeeded: true as const };
  if (!outcome.succeeded) console.error(outcome.reason);
  await answer(event, outcome);
}

async function clean(
  { ResourceProperties: { ClusterName, VpcId }, StackId }: CustomResourceEvent,
  context: LambdaContext,
  { clients = awsClients(), pollMs }: HandlerOptions,
): Promise<Outcome> {
  if (typeof ClusterName !== 'string' || typeof VpcId !== 'string') {
    return { succeeded: false, reason: 'The custom resource needs the properties ClusterName and VpcId, as strings.' };
  }
  const removal = await removeLeftovers({
    clients,
    clusterName: ClusterName,
    vpcId: VpcId,
    timeoutMs: Math.max(0, context.getRemainingTimeInMillis() - reserveMs),
    ...(pollMs !== undefined && { pollMs }),
    log: (sentence) => console.log(sentence),
  });
  if (!removal.clusterIsAlive && !isComplete(removal)) {
    return { succeeded: false, reason: complaintOf(removal, stackNameOf(StackId)) };
  }
  console.log(summaryOf(removal, ClusterName));
  return { succeeded: true };
}

/** `arn:aws:cloudformation:…:stack/NAME/…` */
const stackNameOf = (stackId: string): string => stackId.split('/')[1] ?? stackId;

/** The result of the work: a failure when it throws, or has not ended when it is time to respond. */
async function inTime(work: Promise<Outcome>, context: LambdaContext): Promise<Outcome> {
  const timer = new AbortController();
  const late = sleep(Math.max(0, context.getRemainingTimeInMillis() - answerReserveMs), undefined, {
    signal: timer.signal,
  }).then(
    () => ({ succeeded: false as const, reason: 'The time was up before AWS had answered. Delete the stack again.' }),
    // The work is aborted below, when nothing handles this timer's rejection any more.
    () => ({ succeeded: false as const, reason: '' }),
  );
  const failed = (error: unknown): Outcome => ({
    succeeded: false,
    reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
  });
  try {
    return await Promise.race([work.catch(failed), late]);
  } finally {
    timer.abort();
  }
}
