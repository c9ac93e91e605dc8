import { describe, expect, test } from '@jest/globals';
import { LabsError, ExternalError, UsageError } from '../../../lib/core/errors.ts';
import { followCdk } from '../../../lib/targets/aws/cdk.ts';
import { explained, explaining, isNotFound, wordsOf } from '../../../lib/targets/aws/errors.ts';
import { clusterAddress } from '../../../lib/targets/aws/kubeconfig.ts';
import { ownAddress } from '../../../lib/targets/aws/own-address.ts';
import { connect, refuseElsewhere } from '../../../lib/targets/aws/account-region.ts';
import { account, awsError, never, RecordedAws } from './recorded.ts';

const sentenceOf = (error: unknown): string | undefined => {
  const reason = explained(error);
  return reason instanceof ExternalError ? reason.message : undefined;
};

describe('what AWS refuses becomes a sentence with a way out', () => {
  test.each([
    ['ExpiredToken', 'The security token included in the request is expired'],
    ['ExpiredTokenException', 'The security token included in the request is expired'],
    ['RequestExpired', 'Request has expired.'],
    ['CredentialsProviderError', 'Failed to load a token for session arn, please re-authenticate using aws login'],
  ])('%s: %s', (name, message) => {
    expect(sentenceOf(awsError(name, message))).toBe(
      'Your AWS credentials have expired. Sign in again with aws sso login or aws login (with --profile if you use one), or set new keys, and run the command again.',
    );
  });

  test.each([
    ['TokenProviderError', "Token is expired. To refresh this SSO session run 'aws sso login'"],
    [
      'CredentialsProviderError',
      'The SSO session associated with this profile has expired. To refresh this SSO session run aws sso login',
    ],
  ])('%s: %s', (name, message) => {
    expect(sentenceOf(awsError(name, message))).toMatch(/^The SSO session of profile (\S+) .* --profile \1$/);
  });

  test('no credentials', () => {
    expect(sentenceOf(awsError('CredentialsProviderError', 'Could not load credentials from any providers'))).toBe(
      'No AWS credentials were found (Could not load credentials from any providers). Sign in with aws sso login or aws login, choose a profile with AWS_PROFILE, and run the command again.',
    );
  });

  test.each(['InvalidClientTokenId', 'UnrecognizedClientException', 'AuthFailure', 'SignatureDoesNotMatch'])(
    '%s',
    (name) => {
      expect(sentenceOf(awsError(name, 'The security token included in the request is invalid.'))).toMatch(
        /^AWS does not accept your credentials \(The security token included in the request is invalid\)\. Check the keys/,
      );
    },
  );

  test('a denied call names the policy, without the encoded message', () => {
    const message =
      'You are not authorized to perform: ec2:DescribeVpcs. Encoded authorization failure message: qXZlcnlsb25n';
    expect(sentenceOf(awsError('UnauthorizedOperation', message))).toBe(
      'Your identity may not call ec2:DescribeVpcs on AWS: You are not authorized to perform: ec2:DescribeVpcs. Statement WhatTakesNoResource of the policy in README.md, under Permissions, allows it: attach that policy, or use another profile.',
    );
  });

  test.each(['Throttling', 'ThrottlingException', 'RequestLimitExceeded', 'TooManyRequestsException'])('%s', (name) => {
    expect(sentenceOf(awsError(name))).toMatch(/throttled/);
  });

  test.each(['ENOTFOUND', 'ECONNREFUSED', 'ETIMEDOUT'])('%s', (code) => {
    const error = Object.assign(new Error('getaddrinfo ENOTFOUND sts.ap-northeast-9.amazonaws.com'), { code });
    expect(sentenceOf(error)).toMatch(
      /^AWS does not answer \(getaddrinfo ENOTFOUND sts\.ap-northeast-9\.amazonaws\.com\)/,
    );
  });

  test('anything else stays as it is', () => {
    const bug = new TypeError('x is not a function');
    const usage = new UsageError('a sentence already');
    expect(explained(bug)).toBe(bug);
    expect(explained(usage)).toBe(usage);
  });

  test('also of what is thrown later', async () => {
    await expect(explaining(() => Promise.reject(awsError('ExpiredToken')))).rejects.toThrow(ExternalError);
  });
});

describe('errors are said in both languages', () => {
  const here = { account, region: 'ap-northeast-1' };
  const aws = new RecordedAws({});
  const run = { args: [], region: 'ap-northeast-1', signal: never };
  const provoked: readonly (readonly [what: string, provoke: () => Promise<unknown>])[] = [
    ...['ExpiredToken', 'AuthFailure', 'AccessDenied', 'Throttling', 'TimeoutError', 'CredentialsProviderError'].map(
      (name) => [name, () => explaining(() => Promise.reject(awsError(name)))] as const,
    ),
    ['no region', () => connect({ region: async () => undefined, calls: async () => aws })],
    ['another region', async () => refuseElsewhere('eks-ec2', here, { ...here, region: 'us-east-1' })],
    ['no address', () => ownAddress(never, async () => 'hello')],
    [
      'no output',
      () => clusterAddress(aws, { id: 'arn:stack', status: 'CREATE_COMPLETE', outputs: {}, tags: {} }, undefined),
    ],
    [
      'a CDK that fails',
      () =>
        followCdk(
          async () => 1,
          'cdk deploy EksEc2',
          run,
          () => undefined,
        ),
    ],
  ];

  test.each(provoked)('%s', async (_, provoke) => {
    const error: unknown = await provoke().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LabsError);
    const { ja, en } = (error as LabsError).text;
    expect(ja).toMatch(/[\p{Script=Hiragana}\p{Script=Katakana}]/u);
    expect(en).not.toMatch(/[\p{Script=Hiragana}\p{Script=Katakana}]/u);
  });

  test('and what is not ours as it is', () => {
    expect(wordsOf(new Error('fetch failed'))).toEqual({ ja: 'fetch failed', en: 'fetch failed' });
    expect(wordsOf('fetch failed')).toEqual({ ja: 'fetch failed', en: 'fetch failed' });
  });
});

test.each([
  ['InvalidVpcID.NotFound', true],
  ['NatGatewayNotFound', true],
  ['ResourceNotFoundException', true],
  ['NotFoundException', true],
  ['AccessDeniedException', false],
  ['NotFoundElsewhere', false],
])('%s means that something is not there: %s', (name, expected) => {
  expect(isNotFound(awsError(name))).toBe(expected);
});
