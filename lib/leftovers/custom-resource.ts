import { setTimeout as sleep } from 'node:timers/promises';

/** What CloudFormation sends to the function of a custom resource. */
export interface CustomResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  /** A pre-signed URL that takes the answer. */
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  /** Missing when the resource is created. */
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: Readonly<Record<string, unknown>>;
}

/** How a request ended. */
export type Outcome =
  | { readonly succeeded: true }
  | {
      readonly succeeded: false;
      /** Shown in the stack's events. */
      readonly reason: string;
    };

/** An answer may have 4096 bytes (AWS CloudFormation User Guide, "Custom resource response objects"); the rest is ids. */
const longestReason = 1_500;

const attempts = 5;

/**
 * Answers CloudFormation, which otherwise waits until its own time is up. Tried five times.
 *
 * @param pauseMs before the second attempt; doubled each time. @default 500
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
  for (let attempt = 1; ; attempt++) {
    try {
      // The URL is signed for an empty content type.
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
