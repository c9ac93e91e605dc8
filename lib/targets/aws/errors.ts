import { codeOf, LabsError, ExternalError } from '../../core/errors.ts';
import type { Text } from '../../core/text.ts';

/** What an error of the SDK is called, such as `ExpiredTokenException`; empty for anything that has no name. */
export function errorNameOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : '';
}

/** Whether AWS says that something does not exist: `InvalidVpcID.NotFound`, `ResourceNotFoundException`, … */
export const isNotFound = (error: unknown): boolean => /NotFound(Exception)?$/.test(errorNameOf(error));

/** How credentials are renewed. */
export const signIn: Text = {
  ja: 'aws sso login または aws login（プロファイルを使っている場合は --profile を付けます）でサインインし直すか、新しいアクセスキーを設定してから、もう一度実行してください。',
  en: 'Sign in again with aws sso login or aws login (with --profile if you use one), or set new keys, and run the command again.',
};

const expired: Text = {
  ja: `AWS の認証情報の有効期限が切れています。${signIn.ja}`,
  en: `Your AWS credentials have expired. ${signIn.en}`,
};

/** Sentences for what can stop any call, by the name of the error; `{message}` is what AWS said. */
const sentences: readonly (readonly [names: RegExp, sentence: (message: string) => Text])[] = [
  [/^(ExpiredToken|ExpiredTokenException|RequestExpired|UnauthorizedException|TokenProviderError)$/, () => expired],
  [
    /^(InvalidClientTokenId|InvalidAccessKeyId|UnrecognizedClientException|AuthFailure|SignatureDoesNotMatch|InvalidSignatureException)$/,
    (message) => ({
      ja: `AWS が認証情報を受け付けません（${message}）。アクセスキーまたはプロファイルが正しいか、このマシンの時計が合っているか、アカウントでリージョンが有効になっているかを確認してください。`,
      en: `AWS does not accept your credentials (${message}). Check the keys or the profile, the clock of this machine, and that the region is enabled for your account.`,
    }),
  ],
  [
    /^(AccessDenied|AccessDeniedException|UnauthorizedOperation|AuthorizationError|AuthorizationErrorException)$/,
    (message) => ({
      ja: `この認証情報には、AWS でこの操作をする権限がありません（${message}）。README.md の Permissions にあるポリシーを付けるか、別のプロファイルを使ってください。`,
      en: `Your identity may not do this on AWS: ${message}. Give it the policy in README.md, under Permissions, or use another profile.`,
    }),
  ],
  [
    /^(Throttling|ThrottlingException|ThrottledException|RequestLimitExceeded|TooManyRequestsException)$/,
    () => ({
      ja: 'AWS は今、このアカウントからの呼び出しを受け付けていません（6 回続けてスロットリングされました）。1 分ほど待って、もう一度実行してください。',
      en: 'AWS takes no more calls from this account for now (throttled, six times over). Wait a minute and run the command again.',
    }),
  ],
  [/^TimeoutError$/, (message) => unreachable(message)],
];

const unreachable = (message: string): Text => ({
  ja: `AWS から応答がありません（${message}）。ネットワークとプロキシの設定、リージョン名を確認してください。`,
  en: `AWS does not answer (${message}). Check the network, a proxy, and that the region's name is right.`,
});

function sentenceFor(error: unknown): Text | undefined {
  const name = errorNameOf(error);
  // AWS appends an encoded text of a thousand letters to some refusals.
  const message = (error instanceof Error ? error.message : String(error))
    .replace(/\s*Encoded authorization failure message:.*$/s, '')
    .replace(/\.$/, '');
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
  if (['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT'].includes(codeOf(error) ?? ''))
    return unreachable(message);
  return sentences.find(([names]) => names.test(name))?.[1](message);
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
