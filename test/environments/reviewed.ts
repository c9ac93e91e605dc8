import { expect, test } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import type { EnvironmentStack } from '../../lib/environments/environment-stack.ts';
import { differences, masked, templateOf } from './synth.ts';

/**
 * Tests that a template is the one that was reviewed.
 *
 * @param everything the template with every setting
 */
export function testReviewed(template: Template, everything: Template): void {
  test('is the one that was reviewed', () => {
    expect(masked(template)).toMatchSnapshot();
  });

  test('with every setting is the one that was reviewed, where it differs from the default', () => {
    expect(differences(masked(template), masked(everything))).toMatchSnapshot();
  });
}

/** The properties in which the templates of an environment for the newest Kubernetes version and for 1.35 differ. */
export const versionDifferences = (Environment: EnvironmentStack): readonly [string | undefined, unknown, unknown][] =>
  differences(masked(templateOf(Environment)), masked(templateOf(Environment, { kubernetes: '1.35' }))).map(
    ([path, newer, other]) => [path.split('/').at(-1), newer, other],
  );
