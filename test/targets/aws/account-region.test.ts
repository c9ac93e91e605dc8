import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ExternalError, UsageError } from '../../../lib/core/errors.ts';
import { awsConnection } from '../../../lib/targets/aws/aws-connection.ts';
import { connect, accountRegionOf, refuseElsewhere } from '../../../lib/targets/aws/account-region.ts';
import { account, awsError, RecordedAws } from './recorded.ts';

const here = { account, region: 'ap-northeast-1' };

describe('the region', () => {
  const names = ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE', 'AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'];
  const before = { ...process.env };
  beforeEach(() => {
    for (const name of names) process.env[name] = '';
    for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE']) Reflect.deleteProperty(process.env, name);
    for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) process.env[name] = '/dev/null';
  });
  afterEach(() => {
    for (const name of names) {
      if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = before[name];
    }
  });

  test('is AWS_REGION, or else AWS_DEFAULT_REGION, as for the AWS CLI', async () => {
    process.env.AWS_DEFAULT_REGION = 'eu-north-1';
    expect(await awsConnection.region()).toBe('eu-north-1');
    process.env.AWS_REGION = 'us-east-1';
    expect(await awsConnection.region()).toBe('us-east-1');
  });

  test('is not there when nothing names one', async () => {
    expect(await awsConnection.region()).toBeUndefined();
  });

  test('that nobody set is asked for', async () => {
    const connection = { region: async () => undefined, calls: async () => new RecordedAws({}) };
    await expect(connect(connection)).rejects.toThrow(
      new ExternalError(
        'No AWS region is set. Set one, for example with: export AWS_REGION=ap-northeast-1 (or region in your AWS profile).',
      ),
    );
  });
});

describe('the account', () => {
  test('is that of the credentials', async () => {
    const aws = new RecordedAws({ 'sts.GetCallerIdentity': () => ({ Account: account }) });
    expect(await accountRegionOf(aws)).toEqual(here);
  });

  test('can not be told with expired credentials', async () => {
    const aws = new RecordedAws({
      'sts.GetCallerIdentity': () => {
        throw awsError('ExpiredToken');
      },
    });
    await expect(accountRegionOf(aws)).rejects.toThrow(/^Your AWS credentials have expired\./);
  });
});

describe('an environment', () => {
  test('is touched where it was made', () => {
    expect(() => refuseElsewhere('eks-ec2', here, here)).not.toThrow();
  });

  test('is not touched from another region', () => {
    expect(() => refuseElsewhere('eks-ec2', here, { ...here, region: 'us-east-1' })).toThrow(
      new UsageError(
        'Environment eks-ec2 runs in region ap-northeast-1, but your region is us-east-1. Go there with: export AWS_REGION=ap-northeast-1',
      ),
    );
  });

  test('is not touched from another account', () => {
    expect(() => refuseElsewhere('eks-ec2', here, { account: '444455556666', region: 'us-east-1' })).toThrow(
      new UsageError(
        `Environment eks-ec2 runs in account ${account}, but your credentials are of account 444455556666; and in region ap-northeast-1, but your region is us-east-1. ` +
          'Go there with the profile or keys that you used then (AWS_PROFILE), and the same region.',
      ),
    );
  });
});
