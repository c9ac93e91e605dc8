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
import { clusterCheck } from '../../../lib/targets/aws/preflight/cluster.ts';
import { linkedRoleCheck } from '../../../lib/targets/aws/preflight/linked-role.ts';
import { stackCheck } from '../../../lib/targets/aws/preflight/stack.ts';
import { stackOf } from '../../../lib/targets/aws/stack.ts';
import { ownerTags } from '../../../lib/model/stack-owner.ts';
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
    stack: stackOf(eksEc2, parseSettings(given)),
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

  test.each([
    ['cn-north-1', 'aws-cn'],
    ['us-iso-east-1', 'aws-iso'],
    ['eusc-de-east-1', 'aws-eusc'],
  ])('%s is refused for its partition', async (region, partition) => {
    expect(await said(regionCheck, {}, {}, region)).toEqual([
      `Region ${region} is in partition ${partition}, which this project does not support: images and packages come from ` +
        'registry.k8s.io, public.ecr.aws and pkgs.k8s.io, which can not be reached from there. Use an account of another partition.',
    ]);
  });

  test('may be one of GovCloud', async () => {
    const none: Answers = { 'ssm.GetParametersByPath': () => ({ Parameters: [] }) };
    expect(await said(regionCheck, none, {}, 'us-gov-west-1')).toEqual([]);
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

  test('of a company is looked for by its qualifier', async () => {
    const asked: (string | undefined)[] = [];
    const answers: Answers = {
      'ssm.GetParameter': ({ Name }) => {
        asked.push(Name);
        throw awsError('ParameterNotFound');
      },
    };
    expect(await said(bootstrapCheck, answers, { bootstrapQualifier: 'team' })).toEqual([
      expect.stringContaining(
        `npx cdk bootstrap aws://${account}/ap-northeast-1 --qualifier team --toolkit-stack-name CDKToolkit-team`,
      ),
    ]);
    expect(asked).toEqual(['/cdk-bootstrap/team/version']);
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
  const aya = 'arn:aws:sts::111122223333:assumed-role/Admin/aya';
  const tagsOf = (by: string) => ownerTags({ by, from: 'ayas-laptop', at: '2026-11-30T09:00:00.000Z' });
  const is = (StackStatus: string, tags: Readonly<Record<string, string>> = tagsOf(aya), caller = aya): Answers => ({
    'sts.GetCallerIdentity': () => ({ Account: account, Arn: caller }),
    'cloudformation.DescribeStacks': () => ({
      Stacks: [
        {
          StackId: 'arn:stack',
          StackName: 'EksEc2',
          CreationTime: new Date(0),
          StackStatus: StackStatus as never,
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        },
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

  test.each(['CREATE_COMPLETE', 'ROLLBACK_COMPLETE', 'DELETE_FAILED', 'CREATE_IN_PROGRESS', 'REVIEW_IN_PROGRESS'])(
    'that somebody else made and is %s is left to them: whose it is, and a name of one’s own',
    async (status) => {
      const [sentence = '', ...more] = await said(
        others,
        is(status, tagsOf(aya), 'arn:aws:iam::111122223333:user/ken'),
      );
      expect(sentence).toBe(
        `Stack EksEc2 is there already in account ${account}, region ap-northeast-1 (${status}), and labs up of this machine ` +
          `did not make it: ${aya} made it from machine ayas-laptop at 2026-11-30T09:00:00.000Z. ` +
          'Leave it to its owner, and bring the lab up under a name of your own: npx labs up eks-ec2 --on aws -c name=NAME',
      );
      expect(more).toEqual([]);
    },
  );

  test('that nobody signed is left alone too', async () => {
    const [sentence = ''] = await said(others, is('CREATE_FAILED', {}));
    expect(sentence).toMatch(/: its tags do not say who made it at 1970-01-01T00:00:00\.000Z\. Leave it to its owner/);
    expect(sentence).not.toMatch(/destroy|labs down/);
  });

  test('of another name is none of ours', async () => {
    const named: Answers = {
      'cloudformation.DescribeStacks': ({ StackName = '' }) => {
        throw awsError('ValidationError', `Stack with id ${StackName} does not exist`);
      },
    };
    expect(await said(others, named, { name: 'aya' })).toEqual([]);
    const [sentence = ''] = await said(others, is('CREATE_COMPLETE'), { name: 'aya' });
    expect(sentence).toContain('Stack EksEc2-aya is there already');
    expect(sentence).toContain('npx cdk destroy EksEc2 -c name=aya');
  });

  test('that the caller made on another machine may be removed', async () => {
    expect(await said(others, is('CREATE_COMPLETE'))).toEqual([
      `Stack EksEc2 is there already in account ${account}, region ap-northeast-1, and labs up of this machine did not make it: ` +
        `${aya} made it from machine ayas-laptop at 2026-11-30T09:00:00.000Z, and that is you. ` +
        'Use it from that machine, or as the README says for npx cdk deploy, or remove it with: npx cdk destroy EksEc2',
    ]);
  });

  test('may be missing where a cluster of its name is there: whose, and a name of one’s own', async () => {
    const cluster = clusterCheck('eks-ec2');
    const answers: Answers = {
      ...absent,
      'eks.DescribeCluster': () => ({ cluster: { name: 'EksEc2', tags: tagsOf(aya) } }),
    };
    expect(await said(cluster, answers)).toEqual([
      `EKS cluster EksEc2 is there already in account ${account}, region ap-northeast-1, without a stack of that name: ` +
        `${aya} made it from machine ayas-laptop at 2026-11-30T09:00:00.000Z. ` +
        'Leave it to its owner, and bring the lab up under a name of your own: npx labs up eks-ec2 --on aws -c name=NAME',
    ]);
    expect(await said(cluster, is('CREATE_COMPLETE'))).toEqual([]);
    const none = () => {
      throw awsError('ResourceNotFoundException');
    };
    expect(await said(cluster, { ...absent, 'eks.DescribeCluster': none })).toEqual([]);
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

describe('the service-linked role of ECS', () => {
  const checked = async (environment: typeof eksEc2, answers: Answers) => {
    const aws = new RecordedAws(answers);
    const settings = parseSettings({});
    const accountRegion = { account, region: 'ap-northeast-1' };
    const texts = await linkedRoleCheck({
      aws,
      accountRegion,
      environment,
      settings,
      stack: environment.stack,
      signal: never,
    });
    return texts.map(({ en }) => en);
  };
  const missing: Answers = {
    'iam.GetRole': () => {
      throw awsError('NoSuchEntityException');
    },
  };

  test('is named where it is missing, with the command that makes it', async () => {
    expect(await checked(ecsAndEks, missing)).toEqual([
      `Account ${account} has never used ECS, so role AWSServiceRoleForECS is missing, and the first deployment of stack EcsAndEks would fail. ` +
        'Make it once, and wait a minute: aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com',
    ]);
  });

  test('is no matter where it is there, or nothing uses ECS', async () => {
    expect(await checked(ecsAndEks, { 'iam.GetRole': () => ({ Role: undefined }) })).toEqual([]);
    expect(await checked(eksEc2, {})).toEqual([]);
  });
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
  /** Zones with these IDs, by the letters a, b, c …; all but those of `without` have every instance type. */
  const answers = (ids: readonly string[], without: readonly string[] = []): Answers => ({
    'ec2.DescribeAvailabilityZones': () => ({
      AvailabilityZones: ids.map((ZoneId, index) => ({ ZoneId, ZoneName: nameOf(index) })),
    }),
    'ec2.DescribeInstanceTypeOfferings': ({ NextToken }) => ({
      InstanceTypeOfferings: ids
        .flatMap((id, index) => (without.includes(id) ? [] : [{ Location: nameOf(index) }]))
        .slice(...(NextToken === undefined ? [0, 1] : [1])),
      ...(NextToken === undefined ? { NextToken: 'more' } : {}),
    }),
  });
  const nameOf = (index: number) => `us-east-1${'abcdef'[index]}`;
  const inVirginia = async (given: Answers, settings: object = {}, environment = eksEc2) => {
    const parsed = parseSettings({ ...settings });
    const texts = await zonesCheck({
      aws: new RecordedAws(given, 'us-east-1'),
      accountRegion: { account, region: 'us-east-1' },
      environment,
      settings: parsed,
      stack: stackOf(environment, parsed),
      signal: never,
    });
    return texts.map(({ en }) => en);
  };
  const refusal = `Stack EksEc2 would make a subnet in zone us-east-1b (use1-az3) of account ${account}, and EKS takes none there.`;

  test('that EKS refuses are named, if the stack would choose them, with zones that suit', async () => {
    expect(await inVirginia(answers(['use1-az1', 'use1-az3', 'use1-az2']))).toEqual([
      `${refusal} Choose zones that suit: -c zones=us-east-1a,us-east-1c`,
    ]);
    expect(await inVirginia(answers(['use1-az1', 'use1-az2', 'use1-az3']))).toEqual([]);
  });

  test('that suit may be too few in a region', async () => {
    expect(await inVirginia(answers(['use1-az1', 'use1-az3']))).toEqual([
      `${refusal} Choose another region: export AWS_REGION=REGION`,
    ]);
  });

  test('without the instance type are named, but for an environment without instances', async () => {
    const without = answers(['use1-az1', 'use1-az2', 'use1-az4'], ['use1-az1']);
    expect(await inVirginia(without)).toEqual([
      `Stack EksEc2 would start t3.medium instances in zone us-east-1a (use1-az1) of account ${account}, which has none of that type. ` +
        'Choose zones that suit: -c zones=us-east-1b,us-east-1c',
    ]);
    expect(await inVirginia(without, {}, eksFargate)).toEqual([]);
  });

  test.each(['us-east-1c,us-east-1a', 'use1-az2,use1-az1'])(
    'that were chosen are the ones that count: %s',
    async (zones) => {
      expect(await inVirginia(answers(['use1-az1', 'use1-az3', 'use1-az2']), { zones })).toEqual([]);
      expect(await inVirginia(answers(['use1-az1', 'use1-az3', 'use1-az2'], ['use1-az2']), { zones })).toEqual([
        expect.stringContaining('would start t3.medium instances in zone us-east-1c (use1-az2)'),
      ]);
    },
  );

  test('that the account does not have are named, with those that it has', async () => {
    expect(await inVirginia(answers(['use1-az1', 'use1-az2']), { zones: 'us-east-1a,us-east-1f' })).toEqual([
      `Account ${account} has no zone us-east-1f in region us-east-1. zones takes: us-east-1a (use1-az1), us-east-1b (use1-az2).`,
    ]);
  });

  test('may be too few for three control planes, and one that EKS refuses takes them', async () => {
    const three = { controlPlanes: '3' };
    expect(await inVirginia(answers(['use1-az1', 'use1-az3']), three, selfManaged)).toEqual([
      `Account ${account} has 2 zones in region us-east-1, and stack SelfManaged spreads over 3. ` +
        'Choose a region with 3 zones (export AWS_REGION=REGION), or fewer controlPlanes.',
    ]);
    expect(await inVirginia(answers(['use1-az1', 'use1-az3', 'use1-az2']), three, selfManaged)).toEqual([]);
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
    [eksEc2, {}, { zones: 'us-east-1a,us-east-1b' }, /zones .* is none and can't become us-east-1a,us-east-1b/],
  ])('is refused where AWS would refuse it, or the cluster would end: %#', (environment, from, to, sentence) => {
    expect(refused(environment, from, to)).toEqual([expect.stringMatching(sentence)]);
  });

  test.each([
    [eksEc2, { kubernetes: '1.35' }, {}],
    [eksEc2, { zones: 'us-east-1a,us-east-1b' }, { zones: 'us-east-1a,us-east-1b', bootstrapQualifier: 'team' }],
    [eksEc2, {}, { nodeCount: '3', instanceType: 't4g.medium', logRetentionDays: '1', allowedCidrs: '203.0.113.7/32' }],
    [eksEc2, {}, { podCidr: '172.16.0.0/12', controlPlanes: '3' }],
    [selfManaged, {}, { controlPlanes: '3', nodeCount: '4', customerKey: true }],
  ])('passes otherwise: %#', (environment, from, to) => {
    expect(refused(environment, from, to)).toEqual([]);
  });
});
