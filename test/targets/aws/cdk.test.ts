import { describe, expect, jest, test } from '@jest/globals';
import { settingNames, parseSettings } from '../../../lib/settings/settings.ts';
import {
  deployArguments,
  destroyArguments,
  eventOf,
  followCdk,
  runCdk,
  type RunCdk,
} from '../../../lib/targets/aws/cdk.ts';
import { never } from './recorded.ts';

jest.setTimeout(30_000);

const given = {
  nodeCount: 3,
  controlPlanes: 3,
  compute: 'both',
  allowedCidrs: '203.0.113.7/32,198.51.100.0/24',
  admins: 'arn:aws:iam::111122223333:role/Admin',
  customerKey: true,
  podCidr: '10.128.0.0/16',
  name: 'alice',
  zones: 'us-east-1a,us-east-1b,us-east-1c',
  bootstrapQualifier: 'team',
};
const settings = parseSettings(given);
const context = [
  'kubernetes=1.36',
  'nodeCount=3',
  'controlPlanes=3',
  'instanceType=t3.medium',
  'compute=both',
  'allowedCidrs=203.0.113.7/32,198.51.100.0/24',
  'admins=arn:aws:iam::111122223333:role/Admin',
  'customerKey=true',
  'logRetentionDays=7',
  'podCidr=10.128.0.0/16',
  'name=alice',
  'zones=us-east-1a,us-east-1b,us-east-1c',
  'bootstrapQualifier=team',
].flatMap((setting) => ['-c', setting]);

describe('the command line', () => {
  test('of a deployment asks nothing, and names every setting', () => {
    expect(deployArguments('EksEc2', settings, '/data/a b/cdk.out', { by: 'arn:x', from: 'a=b' })).toEqual([
      'deploy',
      'EksEc2',
      '--require-approval',
      'never',
      '--progress',
      'events',
      '--no-notices',
      '--output',
      '/data/a b/cdk.out',
      '--tags',
      'by=arn:x',
      '--tags',
      'from=a=b',
      ...context,
    ]);
  });

  test('of a removal asks nothing, and names every setting', () => {
    expect(destroyArguments('EksEc2', settings, '/data/cdk.out')).toEqual([
      'destroy',
      'EksEc2',
      '--force',
      '--no-notices',
      '--output',
      '/data/cdk.out',
      ...context,
    ]);
  });

  test('gives back the same settings when the app reads it', () => {
    const flags = context.filter((word) => word !== '-c').map((word) => word.split('='));
    expect(flags.map(([name]) => name)).toEqual(settingNames);
    expect(parseSettings(Object.fromEntries(flags) as Record<string, string>)).toEqual(settings);
    const none = deployArguments('EksEc2', parseSettings({}), 'out', {}).filter((word) => word.includes('='));
    expect(none).toContain('allowedCidrs=');
    expect(parseSettings(Object.fromEntries(none.map((word) => word.split('='))) as Record<string, string>)).toEqual(
      parseSettings({}),
    );
  });
});

test('the CDK runs without a shell, with the region that was checked', async () => {
  const lines: string[] = [];
  const code = await runCdk({
    args: ['--version', '; echo no shell'],
    region: 'ap-northeast-1',
    onLine: (line) => lines.push(line),
    signal: never,
  });
  expect([code, lines]).toEqual([0, [expect.stringMatching(/^2\.\d+\.\d+ /)]]);
});

describe('what the CDK prints', () => {
  test.each([
    [
      'EksEc2 |  3/46 | 10:12:33 AM | CREATE_COMPLETE      | AWS::EC2::VPC         | Network/Vpc (NetworkVpcB258E84A) ',
      {
        progress: '3/46',
        status: 'CREATE_COMPLETE',
        type: 'AWS::EC2::VPC',
        resource: 'Network/Vpc (NetworkVpcB258E84A)',
      },
    ],
    [
      'EksEc2 |   0 | 10:12:33 AM | DELETE_IN_PROGRESS   | AWS::CloudFormation::Stack | EksEc2 User Initiated',
      {
        progress: '0',
        status: 'DELETE_IN_PROGRESS',
        type: 'AWS::CloudFormation::Stack',
        resource: 'EksEc2 User Initiated',
      },
    ],
  ])('as an event: %s', (line, event) => {
    expect(eventOf(line)).toEqual(event);
  });

  test.each(['✨  Synthesis time: 4.2s', 'EksEc2: deploying... [1/1]', ''])('as none: %s', (line) => {
    expect(eventOf(line)).toBeUndefined();
  });
});

