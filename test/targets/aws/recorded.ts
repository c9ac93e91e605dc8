import type { AwsCalls, OperationName, Operations } from '../../../lib/targets/aws/operations.ts';
import type { Sessions } from '../../../lib/targets/aws/dependencies.ts';
import type { AwsProfile } from '../../../lib/targets/aws/account-region.ts';

type Answer<Name extends OperationName> = (input: Operations[Name]['in']) => Operations[Name]['out'];

/** What AWS answers to each operation. A function that throws is a refusal. */
export type Answers = { readonly [Name in OperationName]?: Answer<Name> };

/** An error as the SDK throws it. */
export function awsError(name: string, message = `said AWS of ${name}`): Error {
  return Object.assign(new Error(message), { name });
}

/** AWS as it was recorded: an operation without an answer is an error of the test. */
export class RecordedAws implements AwsCalls {
  readonly region: string;
  /** The operations that were called, with their input, in order. */
  readonly calls: [OperationName, unknown][] = [];
  answers: Answers;

  constructor(answers: Answers, region = 'ap-northeast-1') {
    this.answers = answers;
    this.region = region;
  }

  async call<Name extends OperationName>(
    name: Name,
    input: Operations[Name]['in'],
    signal?: AbortSignal,
  ): Promise<Operations[Name]['out']> {
    signal?.throwIfAborted();
    this.calls.push([name, input]);
    const answer: Answer<Name> | undefined = this.answers[name];
    if (answer === undefined) throw new Error(`No answer was recorded for ${name}.`);
    return answer(input);
  }

  /** A connection that leads to this recording, whatever the region. */
  connection(region: string | undefined = this.region): AwsProfile {
    return { region: async () => region, calls: async () => this };
  }
}

export const account = '111122223333';

const refuse = () => Promise.reject(new Error('No session was expected.'));

/** An environment that has an endpoint takes no session. */
export const noSessions: Sessions = { run: refuse, openPort: refuse, openTunnel: refuse, closeTunnel: refuse };

/** Nobody presses Ctrl-C. */
export const never = new AbortController().signal;
