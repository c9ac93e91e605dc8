import type { Stack, StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Settings } from '../settings/settings.ts';

/** What the stack of an environment needs to know. */
export interface EnvironmentStackProps extends StackProps {
  readonly settings: Settings;
}

/** The class of an environment's stack. */
export type EnvironmentStack<S extends Stack = Stack> = new (
  scope: Construct,
  id: string,
  props: EnvironmentStackProps,
) => S;
