import { Validations } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';

/**
 * Says for cdk-nag why findings on a construct, and below it, stand. Anything that is not named stays a finding.
 *
 * `Validations.acknowledge` refuses ids with more than one `::`, and cdk-nag's ids of managed policies hold two, so the
 * reasons are written where that method would have put them.
 */
export function acknowledge(construct: IConstruct, reasons: Readonly<Record<string, string>>): void {
  construct.node.addMetadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, reasons);
}

/** Says for cdk-nag why a role carries these policies that AWS manages. */
export function acknowledgeManagedPolicies(role: IConstruct, policyNames: readonly string[], reason: string): void {
  acknowledge(
    role,
    Object.fromEntries(
      policyNames.map((name) => [`AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${name}]`, reason]),
    ),
  );
}
