import { codeOf, LabsError, SurroundingsError } from '../../errors.ts';

/** What an error of the SDK is called, such as `ExpiredTokenException`; empty for anything that has no name. */
export function errorNameOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : '';
}

/** Whether AWS says that something does not exist: `InvalidVpcID.NotFound`, `ResourceNotFoundException`, … */
export const isNotFound = (error: unknown): boolean => /NotFound(Exception)?$/.test(errorNameOf(error));

/** How credentials are renewed. */
export const signIn =
  'Sign in again with aws sso login or aws login (with --profile if you use one), or set new keys, and run the command again.';

/** Sentences for what can stop any call, by the name of the error; `{message}` is what AWS said. */
const sentences: readonly (readonly [names: RegExp, sentence: (message: string) => string])[] = [
  [
    /^(ExpiredToken|ExpiredTokenException|RequestExpired|UnauthorizedException|TokenProviderError)$/,
    () => `Your AWS credentials have expired. ${signIn}`,
  ],
  [
    /^(InvalidClientTokenId|InvalidAccessKeyId|UnrecognizedClientException|AuthFailure|SignatureDoesNotMatch|InvalidSignatureException)$/,
    (message) =>
      `AWS does not accept your credentials (${message}). Check the keys or the profile, the clock of this machine, and that the region is enabled for your account.`,
  ],
  [
    /^(AccessDenied|AccessDeniedException|UnauthorizedOperation|AuthorizationError|AuthorizationErrorException)$/,
    (message) =>
      `Your identity may not do this on AWS: ${message}. Give it the policy in README.md, under Permissions, or use another profile.`,
  ],
  [
    /^(Throttling|ThrottlingException|ThrottledException|RequestLimitExceeded|TooManyRequestsException)$/,
    () =>
      'AWS takes no more calls from this account for now (throttled, six times over). Wait a minute and run the command again.',
  ],
  [/^TimeoutError$/, (message) => unreachable(message)],
];

const unreachable = (message: string): string =>
  `AWS does not answer (${message}). Check the network, a proxy, and that the region's name is right.`;

function sentenceFor(error: unknown): string | undefined {
  const name = errorNameOf(error);
  // AWS appends an encoded text of a thousand letters to some refusals.
  const message = (error instanceof Error ? error.message : String(error))
    .replace(/\s*Encoded authorization failure message:.*$/s, '')
    .replace(/\.$/, '');
  if (name === 'CredentialsProviderError') {
    if (/expired|refresh|re-?authenticate/i.test(message)) return `Your AWS credentials have expired. ${signIn}`;
    return (
      `No AWS credentials were found (${message}). ` +
      'Sign in with aws sso login or aws login, choose a profile with AWS_PROFILE, and run the command again.'
    );
  }
  if (['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT'].includes(codeOf(error) ?? ''))
    return unreachable(message);
  return sentences.find(([names]) => names.test(name))?.[1](message);
}

/** An error as a person can use it: a sentence for what AWS refuses; anything else as it is. */
export function explained(error: unknown): unknown {
  if (error instanceof LabsError) return error;
  const sentence = sentenceFor(error);
  return sentence === undefined ? error : new SurroundingsError(sentence);
}

/** Runs something that calls AWS, and makes sentences of its errors. */
export async function explaining<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw explained(error);
  }
}
