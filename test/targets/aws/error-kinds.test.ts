import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ExternalError } from '../../../lib/core/errors.ts';
import { projectFolder } from '../../../lib/platform/paths.ts';
import { type ErrorKind, kindOf, networkCodes } from '../../../lib/targets/aws/error-kinds.ts';
import { explained } from '../../../lib/targets/aws/errors.ts';
import { operationNames, type OperationName } from '../../../lib/targets/aws/operations.ts';
import { awsError } from './recorded.ts';

const modules = path.join(projectFolder, 'node_modules');

/** The packages of the clients. */
const packages: Readonly<Record<string, string>> = {
  cloudformation: 'client-cloudformation',
  ec2: 'client-ec2',
  ecs: 'client-ecs',
  eks: 'client-eks',
  elb: 'client-elastic-load-balancing',
  elbv2: 'client-elastic-load-balancing-v2',
  iam: 'client-iam',
  kms: 'client-kms',
  logs: 'client-cloudwatch-logs',
  quotas: 'client-service-quotas',
  ssm: 'client-ssm',
  sts: 'client-sts',
  tagging: 'client-resource-groups-tagging-api',
};

/** The errors of an operation in the SDK's model: it documents each of them with the command. */
async function modelledErrors(operation: OperationName): Promise<readonly string[]> {
  const [client = '', name = ''] = operation.split('.');
  const file = path.join(modules, '@aws-sdk', packages[client]!, 'dist-types', 'commands', `${name}Command.d.ts`);
  const documentation = await readFile(file, 'utf8');
  return [...documentation.matchAll(/@throws \{@link (\w+)\} \((?:client|server) fault\)/g)].map(
    ([, error = '']) => error,
  );
}

/** Errors that have no way out of their own: a call that AWS refuses as invalid is a defect of the labs. */
const general: readonly ErrorKind[] = ['invalid'];
const generalErrors = [
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
];

describe('every error that a call of the labs can give', () => {
  test.each(operationNames)('%s: has a sentence of its own, or is in the list of general ones', async (operation) => {
    for (const name of await modelledErrors(operation)) {
      const kind = kindOf(name);
      expect({ name, kind }).not.toEqual({ name, kind: undefined });
      if (general.includes(kind!)) expect(generalErrors).toContain(name);
      const { text } = explained(awsError(name, 'said AWS')) as ExternalError;
      expect(text.en).not.toBe('said AWS');
      expect(text.ja).toMatch(/\p{Script=Hiragana}/u);
    }
  });

  test('the SDK documents errors where they are looked for', async () => {
    const all = (await Promise.all(operationNames.map(modelledErrors))).flat();
    expect(new Set(all).size).toBeGreaterThan(30);
    // None of the general ones is there in vain.
    expect(generalErrors.filter((name) => !all.includes(name))).toEqual([]);
  });

  test.each([
    ['THROTTLING_ERROR_CODES', ['throttled']],
    ['CLOCK_SKEW_ERROR_CODES', ['credentials', 'expired', 'denied']],
    ['TRANSIENT_ERROR_CODES', ['unreachable']],
  ] as const)('of %s in the SDK’s retries, too', async (list, kinds) => {
    const codes = await codesOf(list);
    expect(codes.length).toBeGreaterThan(2);
    for (const code of codes) expect(kinds).toContain(kindOf(code));
  });

  test.each(['NODEJS_TIMEOUT_ERROR_CODES', 'NODEJS_NETWORK_ERROR_CODES'])(
    'of %s in the SDK’s retries, too',
    async (list) => {
      expect(networkCodes).toEqual(expect.arrayContaining([...(await codesOf(list))]));
    },
  );
});

/** A list of codes in the source of the SDK's retries, which does not export it. */
async function codesOf(list: string): Promise<readonly string[]> {
  const source = await readFile(path.join(modules, '@smithy/core/dist-cjs/submodules/retry/index.js'), 'utf8');
  const [, body = ''] = new RegExp(`const ${list} = \\[([^\\]]*)\\]`).exec(source) ?? [];
  return [...body.matchAll(/"(\w+)"/g)].map(([, code = '']) => code);
}

describe('a denied call', () => {
  const sentence = (message: string, operation?: OperationName) =>
    (explained(Object.assign(awsError('AccessDeniedException', message), { operation })) as ExternalError).message;

  test('names the action and the statement of the policy that allows it', () => {
    const said =
      'User: arn:aws:iam::1:user/a is not authorized to perform: eks:DescribeCluster on resource: arn:aws:eks';
    expect(sentence(said)).toMatch(
      /^Your identity may not call eks:DescribeCluster on AWS: .* Statement SeeTheClusters of the policy in README\.md/,
    );
  });

  test('names the action of the call where AWS names none', () => {
    expect(sentence('Forbidden', 'quotas.GetServiceQuota')).toMatch(
      /^Your identity may not call servicequotas:GetServiceQuota on AWS: Forbidden\. Statement WhatTakesNoResource/,
    );
  });

  test('says that a policy of the organization can’t be overridden', () => {
    const said = 'not authorized to perform: ec2:DescribeVpcs with an explicit deny in a service control policy';
    expect(sentence(said)).toMatch(/A policy of your organization .* Ask the administrators of the account/);
  });

  test('says that it is not the caller’s where the policy does not have it', () => {
    expect(sentence('is not authorized to perform: eks:CreateCluster')).toMatch(/a role of npx cdk bootstrap does it/);
  });
});
