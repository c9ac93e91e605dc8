import os from 'node:os';

/** Who made a stack, from where, and when. */
export interface StackOwner {
  /** An ARN, or the name of a user where nobody asked AWS. */
  readonly by: string;
  /** A machine's name. */
  readonly from: string;
  /** A time in ISO 8601. @default the stack's own time of creation tells */
  readonly at?: string;
}

/** The tags of a stack that hold its owner. CloudFormation gives them to all that it makes. */
const keys = {
  by: 'kubernetes-textbook-labs:made-by',
  from: 'kubernetes-textbook-labs:made-from',
  at: 'kubernetes-textbook-labs:made-at',
} as const satisfies Readonly<Record<keyof StackOwner, string>>;

/** What the value of a tag may hold, and how long it may be (AWS Tagging API Reference, "Tag", read November 2026). */
const tagValue = (text: string): string => text.replaceAll(/[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu, '-').slice(0, 256);

/** The tags of a stack that somebody makes. */
export const ownerTags = ({ by, from, at }: StackOwner): Readonly<Record<string, string>> => ({
  [keys.by]: tagValue(by),
  [keys.from]: tagValue(from),
  ...(at === undefined ? {} : { [keys.at]: tagValue(at) }),
});

/** The owner that a stack's tags name; undefined when they name none. */
export function ownerOf(tags: Readonly<Record<string, string>>): StackOwner | undefined {
  const [by, from, at] = [tags[keys.by], tags[keys.from], tags[keys.at]];
  return by === undefined || from === undefined ? undefined : { by, from, ...(at === undefined ? {} : { at }) };
}

/** Whether a stack's owner is who calls AWS now. */
export const isOwnedBy = ({ by }: StackOwner, callerArn: string): boolean => by === tagValue(callerArn);

/** Who works on this machine, as far as the machine knows. */
export const localOwner = (): StackOwner => ({ by: userName(), from: os.hostname() });

function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    // A user without an entry in the list of users, as in some containers.
    return process.env.USER ?? process.env.LOGNAME ?? 'unknown';
  }
}
