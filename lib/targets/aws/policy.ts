import { readFileSync } from 'node:fs';
import { projectFile } from '../../platform/project-file.ts';
import type { OperationName } from './operations.ts';

/** A statement of an IAM policy. */
export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: object;
}

/** The text of the policy that a person who uses target aws needs, as the READMEs show it. */
export const policyText = (): string => readFileSync(projectFile('lib/targets/aws/policy.json'), 'utf8');

/** The statements of {@link policyText}. */
export const policyStatements = (): readonly PolicyStatement[] =>
  (JSON.parse(policyText()) as { readonly Statement: readonly PolicyStatement[] }).Statement;

/** The statement that allows an action; undefined where none does. */
export const statementFor = (action: string): string | undefined =>
  policyStatements().find(({ Action }) => [Action].flat().includes(action))?.Sid;

/** Prefixes of actions in IAM, where they are not the client's name (Service Authorization Reference, read November 2026). */
const prefixes: Readonly<Record<string, string>> = {
  elb: 'elasticloadbalancing',
  elbv2: 'elasticloadbalancing',
  quotas: 'servicequotas',
  tagging: 'tag',
};

/** The IAM action that an operation needs, such as `ec2:DescribeVpcs`. */
export function actionOf(operation: OperationName): string {
  const [client = '', name = ''] = operation.split('.');
  return `${prefixes[client] ?? client}:${name}`;
}
