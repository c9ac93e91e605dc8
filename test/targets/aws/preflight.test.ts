import { describe, expect, test } from '@jest/globals';
import { Stack } from 'aws-cdk-lib/core';
import { controlPlaneLogGroupName } from '../../../lib/constructs/control-plane-logs.ts';
import { ecsAndEks } from '../../../lib/environments/ecs-and-eks.data.ts';
import { eksFargate } from '../../../lib/environments/eks-fargate.data.ts';
import { eksEc2 } from '../../../lib/environments/eks-ec2.data.ts';
import { selfManaged } from '../../../lib/environments/self-managed.data.ts';
import { labsApp } from '../../../lib/environments/labs-app.ts';
import { parseSettings } from '../../../lib/settings/settings.ts';
import { bootstrapCheck, oldestBootstrap } from '../../../lib/targets/aws/preflight/bootstrap.ts';
import { demandOf, type AwsCheck } from '../../../lib/targets/aws/preflight/check.ts';
import { quotaCheck } from '../../../lib/targets/aws/preflight/quotas.ts';
import { refusedChanges } from '../../../lib/targets/aws/changes/refusals.ts';
import { logGroupCheck } from '../../../lib/targets/aws/preflight/log-group.ts';
import { zonesCheck } from '../../../lib/targets/aws/preflight/zones.ts';
import { regionCheck } from '../../../lib/targets/aws/preflight/region.ts';
import { stackCheck } from '../../../lib/targets/aws/preflight/stack.ts';
import { assemblyFolder } from '../../assembly-folder.ts';
import { account, awsError, never, RecordedAws, type Answers } from './recorded.ts';

/** What a check says of what AWS answers, for environment EksEc2. */
async function textsOf(
  check: AwsCheck,
  answers: Answers,
  given: Record<string, unknown> = {},
  region = 'ap-northeast-1',
) {
  return check({
    aws: new RecordedAws(answers, region),
    accountRegion: { account, region },
    environment: eksEc2,
    settings: parseSettings(given),
    signal: never,
  });
}

/** The same in English. */
const said = async (...args: Parameters<typeof textsOf>) => (await textsOf(...args)).map(({ en }) => en);

describe('the region', () => {
  const regions: Readonly<Record<string, string[]>> = {
    eks: ['ap-northeast-1', 'eu-north-1', 'us-east-1'],
    fargate: ['ap-northeast-1', 'us-east-1'],
  };
  /** Two to a page, as Parameter Store gives ten. */
  const published: Answers = {
    'ssm.GetParametersByPath': ({ Path = '', NextToken }) => {
      const all = regions[Path.split('/').at(-2)!] ?? [];
      const from = Number(NextToken ?? 0);
      const next = from + 2 < all.length ? { NextToken: String(from + 2) } : {};
      return { Parameters: all.slice(from, from + 2).map((Value) => ({ Value })), ...next };
    },
  };

  test('has what the environment needs, on the last page too', async () => {
    expect(await said(regionCheck, published, { compute: 'both' }, 'us-east-1')).toEqual([]);
  });

  test('is refused where EKS is missing, with the nearest that has it', async () => {
    expect(await said(regionCheck, published, {}, 'ap-northeast-9')).toEqual([
      "Amazon EKS is not to be had in region ap-northeast-9. Did you mean 'ap-northeast-1'? " +
        'It is in: ap-northeast-1, eu-north-1, us-east-1. Choose one with: export AWS_REGION=REGION',
    ]);
  });

  test('is refused without Fargate only if the environment uses it', async () => {
    expect(await said(regionCheck, published, {}, 'eu-north-1')).toEqual([]);
    expect(await said(regionCheck, published, { compute: 'both' }, 'eu-north-1')).toEqual([
      expect.stringMatching(/^AWS Fargate is not to be had in region eu-north-1\./),
    ]);
  });

  test('passes where AWS publishes no list', async () => {
    expect(await said(regionCheck, { 'ssm.GetParametersByPath': () => ({ Parameters: [] }) })).toEqual([]);
  });
});

