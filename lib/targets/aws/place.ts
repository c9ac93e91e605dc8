import { SurroundingsError, UsageError } from '../../errors.ts';
import { explaining } from './errors.ts';
import type { AwsCalls } from './operations.ts';

/** Whose AWS, and where: what the present credentials and region say. */
export interface Place {
  /** Twelve digits. */
  readonly account: string;
  /** Such as `ap-northeast-1`. */
  readonly region: string;
}

/** How AWS is reached. */
export interface Connection {
  /** The region that the environment or the profile names, as the CDK and the AWS CLI find it; undefined if none does. */
  region(): Promise<string | undefined>;
  /** Calls to one region. */
  calls(region: string): Promise<AwsCalls>;
}

/** What to do about a region that nobody named. */
export const noRegion =
  'No AWS region is set. Set one, for example with: export AWS_REGION=ap-northeast-1 (or region in your AWS profile).';

/**
 * Connects to the region that is set.
 *
 * @throws SurroundingsError when none is
 */
export async function connect(connection: Connection): Promise<AwsCalls> {
  const region = await connection.region();
  if (region === undefined) throw new SurroundingsError(noRegion);
  return connection.calls(region);
}

/**
 * Where the present credentials lead.
 *
 * @throws SurroundingsError without credentials, or with ones that are expired or refused
 */
export async function placeOf(aws: AwsCalls, signal?: AbortSignal): Promise<Place> {
  const { Account } = await explaining(() => aws.call('sts.GetCallerIdentity', {}, signal));
  if (Account === undefined) throw new SurroundingsError('AWS did not say which account your credentials belong to.');
  return { account: Account, region: aws.region };
}

/**
 * Refuses to touch an environment from elsewhere: a stack of the same name there would be another one.
 *
 * @param remembered where the environment was made
 * @throws UsageError that says how to get there
 */
export function refuseElsewhere(environment: string, remembered: Place, present: Place): void {
  const differing = [
    ...(remembered.account === present.account
      ? []
      : [`in account ${remembered.account}, but your credentials are of account ${present.account}`]),
    ...(remembered.region === present.region
      ? []
      : [`in region ${remembered.region}, but your region is ${present.region}`]),
  ];
  if (differing.length === 0) return;
  const way =
    remembered.account === present.account
      ? `Go there with: export AWS_REGION=${remembered.region}`
      : 'Go there with the profile or keys that you used then (AWS_PROFILE), and the same region.';
  throw new UsageError(`Environment ${environment} runs ${differing.join('; and ')}. ${way}`);
}