describe('a run of the CDK', () => {
  /** A CDK that prints these lines and ends with that code. */
  const printing =
    (lines: readonly string[], code: number): RunCdk =>
    async ({ onLine }) => {
      lines.forEach(onLine);
      return code;
    };
  const run = { args: [], region: 'ap-northeast-1', signal: never };

  test('reports how each resource gets on', async () => {
    const details: string[] = [];
    const lines = [
      'EksEc2: creating CloudFormation changeset...',
      'EksEc2 |  0/46 | 10:12:33 AM | CREATE_IN_PROGRESS   | AWS::EC2::VPC | Network/Vpc (NetworkVpcB258E84A) ',
      'EksEc2 |  1/46 | 10:12:40 AM | CREATE_COMPLETE      | AWS::EC2::VPC | Network/Vpc (NetworkVpcB258E84A) ',
    ];
    await followCdk(printing(lines, 0), 'cdk deploy EksEc2', run, (detail) => details.push(detail));
    expect(details).toEqual([
      '0/46 AWS::EC2::VPC Network/Vpc CREATE_IN_PROGRESS',
      '1/46 AWS::EC2::VPC Network/Vpc CREATE_COMPLETE',
    ]);
  });

  test('that fails says which resource failed and why, and not what was called off for it', async () => {
    const lines = [
      'EksEc2 | 30/46 | 10:20:00 AM | CREATE_FAILED        | AWS::EKS::Nodegroup | Workers/NodeGroup (WorkersNodeGroup) Instances failed to join the kubernetes cluster',
      'EksEc2 | 31/46 | 10:20:01 AM | CREATE_FAILED        | AWS::EKS::Addon | AddOns/coredns (AddOnscoredns) Resource creation cancelled',
      '❌  EksEc2 failed: ToolkitError: The stack named EksEc2 failed creation',
    ];
    await expect(followCdk(printing(lines, 1), 'cdk deploy EksEc2', run, () => undefined)).rejects.toThrow(
      /^cdk deploy EksEc2 failed: AWS::EKS::Nodegroup Workers\/NodeGroup \(WorkersNodeGroup\) Instances failed to join the kubernetes cluster$/,
    );
  });

  test('that fails before there is a stack says what the CDK said last', async () => {
    const failing = followCdk(
      printing(['a', 'b', 'c', 'Error: no such thing'], 1),
      'cdk deploy EksEc2',
      run,
      () => undefined,
    );
    await expect(failing).rejects.toThrow(/^cdk deploy EksEc2 failed: b — c — Error: no such thing$/);
  });

  test.each([
    'ExpiredToken: The security token included in the request is expired',
    'The SSO session associated with this profile has expired. To refresh this SSO session run aws sso login',
  ])('that ends with "%s" says how to go on', async (line) => {
    await expect(followCdk(printing([line], 1), 'cdk destroy EksEc2', run, () => undefined)).rejects.toThrow(
      /^cdk destroy EksEc2 stopped: your AWS credentials have expired\. Sign in again/,
    );
  });

  test('that meets an authority which is not trusted names the variables for it', async () => {
    const line = 'Unable to get credentials: self-signed certificate in certificate chain';
    await expect(followCdk(printing([line], 1), 'cdk deploy EksEc2', run, () => undefined)).rejects.toThrow(
      /^cdk deploy EksEc2 stopped: no connection to AWS\. .*NODE_EXTRA_CA_CERTS.*AWS_CA_BUNDLE/,
    );
  });

  test('that was interrupted is no failure of the stack', async () => {
    const abort = new AbortController();
    const interrupted: RunCdk = async () => {
      abort.abort();
      return undefined;
    };
    await expect(
      followCdk(interrupted, 'cdk deploy EksEc2', { ...run, signal: abort.signal }, () => undefined),
    ).rejects.toThrow(/aborted/);
  });
});