describe('the CDK bootstrap', () => {
  const version = (Value: string): Answers => ({ 'ssm.GetParameter': () => ({ Parameter: { Value } }) });

  test('passes from the version that the CDK asks for', async () => {
    expect(await said(bootstrapCheck, version('6'))).toEqual([]);
    expect(await said(bootstrapCheck, version('28'))).toEqual([]);
  });

  test('is refused when it is missing or too old, with the command', async () => {
    const way = `Prepare them once with: npx cdk bootstrap aws://${account}/ap-northeast-1`;
    const missing: Answers = {
      'ssm.GetParameter': () => {
        throw awsError('ParameterNotFound');
      },
    };
    expect(await said(bootstrapCheck, missing)).toEqual([
      `Account ${account} is not bootstrapped for the CDK in region ap-northeast-1. ${way}`,
    ]);
    expect(await said(bootstrapCheck, version('5'))).toEqual([
      `Account ${account} was bootstrapped for the CDK in ap-northeast-1 with version 5, and 6 is the oldest that serves. ${way}`,
    ]);
  });

  test('is as old as the CDK of this project asks for, and under the name that it uses', () => {
    const app = labsApp({}, assemblyFolder());
    new Stack(app, 'Empty');
    const [artifact] = app.synth().stacks;
    expect(artifact!.requiresBootstrapStackVersion).toBe(oldestBootstrap);
    expect(artifact!.bootstrapStackVersionSsmParameter).toBe('/cdk-bootstrap/hnb659fds/version');
  });
});

test('a problem is said in Japanese too', async () => {
  const answers: Answers = { 'ssm.GetParameter': () => ({ Parameter: { Value: '5' } }) };
  const [{ ja, en } = { ja: '', en: '' }] = await textsOf(bootstrapCheck, answers);
  expect(ja).toMatch(/バージョン 5 ですが、6 以降が必要です。/);
  expect(ja).not.toBe(en);
});

describe('the stack', () => {
  const is = (StackStatus: string): Answers => ({
    'cloudformation.DescribeStacks': () => ({
      Stacks: [
        { StackId: 'arn:stack', StackName: 'EksEc2', CreationTime: new Date(0), StackStatus: StackStatus as never },
      ],
    }),
  });
  const absent: Answers = {
    'cloudformation.DescribeStacks': () => {
      throw awsError('ValidationError', 'Stack with id EksEc2 does not exist');
    },
  };
  const ours = stackCheck('eks-ec2', true);
  const others = stackCheck('eks-ec2', false);

  test.each(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'REVIEW_IN_PROGRESS'])(
    'that is ours and %s is deployed',
    async (status) => {
      expect(await said(ours, is(status))).toEqual([]);
    },
  );

  test('that is not there is deployed', async () => {
    expect(await said(others, absent)).toEqual([]);
  });

  test('that somebody else made is left alone', async () => {
    expect(await said(others, is('CREATE_COMPLETE'))).toEqual([
      `Stack EksEc2 is there already in account ${account}, region ap-northeast-1, and labs up of this machine did not make it. ` +
        'Use it as the README says for npx cdk deploy, or remove it with: npx cdk destroy EksEc2',
    ]);
  });

  test.each([
    ['ROLLBACK_COMPLETE', 'it could not be made, and such a stack can only be deleted'],
    ['CREATE_FAILED', 'it could not be made, and such a stack can only be deleted'],
    ['DELETE_FAILED', 'not all of it could be deleted'],
  ])('that is %s has to go first', async (status, meaning) => {
    const where = `Stack EksEc2 in account ${account}, region ap-northeast-1 is ${status}: ${meaning}.`;
    expect(await said(ours, is(status))).toEqual([
      `${where} Remove it with: npx labs down eks-ec2 --on aws — then bring the lab up again.`,
    ]);
    expect(await said(others, is(status))).toEqual([
      `${where} Remove it with: npx cdk destroy EksEc2 — then bring the lab up again.`,
    ]);
  });

  test.each(['CREATE_IN_PROGRESS', 'DELETE_IN_PROGRESS', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'])(
    'that is %s has to be waited for',
    async (status) => {
      expect(await said(ours, is(status))).toEqual([
        expect.stringMatching(
          new RegExp(`^CloudFormation is at work on stack EksEc2 in .* \\(${status}\\)\\. Wait until it has finished`),
        ),
      ]);
    },
  );
});

