import { codeOf, LabsError, ExternalError } from '../../core/errors.ts';
import type { Text } from '../../core/text.ts';
import { howToTrust, isUntrusted } from '../../platform/certificates.ts';
import { credentialSentence } from './credential-errors.ts';
import { denial, deniedAction } from './denial.ts';
import { type ErrorKind, isNotFoundName, kindOf, networkCodes } from './error-kinds.ts';
import { ForeignAnswerError } from './foreign-answer.ts';
import type { OperationName } from './operations.ts';
import { actionOf } from './policy.ts';

/** What an error of the SDK is called, such as `ExpiredTokenException`; empty for anything that has no name. */
export function errorNameOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : '';
}

/** Whether AWS says that something does not exist: `InvalidVpcID.NotFound`, `ResourceNotFoundException`, … */
export const isNotFound = (error: unknown): boolean => isNotFoundName(errorNameOf(error));

/** How credentials are renewed. */
export const signIn: Text = {
  ja: 'aws sso login または aws login（プロファイルを使っている場合は --profile を付けます）でサインインし直すか、新しいアクセスキーを設定してから、もう一度実行してください。',
  en: 'Sign in again with aws sso login or aws login (with --profile if you use one), or set new keys, and run the command again.',
};

const expired: Text = {
  ja: `AWS の認証情報の有効期限が切れています。${signIn.ja}`,
  en: `Your AWS credentials have expired. ${signIn.en}`,
};

const unreachable = (message: string): Text => ({
  ja: `AWS から応答がありません（${message}）。ネットワークとプロキシの設定、リージョン名を確認してください。`,
  en: `AWS does not answer (${message}). Check the network, a proxy, and that the region's name is right.`,
});

/** Sentences for what can stop any call, by its kind; `message` is what AWS said. */
const sentences: Readonly<Record<ErrorKind, (message: string, error: unknown) => Text>> = {
  expired: () => expired,
  credentials: (message) => ({
    ja: `AWS が認証情報を受け付けません（${message}）。アクセスキーまたはプロファイルが正しいか、このマシンの時計が合っているか、アカウントでリージョンが有効になっているかを確認してください。`,
    en: `AWS does not accept your credentials (${message}). Check the keys or the profile, the clock of this machine, and that the region is enabled for your account.`,
  }),
  account: (message) => ({
    ja: `このアカウントでは、このリージョンかサービスをまだ使えません（${message}）。AWS のコンソールでアカウントの手続きを終え、リージョンを有効にしてから、もう一度実行してください。`,
    en: `Your account may not use this region or service yet: ${message}. Finish what the AWS console asks of the account, enable the region, and run the command again.`,
  }),
  denied: (message, error) => denial(deniedAction(message) ?? actionOfCall(error), message),
  throttled: () => ({
    ja: 'AWS は今、このアカウントからの呼び出しを受け付けていません（6 回続けてスロットリングされました）。1 分ほど待って、もう一度実行してください。',
    en: 'AWS takes no more calls from this account for now (throttled, six times over). Wait a minute and run the command again.',
  }),
  unavailable: (message) => ({
    ja: `AWS の側で障害が起きています（${message}）。6 回試しました。しばらく待って、もう一度実行してください。障害の情報: https://health.aws.amazon.com/health/status`,
    en: `AWS itself failed (${message}), six times over. Wait a while and run the command again; known incidents: https://health.aws.amazon.com/health/status`,
  }),
  unreachable,
  notFound: (message) => ({
    ja: `AWS に見つからないものがあります（${message}）。その間に削除されたのかもしれません。もう一度実行してください。`,
    en: `AWS does not find something (${message}). It may have been deleted in the meantime. Run the command again.`,
  }),
  invalid: (message, error) => ({
    ja: `AWS が labs の呼び出しを受け付けませんでした（${errorNameOf(error)}: ${message}）。labs の不具合か、AWS の変更です。新しい版があれば更新し、なければこの文を添えて報告してください。`,
    en: `AWS refused a call of the labs (${errorNameOf(error)}: ${message}). This is a defect of the labs, or a change at AWS. Update the labs, or report it with this sentence.`,
  }),
};

/** The action of the call that failed, where {@link Aws} has noted it. */
function actionOfCall(error: unknown): string | undefined {
  const { operation } = error as { readonly operation?: OperationName };
  return operation === undefined ? undefined : actionOf(operation);
}

/** A page where AWS's answer should be: from a network that asks to sign in first, or a proxy that refuses. */
const foreign = ({ message, answerer }: ForeignAnswerError): Text => ({
  ja:
    `AWS ではないものが応答しました（${message}${answerer === undefined ? '' : `、${answerer}`}）。` +
    '多くの場合、会社のプロキシが拒否しているか、ホテルや空港のネットワークがサインインを求めています。ブラウザーで何かのページを開いて確かめ、プロキシなら HTTPS_PROXY を設定するか、*.amazonaws.com を許可してもらってください。',
  en:
    `Something other than AWS answered (${message}${answerer === undefined ? '' : `, by ${answerer}`}). ` +
    'Most often a proxy of a company refuses, or the network of a hotel wants you to sign in first. Open any page in a browser to see; for a proxy, set HTTPS_PROXY or have *.amazonaws.com allowed.',
});

function sentenceFor(error: unknown): Text | undefined {
  const name = errorNameOf(error);
  // AWS appends an encoded text of a thousand letters to some refusals.
  const message = (error instanceof Error ? error.message : String(error))
    .replace(/\s*Encoded authorization failure message:.*$/s, '')
    .replace(/\.$/, '');
  if (error instanceof ForeignAnswerError) return foreign(error);
  const ofProfile = credentialSentence(message);
  if (ofProfile !== undefined) return ofProfile;
  if (isUntrusted(error)) {
    const trust = howToTrust('NODE_EXTRA_CA_CERTS', 'AWS_CA_BUNDLE');
    return {
      ja: `AWS に接続できません（${message}）。${trust.ja}`,
      en: `No connection to AWS (${message}). ${trust.en}`,
    };
  }
  if (name === 'CredentialsProviderError') {
    if (/expired|refresh|re-?authenticate/i.test(message)) return expired;
    return {
      ja:
        `AWS の認証情報が見つかりません（${message}）。` +
        'aws sso login または aws login でサインインし、AWS_PROFILE でプロファイルを選んでから、もう一度実行してください。',
      en:
        `No AWS credentials were found (${message}). ` +
        'Sign in with aws sso login or aws login, choose a profile with AWS_PROFILE, and run the command again.',
    };
  }
  if (networkCodes.includes(codeOf(error) ?? '')) return unreachable(message);
  const kind = kindOf(name);
  return kind === undefined ? undefined : sentences[kind](message, error);
}

/** An error as a person can use it: a sentence for what AWS refuses; anything else as it is. */
export function explained(error: unknown): unknown {
  if (error instanceof LabsError) return error;
  const sentence = sentenceFor(error);
  return sentence === undefined ? error : new ExternalError(sentence);
}

/** What an error says. Words that are not ours are the same in every language. */
export function wordsOf(error: unknown): Text {
  if (error instanceof LabsError) return error.text;
  const message = error instanceof Error ? error.message : String(error);
  return { ja: message, en: message };
}

/** Runs something that calls AWS, and makes sentences of its errors. */
export async function explaining<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw explained(error);
  }
}
