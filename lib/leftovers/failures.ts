/** The meaning of a failed call for the resource that it was about. */
export type Meaning =
  /** The resource does not exist any more. */
  | 'gone'
  /** A later call may succeed: something else uses the resource, or AWS was busy. */
  | 'later'
  /** Every later call will fail too. */
  | 'never';

/** A failed call. */
export interface Failure {
  readonly meaning: Meaning;
  /** For example `DependencyViolation: resource sg-1 has a dependent object`. */
  readonly reason: string;
}

/** A missing permission, expired credentials, or deletion protection that somebody enabled. */
const hopeless =
  /^(UnauthorizedOperation|AccessDenied|AuthFailure|OptInRequired|InvalidClientTokenId|UnrecognizedClient|ExpiredToken|RequestExpired|OperationNotPermitted|CredentialsProviderError)/;

/** Classifies an error that a call of the AWS SDK has thrown. */
export function failureOf(error: unknown): Failure {
  const code = codeOf(error);
  if (code === 'AbortError') return { meaning: 'later', reason: 'AWS had not answered when the time was up' };
  const message = error instanceof Error ? error.message : String(error);
  return {
    meaning: /NotFound$/.test(code) ? 'gone' : hopeless.test(code) || !isOfCall(error) ? 'never' : 'later',
    reason: code === '' ? message : `${code}: ${message}`,
  };
}

/**
 * The SDK notes the number of attempts on every error of a call, also of the network. Errors without it are bugs in the
 * code or the configuration.
 */
const isOfCall = (error: unknown): boolean => error instanceof Error && '$metadata' in error;

/** The error code that AWS sent. Where the SDK has a class for the error, its name is different. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const code = 'Code' in error && typeof error.Code === 'string' ? error.Code : error.name;
  return code.replace(/Exception$/, '');
}
