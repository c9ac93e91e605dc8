import { expect, jest } from '@jest/globals';
import { type Stack, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { Node } from 'constructs';

/** What cdk-nag finds in a stack that is not acknowledged: the rule's id and the construct's path, of each finding. */
export const findingsOf = (stack: Stack): readonly string[] =>
  new AwsSolutionsChecks()
    .validateScope(stack)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`),
    );

/** Expects that every acknowledgement in a stack gives a reason, and that cdk-nag would find what it acknowledges. */
export function expectReasonsToHold(stack: Stack): void {
  const reasons = stack.node.findAll().flatMap((construct) =>
    construct.node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      .map(([rule, reason]) => ({ construct, rule, reason })),
  );
  expect(reasons.length).toBeGreaterThan(5);
  const unacknowledged = jest.spyOn(Node.prototype, 'metadata', 'get').mockReturnValue([]);
  const found = findingsOf(stack);
  unacknowledged.mockRestore();
  for (const { construct, rule, reason } of reasons) {
    expect(reason).toMatch(/^[A-Z].{30,}\.$/);
    expect(found).toContainEqual(expect.stringContaining(`${rule} ${construct.node.path}`));
  }
}
