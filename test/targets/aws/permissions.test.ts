import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { clusterTag } from '../../../lib/constructs/node-tags.ts';
import { EksEc2 } from '../../../lib/environments/eks-ec2.ts';
import { environments } from '../../../lib/environments/catalogue.ts';
import { stackNameOf } from '../../../lib/settings/stack-name.ts';
import { projectFolder } from '../../../lib/platform/paths.ts';
import { sessionDocuments } from '../../../lib/targets/aws/session.ts';
import { operationNames } from '../../../lib/targets/aws/operations.ts';
import { actionOf, policyStatements, policyText, type PolicyStatement } from '../../../lib/targets/aws/policy.ts';
import { templateOf } from '../../environments/synth.ts';

/** What the AWS CLI and its plugin call for a session with a node (Systems Manager User Guide, "Sample IAM policies for Session Manager"). */
const sessions = ['ssm:ResumeSession', 'ssm:StartSession', 'ssm:TerminateSession', 'ssmmessages:OpenDataChannel'];

/** Anybody may ask who they are, even somebody who is denied everything. */
const free = ['sts:GetCallerIdentity'];

const statements = Promise.resolve(policyStatements());
const actionsOf = ({ Action }: PolicyStatement) => [Action].flat();
const resourcesOf = ({ Resource }: PolicyStatement) => [Resource].flat();
const matches = (pattern: string, name: string) =>
  new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
      .join('.*')}$`,
  ).test(name);

describe('the policy in the README', () => {
  test('is the one that the labs look into when a call is denied', async () => {
    const text = await readFile(path.join(projectFolder, 'README.md'), 'utf8');
    expect(/```json\n(.*?)```/s.exec(text)?.[1]).toBe(policyText());
  });

  test('allows every call of target aws, assuming roles, sessions, and nothing else', async () => {
    const needed = [...new Set([...operationNames.map(actionOf), ...sessions, 'sts:AssumeRole'])]
      .filter((action) => !free.includes(action))
      .sort();
    expect([...new Set((await statements).flatMap(actionsOf))].sort()).toEqual(needed);
    for (const { Effect } of await statements) expect(Effect).toBe('Allow');
  });

  test('gives everything to everybody only where IAM knows no resource', async () => {
    const open = (await statements).filter((statement) => resourcesOf(statement).includes('*'));
    expect(open.map(({ Sid }) => Sid)).toEqual(['WhatTakesNoResource']);
    // Parameters are listed without their values (Systems Manager User Guide, "Restricting access to parameters").
    const listing = ['ssm:DescribeParameters'];
    const named = /^(sts|kms|ssm|eks|cloudformation):|\*/;
    expect(open.flatMap(actionsOf).filter((action) => named.test(action))).toEqual(listing);
  });

  test.each(environments)(
    'names the stack $stack, and the cluster and the admin role where EKS has them',
    async (each) => {
      const { stack, reachedThroughNode = false } = each;
      const resources = (await statements).flatMap(resourcesOf);
      const named = (arn: string) => resources.filter((resource) => resource !== '*' && matches(resource, arn)).length;
      for (const name of [stack, stackNameOf(stack, 'aya')]) {
        expect(named(`arn:aws:cloudformation:us-east-1:111122223333:stack/${name}/1234`)).toBe(1);
        for (const arn of [
          `arn:aws:eks:us-east-1:111122223333:cluster/${name}`,
          `arn:aws:eks:us-east-1:111122223333:nodegroup/${name}/workers/1234`,
          `arn:aws:iam::111122223333:role/${name}-AdminRole38C4A1F5-abc`,
        ])
          expect(named(arn)).toBe(reachedThroughNode ? 0 : 1);
      }
    },
  );

  test('opens sessions with the nodes of a self-managed cluster, for what the labs do there, and ends its own only', async () => {
    const about = (await statements).filter((statement) =>
      actionsOf(statement).some((action) => sessions.includes(action)),
    );
    const [nodes, documents, own] = about;
    expect(about).toHaveLength(3);
    const tags = environments
      .filter(({ reachedThroughNode }) => reachedThroughNode)
      .map(({ stack }) => [`ssm:resourceTag/${clusterTag(stack)}`, 'owned']);
    expect(nodes?.Condition).toEqual({ StringEquals: Object.fromEntries(tags) as Record<string, string> });
    expect(resourcesOf(documents!)).toEqual(
      Object.values(sessionDocuments).map((name) => `arn:aws:ssm:*::document/${name}`),
    );
    for (const resource of resourcesOf(own!)) expect(resource).toMatch(/:session\/\$\{aws:user(id|name)\}-\*$/);
  });

  test('names the admin role as CloudFormation will, by stack and logical id', async () => {
    const output = JSON.stringify(templateOf(EksEc2).toJSON().Outputs);
    const id = /--role-arn ",\{"Fn::GetAtt":\["(\w+)","Arn"\]/.exec(output)?.[1];
    expect(id).toMatch(/AdminRole/);
  });
});
