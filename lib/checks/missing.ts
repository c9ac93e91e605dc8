import { failed, type Verdict } from '../model/verdict.ts';
import type { Text } from '../core/text.ts';

const notThere = (what: string, namespace: string | undefined): Text =>
  namespace === undefined
    ? { ja: `ラボの名前空間に ${what} がありません。`, en: `There is no ${what} in the lab's namespace.` }
    : { ja: `名前空間 ${namespace} に ${what} がありません。`, en: `There is no ${what} in namespace ${namespace}.` };

/**
 * Verdict of an object that a learner has yet to make.
 *
 * @param what its kind and name: `Service api`
 * @param namespace where it is to be @default the lab's, without its name
 */
export const missing = (what: string, namespace?: string): Verdict => failed(notThere(what, namespace));

/** Like {@link missing}, of an object that is easily made in a wrong namespace. */
export function missingOrElsewhere(what: string, namespace: string): Verdict {
  const { ja, en } = notThere(what, namespace);
  return failed({ ja: `${ja}別の名前空間に作っていませんか。`, en: `${en} Was it made in another one?` });
}

/** Verdict of an object that came with the lab and is not in its namespace any more. */
export function lost(what: string): Verdict {
  const { ja, en } = notThere(what, undefined);
  return failed({
    ja: `${ja}消してしまったなら、ラボをリセットすると戻ります。`,
    en: `${en} If it was deleted, resetting the lab brings it back.`,
  });
}

/** Like {@link lost}, while there is a fault in the lab. */
export function lostWithFault(what: string): Verdict {
  const { ja, en } = notThere(what, undefined);
  return failed({
    ja: `${ja}消してしまったなら、labs mend で戻せます。`,
    en: `${en} If it was deleted, labs mend brings it back.`,
  });
}
