import { expect, test } from '@jest/globals';
import { fargateLogging } from '../../charts/fargate-logging.ts';
import { serviceAccount } from '../../charts/service-account.ts';

test('the configuration of the log router is the one that was reviewed', () => {
  expect(fargateLogging({ region: 'ap-northeast-1', logGroupName: '/aws/eks/lab/pods' }).toJson()).toMatchSnapshot();
});

test('the service account is the one that was reviewed', () => {
  const roleArn = 'arn:aws:iam::111122223333:role/reader';
  expect(serviceAccount({ namespace: 'lab', name: 'reader', roleArn }).toJson()).toEqual([
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'reader', namespace: 'lab', annotations: { 'eks.amazonaws.com/role-arn': roleArn } },
      automountServiceAccountToken: false,
    },
  ]);
});
