/** What an error of AWS means for a person. */
export type ErrorKind =
  | 'expired'
  | 'credentials'
  | 'account'
  | 'denied'
  | 'throttled'
  | 'unavailable'
  | 'unreachable'
  | 'notFound'
  | 'invalid';

/**
 * Names of errors by kind. Those of each operation are in the SDK's models, the others in the "Common Errors" of the API
 * references and in the lists of the SDK's retries (read November 2026). `test/targets/aws/error-kinds.test.ts` compares
 * them with the SDK.
 */
const names: Readonly<Record<ErrorKind, readonly string[]>> = {
  expired: ['ExpiredToken', 'ExpiredTokenException', 'RequestExpired', 'UnauthorizedException', 'TokenProviderError'],
  credentials: [
    'InvalidClientTokenId',
    'InvalidAccessKeyId',
    'UnrecognizedClientException',
    'AuthFailure',
    'SignatureDoesNotMatch',
    'InvalidSignatureException',
    'IncompleteSignature',
    'IncompleteSignatureException',
    'MissingAuthenticationToken',
    'MissingAuthenticationTokenException',
    // The clock of this machine.
    'RequestInTheFuture',
    'RequestTimeTooSkewed',
  ],
  account: ['OptInRequired', 'PendingVerification', 'Blocked', 'SubscriptionRequiredException'],
  denied: [
    'AccessDenied',
    'AccessDeniedException',
    'UnauthorizedOperation',
    'AuthorizationError',
    'AuthorizationErrorException',
    'NotAuthorized',
  ],
  throttled: [
    'BandwidthLimitExceeded',
    'DependencyThrottleException',
    'EC2ThrottledException',
    'LimitExceededException',
    'PriorRequestNotComplete',
    'ProvisionedThroughputExceededException',
    'RequestLimitExceeded',
    'RequestThrottled',
    'RequestThrottledException',
    'SlowDown',
    'ThrottledException',
    'Throttling',
    'ThrottlingException',
    'TooManyRequestsException',
    'TransactionInProgressException',
  ],
  unavailable: [
    'DependencyTimeoutException',
    'InternalError',
    'InternalFailure',
    'InternalServerError',
    'InternalServerException',
    'InternalServiceException',
    'KMSInternalException',
    'ServerException',
    'ServiceException',
    'ServiceFailure',
    'ServiceFailureException',
    'ServiceUnavailable',
    'ServiceUnavailableException',
    'Unavailable',
  ],
  unreachable: ['TimeoutError', 'RequestTimeout', 'RequestTimeoutException', 'RequestAbortedException'],
  notFound: ['NoSuchEntity', 'NoSuchEntityException', 'NoSuchResourceException'],
  invalid: [
    'ClientException',
    'IllegalArgumentException',
    'InvalidArnException',
    'InvalidFilterKey',
    'InvalidFilterOption',
    'InvalidFilterValue',
    'InvalidKeyId',
    'InvalidNextToken',
    'InvalidParameterException',
    'InvalidRequestException',
    'PaginationTokenExpiredException',
    'ValidationError',
    'ValidationException',
  ],
};

const kinds = new Map(
  (Object.entries(names) as [ErrorKind, readonly string[]][]).flatMap(([kind, all]) => all.map((name) => [name, kind])),
);

/** Codes of Node.js for a network that leads nowhere. */
export const networkCodes: readonly string[] = [
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
];

/** Whether an error's name ends as those do by which most services say that something does not exist. */
export const isNotFoundName = (name: string): boolean => /NotFound(Exception)?$/.test(name);

/** The kind of an error of AWS by its name; undefined for a name that AWS does not use, as far as is known. */
export const kindOf = (name: string): ErrorKind | undefined =>
  kinds.get(name) ?? (isNotFoundName(name) ? 'notFound' : undefined);
