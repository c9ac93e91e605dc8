import os from 'node:os';
import type { Text } from '../../core/text.ts';
import type { Lab } from '../../model/lab.ts';
import { labsCommand } from '../../model/labs-command.ts';
import { isOwnedBy, ownerOf, type StackOwner } from '../../model/stack-owner.ts';
import type { AwsCalls } from './operations.ts';

/** Something on AWS with tags: a stack, or a cluster. */
export interface Tagged {
  readonly tags: Readonly<Record<string, string>>;
  /** When it was made, as far as AWS tells. */
  readonly created?: Date | undefined;
}

/** The ARN of who calls AWS. */
export async function callerArn(aws: AwsCalls, signal?: AbortSignal): Promise<string> {
  return (await aws.call('sts.GetCallerIdentity', {}, signal)).Arn ?? '';
}

/** The owner of a stack that is made now, from this machine. */
export const newOwner = async (aws: AwsCalls, signal?: AbortSignal): Promise<StackOwner> => ({
  by: await callerArn(aws, signal),
  from: os.hostname(),
  at: new Date().toISOString(),
});

/** Whether something on AWS is the caller's: only then are they told how to remove it. */
export function isCallers({ tags }: Tagged, caller: string): boolean {
  const owner = ownerOf(tags);
  return owner !== undefined && isOwnedBy(owner, caller);
}

/** Who made something on AWS, from where and when, as the end of a sentence without its full stop. */
export function madeBy({ tags, created }: Tagged): Text {
  const owner = ownerOf(tags);
  const at = owner?.at ?? created?.toISOString();
  const [when, whenJa] = at === undefined ? ['', ''] : [` at ${at}`, `、${at}`];
  if (owner === undefined) {
    return {
      ja: `誰が作ったかは、タグからはわかりません${at === undefined ? '' : `（作成は ${at}）`}`,
      en: `its tags do not say who made it${when}`,
    };
  }
  return {
    ja: `作ったのは ${owner.by} です（マシン ${owner.from}${whenJa}）`,
    en: `${owner.by} made it from machine ${owner.from}${when}`,
  };
}

/** How to stay clear of what somebody else made. */
export function ownNameHint({ id }: Pick<Lab, 'id'>): Text {
  const command = labsCommand('up', id, 'aws', { flags: ['-c', 'name=NAME'] });
  return {
    ja: `ほかの人のものは削除せず、自分の名前を付けて起動してください: ${command}`,
    en: `Leave it to its owner, and bring the lab up under a name of your own: ${command}`,
  };
}