test.each([
  [eksEc2, {}, 4, 0],
  [eksEc2, { nodeCount: 3, instanceType: 't3.xlarge', compute: 'both' }, 12, 2],
  [eksFargate, {}, 0, 4],
  [ecsAndEks, {}, 8, 2],
  [ecsAndEks, { instanceType: 't4g.medium' }, 8, 2],
])('what an environment asks for: %#', (environment, given, ec2Vcpus, fargateVcpus) => {
  expect(demandOf({ environment, settings: parseSettings(given) })).toEqual({ ec2Vcpus, fargateVcpus });
});

describe('the quotas', () => {
  /** Room for exactly what EksEc2 takes: two t3.medium, a VPC, an address, a NAT gateway; and for Fargate. */
  const limits: Readonly<Record<string, number>> = {
    'ec2 L-1216C47A': 12,
    'ec2 L-0263D0A3': 3,
    'vpc L-F678F1CE': 3,
    'vpc L-FE5A380F': 2,
    'fargate L-3032A538': 2,
  };
  const instance = (InstanceType: string, CoreCount: number, InstanceLifecycle?: 'spot') => ({
    InstanceType: InstanceType as never,
    CpuOptions: { CoreCount, ThreadsPerCore: 2 },
    ...(InstanceLifecycle === undefined ? {} : { InstanceLifecycle }),
  });
  const answers = (changed: Readonly<Record<string, number>> = {}): Answers => ({
    'quotas.GetServiceQuota': ({ ServiceCode, QuotaCode }) => {
      const Value = { ...limits, ...changed }[`${ServiceCode} ${QuotaCode}`];
      if (Value === undefined) throw awsError('NoSuchResourceException');
      return { Quota: { Value } };
    },
    // 8 vCPUs that count, over two pages, and as many again that don't.
    'ec2.DescribeInstances': ({ NextToken }) =>
      NextToken === undefined
        ? { Reservations: [{ Instances: [instance('m7i.large', 1), instance('c7g.xlarge', 2)] }], NextToken: 'more' }
        : {
            Reservations: [
              {
                Instances: [
                  instance('im4gn.large', 1),
                  instance('g5.xlarge', 2),
                  instance('t3.large', 1, 'spot'),
                  instance('inf2.xlarge', 2),
                ],
              },
            ],
          },
    'ec2.DescribeVpcs': ({ NextToken }) =>
      NextToken === undefined ? { Vpcs: [{ VpcId: 'vpc-1' }], NextToken: 'more' } : { Vpcs: [{ VpcId: 'vpc-2' }] },
    'ec2.DescribeAddresses': () => ({ Addresses: [{ AllocationId: 'eipalloc-1' }, { AllocationId: 'eipalloc-2' }] }),
    'ec2.DescribeAvailabilityZones': () => ({
      AvailabilityZones: [{ ZoneName: 'ap-northeast-1c' }, { ZoneName: 'ap-northeast-1a' }],
    }),
    'ec2.DescribeNatGateways': () => ({ NatGateways: [{ SubnetId: 'subnet-a' }, { SubnetId: 'subnet-c' }] }),
    'ec2.DescribeSubnets': ({ Filters }) => ({
      Subnets: Filters?.[0]?.Values?.[0] === 'ap-northeast-1a' ? [{ SubnetId: 'subnet-a' }] : [],
    }),
  });

  test('that are exactly enough are enough', async () => {
    expect(await said(quotaCheck, answers(), { compute: 'both' })).toEqual([]);
  });

  test.each([
    [
      'ec2 L-1216C47A',
      11,
      'EksEc2 needs 4 of the quota vCPUs of running on-demand standard instances (EC2), which is 11 in ap-northeast-1, with 8 taken.',
      12,
    ],
    [
      'ec2 L-0263D0A3',
      2,
      'EksEc2 needs 1 of the quota Elastic IP addresses, which is 2 in ap-northeast-1, with 2 taken.',
      3,
    ],
    ['vpc L-F678F1CE', 2, 'EksEc2 needs 1 of the quota VPCs, which is 2 in ap-northeast-1, with 2 taken.', 3],
    [
      'vpc L-FE5A380F',
      1,
      'EksEc2 needs 1 of the quota NAT gateways of the first Availability Zone, which is 1 in ap-northeast-1, with 1 taken.',
      2,
    ],
    [
      'fargate L-3032A538',
      1,
      'EksEc2 needs 2 of the quota vCPUs of Fargate on demand (what runs already is not counted), which is 1 in ap-northeast-1, with 0 taken.',
      2,
    ],
  ])('of which %s is short by one are refused', async (name, limit, sentence, desired) => {
    const [service, code] = name.split(' ');
    expect(await said(quotaCheck, answers({ [name]: limit }), { compute: 'both' })).toEqual([
      `${sentence} Free some, or ask for more: aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${desired} --region ap-northeast-1`,
    ]);
  });

  test('of Fargate do not matter without it', async () => {
    expect(await said(quotaCheck, answers({ 'fargate L-3032A538': 0 }))).toEqual([]);
  });

  test('that are short are all named, not only the first', async () => {
    expect(await said(quotaCheck, answers({ 'ec2 L-1216C47A': 0, 'vpc L-F678F1CE': 0 }))).toHaveLength(2);
  });

  test("that nobody set are AWS's defaults", async () => {
    const recorded = answers();
    const unset: Answers = {
      ...recorded,
      'quotas.GetServiceQuota': () => {
        throw awsError('NoSuchResourceException');
      },
      'quotas.GetAWSDefaultServiceQuota': ({ QuotaCode }) => ({
        Quota: { Value: QuotaCode === 'L-F678F1CE' ? 2 : 100 },
      }),
    };
    expect(await said(quotaCheck, unset)).toEqual([expect.stringContaining('needs 1 of the quota VPCs, which is 2')]);
  });
});

