import { describe, expect, test } from '@jest/globals';
import { EcsAndEks } from '../../lib/environments/ecs-and-eks.ts';
import { EksEc2 } from '../../lib/environments/eks-ec2.ts';
import { EksFargate } from '../../lib/environments/eks-fargate.ts';
import { SelfManaged } from '../../lib/environments/self-managed.ts';
import { stackOf, templateOf } from './synth.ts';

/** The values of a document that hold no others, and all keys. */
const leavesOf = (value: unknown): string[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => [key, ...leavesOf(inner)])
    : [String(value)];

const everything = { compute: 'both', customerKey: 'true', controlPlanes: '3', name: 'aya' };

describe.each([EksEc2, EksFargate, EcsAndEks, SelfManaged])('%p with a setting name', (Environment) => {
  const { name } = Environment;

  test('has it in the names of the stack and of all that is called after it', () => {
    expect(stackOf(Environment, everything).stackName).toBe(`${name}-aya`);
    const { Description: description, ...template } = templateOf(Environment, everything).toJSON() as Record<
      string,
      unknown
    >;
    expect(description).toContain(name);
    // CDK describes its own functions by their path in the app.
    const named = leavesOf(template).filter(
      (text) => new RegExp(`\\b${name}\\b`, 'i').test(text) && !text.startsWith('AWS CDK resource provider framework'),
    );
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((text) => new RegExp(`\\b${name}\\b(?!-aya)`, 'i').test(text))).toEqual([]);
  });

  test('has its assets where the qualifier of the bootstrap says', () => {
    const { synthesizer } = stackOf(Environment, { bootstrapQualifier: 'team' });
    expect(synthesizer.bootstrapQualifier).toBe('team');
  });
});
