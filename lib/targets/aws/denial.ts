import type { Text } from '../../core/text.ts';
import { statementFor } from './policy.ts';

/** The action that a message of AWS names as denied, such as `eks:DescribeCluster`; undefined where it names none. */
export const deniedAction = (message: string): string | undefined =>
  /not authorized to perform: ([a-z0-9-]+:\w+)/i.exec(message)?.[1];

/** Policies above those of a person, which theirs can't override (IAM User Guide, "Policy evaluation logic", read November 2026). */
const above = /explicit deny|service control policy|resource control policy|permissions boundary/i;

/**
 * What to do about a denied call.
 *
 * @param action the IAM action that is missing; undefined where nothing names it
 * @param message what AWS said
 */
export function denial(action: string | undefined, message: string): Text {
  const named = action ?? { ja: 'この操作', en: 'do this' };
  const [ja, en] = typeof named === 'string' ? [`${named} `, `call ${named}`] : [named.ja, named.en];
  const way = wayOut(action, message);
  return {
    ja: `この認証情報には、AWS で${typeof named === 'string' ? ' ' : ''}${ja}を行う権限がありません（${message}）。${way.ja}`,
    en: `Your identity may not ${en} on AWS: ${message}. ${way.en}`,
  };
}

/** What to do about a denied action. */
export function wayOut(action: string | undefined, message: string): Text {
  if (above.test(message))
    return {
      ja: '組織のポリシーかアクセス許可の境界が拒否していて、自分のポリシーでは変えられません。アカウントの管理者に頼むか、別のアカウントを使ってください。',
      en: 'A policy of your organization or a permissions boundary forbids it, and no policy of your own changes that. Ask the administrators of the account, or use another account.',
    };
  const statement = action === undefined ? undefined : statementFor(action);
  if (statement !== undefined)
    return {
      ja: `README.md の Permissions にあるポリシーのステートメント ${statement} がこれを許可します。そのポリシーを付けるか、別のプロファイルを使ってください。`,
      en: `Statement ${statement} of the policy in README.md, under Permissions, allows it: attach that policy, or use another profile.`,
    };
  if (action !== undefined)
    return {
      ja: 'README.md の Permissions にあるポリシーには含まれない操作で、npx cdk bootstrap が作ったロールが行います。管理者にブートストラップをやり直してもらうか、そのロールのポリシーを確認してもらってください。',
      en: 'It is no part of the policy in README.md: a role of npx cdk bootstrap does it. Have an administrator bootstrap again, or look at the policies of that role.',
    };
  return {
    ja: 'README.md の Permissions にあるポリシーを付けるか、別のプロファイルを使ってください。',
    en: 'Give it the policy in README.md, under Permissions, or use another profile.',
  };
}