describe('the log group of the control plane', () => {
  const group = controlPlaneLogGroupName('EksEc2');
  const answers = (there: string, StackStatus?: string): Answers => ({
    'cloudformation.DescribeStacks': () => {
      if (StackStatus === undefined) throw awsError('ValidationError', 'Stack with id EksEc2 does not exist');
      const stack = { StackId: 'arn:stack', StackName: 'EksEc2', CreationTime: new Date(0) };
      return { Stacks: [{ ...stack, StackStatus: StackStatus as never }] };
    },
    'logs.DescribeLogGroups': ({ logGroupNamePrefix = '' }) => ({
      logGroups: there.startsWith(logGroupNamePrefix) ? [{ logGroupName: there }] : [],
    }),
  });

  test('that EKS recreated after the stack was deleted is in the way, and the command removes it', async () => {
    expect(await said(logGroupCheck, answers(group))).toEqual([
      `Log group ${group} exists already: EKS recreated it for the last logs of a cluster that was deleted. ` +
        "Stack EksEc2 can't be made beside it. " +
        `Delete it with: aws logs delete-log-group --log-group-name ${group} --region ap-northeast-1`,
    ]);
  });

  test('is not in the way of its own stack, nor that of another stack', async () => {
    expect(await said(logGroupCheck, answers(group, 'CREATE_COMPLETE'))).toEqual([]);
    expect(await said(logGroupCheck, answers('/aws/eks/EksEc2-aya/cluster'))).toEqual([]);
    expect(await said(logGroupCheck, answers('/aws/eks/EksEc2/pods'))).toEqual([]);
  });
});

