import { DefaultStackSynthesizer, type Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Settings } from '../settings/settings.ts';
import { stackNameOf } from '../settings/stack-name.ts';

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

/**
 * Properties of an environment's stack that follow from the settings. Its id stays, so that `cdk deploy EksEc2` means
 * the same stack whatever it is called.
 *
 * @param id of the stack within the app
 */
export const stackPropsOf = (id: string, { settings, ...props }: EnvironmentStackProps): StackProps => ({
  stackName: stackNameOf(id, settings.name),
  synthesizer: new DefaultStackSynthesizer({ qualifier: settings.bootstrapQualifier }),
  ...props,
});
