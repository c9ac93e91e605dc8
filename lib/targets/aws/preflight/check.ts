import type { Environment } from '../../../model/environment.ts';
import type { Settings } from '../../../settings/settings.ts';
import type { Text } from '../../../core/text.ts';
import { instanceTypeNames, instanceTypes } from '../../../catalog/instance-types.ts';
import type { AwsCalls } from '../operations.ts';
import type { AccountRegion } from '../account-region.ts';

/** What a check before a deployment looks at. */
export interface CheckContext {
  readonly aws: AwsCalls;
  readonly accountRegion: AccountRegion;
  readonly environment: Environment;
  readonly settings: Settings;
  /** Name of the stack, and of the cluster in it. */
  readonly stack: string;
  readonly signal: AbortSignal;
}

/** Looks for what would make a deployment fail. Returns a sentence for each problem, with the way out. It changes nothing. */
export type AwsCheck = (context: CheckContext) => Promise<readonly Text[]>;

/** What an environment asks of the account, read from what it is billed for. */
export interface Demand {
  /** vCPUs of EC2 instances. */
  readonly ec2Vcpus: number;
  /** vCPUs of Fargate, with as many again for autoscalers and rollouts. */
  readonly fargateVcpus: number;
}

/** See {@link Demand}. */
export function demandOf({ environment, settings }: Pick<CheckContext, 'environment' | 'settings'>): Demand {
  const billed = environment.billed(settings);
  const quantityOf = (...names: readonly string[]): number =>
    billed.filter(({ name }) => names.includes(name)).reduce((sum, { quantity }) => sum + quantity, 0);
  return {
    ec2Vcpus: instanceTypeNames.reduce((sum, name) => sum + quantityOf(name) * instanceTypes[name].vcpus, 0),
    fargateVcpus: Math.ceil(2 * quantityOf('fargateVcpu', 'fargateArmVcpu')),
  };
}
