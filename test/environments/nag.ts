import { describe, expect, jest, test } from '@jest/globals';
import { type Stack, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { Node } from 'constructs';
import type { EnvironmentStack } from '../../lib/environments/environment-stack.ts';
import { stackOf } from './synth.ts';

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

/** Tests an environment's stack against cdk-nag, under each of these settings. */
export function describeNag(
  Environment: EnvironmentStack,
  cases: readonly (readonly [name: string, settings: Readonly<Record<string, string>>])[],
): void {
  describe('cdk-nag', () => {
    test.each(cases)('finds nothing that is not acknowledged with a reason, under %s', (_, settings) => {
      expect(findingsOf(stackOf(Environment, settings))).toEqual([]);
    });

    test.each(cases)(
      'finds all that is acknowledged, so that no reason outlives its finding, under %s',
      (_, settings) => {
        expectReasonsToHold(stackOf(Environment, settings));
      },
    );
  });
}