describe('the zones', () => {
  const answers = (...ids: readonly string[]): Answers => ({
    'ec2.DescribeAvailabilityZones': () => ({
      AvailabilityZones: ids.map((ZoneId, index) => ({ ZoneId, ZoneName: `us-east-1${'abcdef'[index]}` })),
    }),
  });
  const inVirginia = async (check: AwsCheck, given: Answers) => said(check, given, {}, 'us-east-1');

  test('that EKS refuses are named, if the stack would choose them', async () => {
    expect(await inVirginia(zonesCheck, answers('use1-az1', 'use1-az3', 'use1-az2'))).toEqual([
      `Stack EksEc2 would make a subnet in zone us-east-1b (use1-az3) of account ${account}, and EKS takes none there. ` +
        'Choose another region: export AWS_REGION=REGION',
    ]);
    expect(await inVirginia(zonesCheck, answers('use1-az1', 'use1-az2', 'use1-az3'))).toEqual([]);
  });

  test('may be too few for three control planes, and one that EKS refuses takes them', async () => {
    const check = (...ids: readonly string[]) =>
      zonesCheck({
        aws: new RecordedAws(answers(...ids), 'us-east-1'),
        accountRegion: { account, region: 'us-east-1' },
        environment: selfManaged,
        settings: parseSettings({ controlPlanes: '3' }),
        signal: never,
      });
    expect((await check('use1-az1', 'use1-az3')).map(({ en }) => en)).toEqual([
      `Account ${account} has 2 zones in region us-east-1, and stack SelfManaged spreads over 3. ` +
        'Choose another region: export AWS_REGION=REGION',
    ]);
    expect(await check('use1-az1', 'use1-az3', 'use1-az2')).toEqual([]);
  });
});

describe('a change of settings on a standing stack', () => {
  const refused = (environment: typeof eksEc2, from: object, to: object) =>
    refusedChanges('lab', environment, parseSettings({ ...from }), parseSettings({ ...to })).map(({ en }) => en);

  test.each([
    [
      eksEc2,
      { customerKey: true },
      {},
      /customerKey of stack EksEc2 is true and can't become false: EKS takes the key/,
    ],
    [
      eksEc2,
      {},
      { kubernetes: '1.35' },
      /kubernetes of stack EksEc2 is 1\.36 and can't become 1\.35: EKS has no way back/,
    ],
    [selfManaged, { kubernetes: '1.35' }, {}, /CloudFormation does not upgrade the control planes of kubeadm/],
    [selfManaged, { controlPlanes: '3' }, {}, /controlPlanes .* is 3 and can't become 1: .* the quorum would be lost/],
    [selfManaged, {}, { podCidr: '172.16.0.0/12' }, /podCidr .* can't become 172\.16\.0\.0\/12/],
  ])('is refused where AWS would refuse it, or the cluster would end: %#', (environment, from, to, sentence) => {
    expect(refused(environment, from, to)).toEqual([expect.stringMatching(sentence)]);
  });

  test.each([
    [eksEc2, { kubernetes: '1.35' }, {}],
    [eksEc2, {}, { nodeCount: '3', instanceType: 't4g.medium', logRetentionDays: '1', allowedCidrs: '203.0.113.7/32' }],
    [eksEc2, {}, { podCidr: '172.16.0.0/12', controlPlanes: '3' }],
    [selfManaged, {}, { controlPlanes: '3', nodeCount: '4', customerKey: true }],
  ])('passes otherwise: %#', (environment, from, to) => {
    expect(refused(environment, from, to)).toEqual([]);
  });
});
