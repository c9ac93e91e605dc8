import { describe, expect, test } from '@jest/globals';
import { followCdk } from '../../../lib/targets/aws/cdk.ts';
import { reachedQuota } from '../../../lib/targets/aws/reached-quotas.ts';
import { never } from './recorded.ts';

describe('a quota that a deployment reaches', () => {
  test.each([
    ['The maximum number of VPCs has been reached. (Service: Ec2, Status Code: 400)', 'VPCs per Region', 'L-F678F1CE'],
    ['The maximum number of internet gateways has been reached.', 'Internet gateways per Region', 'L-A4707A72'],
    ['AddressLimitExceeded: The maximum number of addresses has been reached.', 'EC2-VPC Elastic IPs', 'L-0263D0A3'],
    [
      'NatGatewayLimitExceeded: Performing this operation would exceed the limit of 5 NAT gateways',
      'NAT gateways per Availability Zone',
      'L-FE5A380F',
    ],
    [
      'You have requested more vCPU capacity than your current vCPU limit of 5 allows for the instance bucket',
      'Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances',
      'L-1216C47A',
    ],
    ['AWS::EKS::Cluster Cluster ResourceLimitExceeded', 'Clusters', 'L-1194D53C'],
    ['Cannot exceed quota for RolesPerAccount: 1000', 'Roles per account', 'L-FE177D64'],
  ])('%s', (reason, name, code) => {
    const text = reachedQuota(reason, 'ap-northeast-1')!;
    for (const sentence of [text.ja, text.en]) {
      expect(sentence).toContain(name);
      expect(sentence).toMatch(
        new RegExp(`aws service-quotas request-service-quota-increase --service-code \\S+ --quota-code ${code} `),
      );
    }
  });

  test('that is not known is told apart, with the way to find it', () => {
    expect(reachedQuota('FileSystemLimitExceeded', 'us-east-1')?.en).toMatch(
      /find the quota and ask for more: aws service-quotas list/,
    );
  });

  test.each(['no capacity', 'Resource creation cancelled', 'Rate exceeded'])('is not read into: %s', (reason) => {
    expect(reachedQuota(reason, 'us-east-1')).toBeUndefined();
  });
});

describe('a CDK that fails', () => {
  const failing = (line: string) =>
    followCdk(
      async ({ onLine }) => {
        onLine(line);
        return 1;
      },
      'cdk deploy EksEc2',
      { args: [], region: 'us-east-1', signal: never },
      () => undefined,
    );

  test('for a quota says which, and how to raise it', async () => {
    await expect(
      failing(
        'EksEc2 | 3/46 | 10:20:00 AM | CREATE_FAILED | AWS::EC2::VPC | Network/Vpc (Vpc1) The maximum number of VPCs has been reached.',
      ),
    ).rejects.toThrow(
      /failed: AWS::EC2::VPC .*\nThe account's quota "VPCs per Region" \(vpc, L-F678F1CE\) is reached\./,
    );
  });

  test('for a permission of the caller says which statement has it', async () => {
    await expect(
      failing(
        'User: arn:aws:iam::1:user/a is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::1:role/cdk-hnb659fds-deploy-role',
      ),
    ).rejects.toThrow(/Statement DeployThroughTheCdk of the policy in README\.md/);
  });

  test('for a permission of CloudFormation’s role says that it is not the caller’s', async () => {
    await expect(
      failing(
        'EksEc2 | 3/46 | 10:20:00 AM | CREATE_FAILED | AWS::EKS::Cluster | Cluster (C1) is not authorized to perform: eks:CreateCluster',
      ),
    ).rejects.toThrow(/a role of npx cdk bootstrap does it/);
  });
});
