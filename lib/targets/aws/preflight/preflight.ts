import { LabsError, ExternalError } from '../../../core/errors.ts';
import { hourlyPrice, notIncluded, pricesReadOn, pricesRegion } from '../../../catalog/prices.ts';
import type { Lab } from '../../../model/lab.ts';
import type { Settings } from '../../../settings/settings.ts';
import type { Language, Text } from '../../../core/text.ts';
import { bootstrapCheck } from './bootstrap.ts';
import type { AwsCheck } from './check.ts';
import { linkedRoleCheck } from './linked-role.ts';
import { logGroupCheck } from './log-group.ts';
import { quotaCheck } from './quotas.ts';
import { regionCheck } from './region.ts';
import { clusterCheck } from './cluster.ts';
import { stackCheck } from './stack.ts';
import { zonesCheck } from './zones.ts';
import { stackOf } from '../stack.ts';
import { explained } from '../errors.ts';
import type { AwsCalls } from '../operations.ts';
import type { AwsDependencies } from '../dependencies.ts';
import { noRegion, accountRegionOf, refuseElsewhere, type AccountRegion } from '../account-region.ts';

/** What is asked for, and what is remembered. */
export interface Intent {
  readonly lab: Lab;
  readonly settings: Settings;
  /** Where the environment is already, if this machine made it. */
  readonly remembered: AccountRegion | undefined;
  /** Whether the stack stands, so that it takes no more of the account's quotas. */
  readonly stands: boolean;
}

/** What a deployment needs to know, all of it checked. */
export interface Deployment {
  readonly aws: AwsCalls;
  readonly accountRegion: AccountRegion;
  /** With the addresses that the API endpoint is open to. */
  readonly settings: Settings;
  /** The kubectl that fits, as a file. */
  readonly kubectl: string;
}

/** Any region that has STS, to look at the credentials where no region is set. */
const anyRegion = 'us-east-1';

/**
 * Checks everything that can be checked before a deployment, and collects all that is wrong.
 *
 * @throws ExternalError with a sentence for each problem
 */
export async function preflight(
  dependencies: AwsDependencies,
  { lab, settings, remembered, stands }: Intent,
  signal: AbortSignal,
): Promise<Deployment> {
  const problems: Text[] = [];
  /** What a part of the checks gives, or undefined when it has a problem, which is then collected. */
  const collect = async <T>(run: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await run();
    } catch (error) {
      signal.throwIfAborted();
      const reason = explained(error);
      if (!(reason instanceof LabsError)) throw reason;
      problems.push(reason.text);
      return undefined;
    }
  };

  const region = await collect(() => dependencies.connection.region());
  if (region === undefined && problems.length === 0) problems.push(noRegion);
  const aws = await dependencies.connection.calls(region ?? anyRegion);
  const throughNode = lab.environment.reachedThroughNode === true;
  const [accountRegion, kubectl, , , cidrs] = await Promise.all([
    collect(async () => {
      const present = await accountRegionOf(aws, signal);
      if (remembered !== undefined && region !== undefined) refuseElsewhere(lab.environment.id, remembered, present);
      return present;
    }),
    collect(() => dependencies.tools.kubectl(settings.kubernetes)),
    collect(() => dependencies.tools.awsCli()),
    collect(async () => (throughNode ? dependencies.tools.sessionPlugin() : undefined)),
    // Nobody has to be let in where nothing is open.
    collect(async () => (throughNode ? settings.allowedCidrs : allowedCidrs(dependencies, settings, signal))),
  ]);

  if (accountRegion !== undefined && region !== undefined) {
    const checks: readonly AwsCheck[] = [
      regionCheck,
      bootstrapCheck,
      stackCheck(lab.id, remembered !== undefined),
      clusterCheck(lab.id),
      logGroupCheck,
      ...(stands ? [] : [quotaCheck, zonesCheck, linkedRoleCheck]),
    ];
    const { environment } = lab;
    const stack = stackOf(environment, settings);
    const found = await Promise.all(
      checks.map((check) => collect(() => check({ aws, accountRegion, environment, settings, stack, signal }))),
    );
    problems.push(...found.flatMap((sentences) => sentences ?? []));
  }
  if (problems.length > 0 || accountRegion === undefined || kubectl === undefined || cidrs === undefined)
    throw new ExternalError({ ja: linesOf(problems, 'ja'), en: linesOf(problems, 'en') });
  return { aws, accountRegion, kubectl, settings: { ...settings, allowedCidrs: cidrs } };
}

/** Each problem once, as a line: two parts of the checks may meet the same one. */
const linesOf = (problems: readonly Text[], language: Language): string =>
  [...new Set(problems.map((problem) => problem[language]))].join('\n');

/** The addresses that a person gave; this machine's own when there are none, since the labs command itself has to get in. */
const allowedCidrs = async (dependencies: AwsDependencies, { allowedCidrs: given }: Settings, signal: AbortSignal) =>
  given.length > 0 ? given : [`${await dependencies.ownAddress(signal)}/32`];

/** Where a deployment goes, who gets in, and what it costs: said before it begins. */
export function announcement(lab: Lab, { accountRegion, settings }: Deployment): Text {
  const price = hourlyPrice(lab.environment.billed(settings)).usdPerHour.toFixed(2);
  const cidrs = settings.allowedCidrs.join(', ');
  const way: Text =
    lab.environment.reachedThroughNode === true
      ? {
          ja: 'API は VPC の中だけにあり、Session Manager を通して届きます',
          en: 'the API is inside of the VPC alone, and is reached through Session Manager',
        }
      : { ja: `API エンドポイントに届くのは ${cidrs} だけです`, en: `the API endpoint is open to ${cidrs} only` };
  return {
    ja:
      `アカウント ${accountRegion.account}、リージョン ${accountRegion.region}。${way.ja}。` +
      `1 時間あたり ${price} USD（${pricesRegion} の公開価格、${pricesReadOn}。${notIncluded.ja}は含みません）`,
    en:
      `account ${accountRegion.account}, region ${accountRegion.region}; ${way.en}; ` +
      `${price} USD an hour (list prices of ${pricesRegion}, ${pricesReadOn}, without ${notIncluded.en})`,
  };
}
