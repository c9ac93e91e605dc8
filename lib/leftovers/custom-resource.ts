import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The request that CloudFormation sends to the function of a custom resource.
 *
 * @see AWS CloudFormation User Guide, "Custom resource request objects":
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html
 */
export interface CustomResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  /** A pre-signed URL for the response. */
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  /** Absent when the resource is being created. */
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: Readonly<Record<string, unknown>>;
}

/** The result of a request. */
export type Outcome =
  | { readonly succeeded: true }
  | {
      readonly succeeded: false;
      /** The reason, which the stack's events show. */
      readonly reason: string;
    };

/**
 * A response may have 4096 bytes (AWS CloudFormation User Guide, "Custom resource response objects"). The ids need the
 * rest.
 */
const longestReason = 1_500;

const attempts = 5;

/**
 * Sends the response to CloudFormation, in up to five attempts. Without a response, the stack waits until its own
 * timeout.
 *
 * @param pauseMs pause before the second attempt, doubled each time @default 500
 */
export async function answer(event: CustomResourceEvent, outcome: Outcome, pauseMs = 500): Promise<void> {
  const body = new TextEncoder().encode(
    JSON.stringify({
      Status: outcome.succeeded ? 'SUCCESS' : 'FAILED',
      ...(!outcome.succeeded && { Reason: shortened(outcome.reason) }),
      PhysicalResourceId: event.PhysicalResourceId ?? event.LogicalResourceId,
      StackId: event.StackId,
      RequestId: event.RequestId,
      LogicalResourceId: event.LogicalResourceId,
    }),
  );
  // No `retry` of lib/core: the function is bundled from this folder alone, and its pauses grow.
  for (let attempt = 1; ; attempt++) {
    try {
      // The signature of the URL covers an empty content type.
      const response = await fetch(event.ResponseURL, {
        method: 'PUT',
        body,
        headers: { 'content-type': '' },
        signal: AbortSignal.timeout(4_000),
      });
      if (response.ok) return;
      throw new Error(`CloudFormation answered ${response.status}.`);
    } catch (error) {
      if (attempt === attempts) throw error;
      await sleep(pauseMs * 2 ** (attempt - 1));
    }
  }
}

const shortened = (reason: string): string =>
  reason.length <= longestReason ? reason : `${reason.slice(0, longestReason)} … The function's log has all of it.`;
