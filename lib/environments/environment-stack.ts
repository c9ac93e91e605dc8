import type { Stack, StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Settings } from '../settings/settings.ts';

/** Properties of {@link EnvironmentStack}. */
export interface EnvironmentStackProps extends StackProps {
  /** Settings of the environment, already validated. */
  readonly settings: Settings;
}

/** The class of an environment's stack. */
export type EnvironmentStack<S extends Stack = Stack> = new (
  scope: Construct,
  id: string,
  props: EnvironmentStackProps,
) => S;
