/** What a failed call means for what it was to remove. */
export type Meaning =
  /** It is not there any more. */
  | 'gone'
  /** It may work later: something else holds it, or AWS was busy. */
  | 'later'
  /** It will fail again however often it is tried. */
  | 'never';

/** A failed call in a few words. */
export interface Failure {
  readonly meaning: Meaning;
  /** For example `DependencyViolation: resource sg-1 has a dependent object`. */
  readonly reason: string;
}

/** Missing permission, credentials that are no longer valid, a deletion protection that somebody turned on. */
const hopeless =
  /^(UnauthorizedOperation|AccessDenied|AuthFailure|OptInRequired|InvalidClientTokenId|UnrecognizedClient|ExpiredToken|RequestExpired|OperationNotPermitted|CredentialsProviderError)/;

/** Reads the error that a call of the AWS SDK has thrown. */
export function failureOf(error: unknown): Failure {
  const code = codeOf(error);
  if (code === 'AbortError') return { meaning: 'later', reason: 'AWS had not answered when the time was up' };
  const message = error instanceof Error ? error.message : String(error);
  return {
    meaning: /NotFound$/.test(code) ? 'gone' : hopeless.test(code) || !isOfCall(error) ? 'never' : 'later',
    reason: code === '' ? message : `${code}: ${message}`,
  };
}

/** The SDK notes on every error of a call, of the network too, how often it has tried. Others are faults in code or set-up. */
const isOfCall = (error: unknown): boolean => error instanceof Error && '$metadata' in error;

/** The code that AWS sent. The SDK's own name of an error differs where it has a class for it. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const code = 'Code' in error && typeof error.Code === 'string' ? error.Code : error.name;
  return code.replace(/Exception$/, '');
}
