import { failed, type Verdict } from '../model/verdict.ts';
import type { Text } from '../core/text.ts';

const notThere = (what: string, namespace: string | undefined): Text =>
  namespace === undefined
    ? { ja: `ラボの名前空間に ${what} がありません。`, en: `There is no ${what} in the lab's namespace.` }
    : { ja: `名前空間 ${namespace} に ${what} がありません。`, en: `There is no ${what} in namespace ${namespace}.` };

/**
 * The verdict when an object that the learner has to create does not exist.
 *
 * @param what kind and name of the object: `Service api`
 * @param namespace the namespace that the hint names @default the lab's, which the hint does not name
 */
export const missing = (what: string, namespace?: string): Verdict => failed(notThere(what, namespace));

/** Like {@link missing}, for an object that learners easily create in another namespace. */
export function missingOrElsewhere(what: string, namespace: string): Verdict {
  const { ja, en } = notThere(what, namespace);
  return failed({ ja: `${ja}別の名前空間に作っていませんか。`, en: `${en} Was it made in another one?` });
}

/** The verdict when an object of the lab has been deleted from its namespace. */
export function deleted(what: string): Verdict {
  const { ja, en } = notThere(what, undefined);
  return failed({
    ja: `${ja}消してしまったなら、ラボをリセットすると戻ります。`,
    en: `${en} If it was deleted, labs reset restores it.`,
  });
}

/** Like {@link deleted}, while a fault is in the lab. */
export function deletedDuringFault(what: string): Verdict {
  const { ja, en } = notThere(what, undefined);
  return failed({
    ja: `${ja}消してしまったなら、labs mend で戻せます。`,
    en: `${en} If it was deleted, labs mend restores it.`,
  });
}
