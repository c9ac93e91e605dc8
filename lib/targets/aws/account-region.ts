import { ExternalError, UsageError } from '../../core/errors.ts';
import type { Text } from '../../core/text.ts';
import { explaining } from './errors.ts';
import type { AwsCalls } from './operations.ts';

/** Whose AWS, and where: what the present credentials and region say. */
export interface AccountRegion {
  /** Twelve digits. */
  readonly account: string;
  /** Such as `ap-northeast-1`. */
  readonly region: string;
}

/** How AWS is reached. */
export interface AwsProfile {
  /** The region that the environment or the profile names, as the CDK and the AWS CLI find it; undefined if none does. */
  region(): Promise<string | undefined>;
  /** Calls to one region. */
  calls(region: string): Promise<AwsCalls>;
}

/** What to do about a region that nobody named. */
export const noRegion: Text = {
  ja: 'AWS のリージョンが設定されていません。AWS プロファイルに region を書くか、たとえば次のように設定してください: export AWS_REGION=ap-northeast-1',
  en: 'No AWS region is set. Set one, for example with: export AWS_REGION=ap-northeast-1 (or region in your AWS profile).',
};

/**
 * Connects to the region that is set.
 *
 * @throws ExternalError when none is
 */
export async function connect(connection: AwsProfile): Promise<AwsCalls> {
  const region = await connection.region();
  if (region === undefined) throw new ExternalError(noRegion);
  return connection.calls(region);
}

/**
 * Where the present credentials lead.
 *
 * @throws ExternalError without credentials, or with ones that are expired or refused
 */
export async function accountRegionOf(aws: AwsCalls, signal?: AbortSignal): Promise<AccountRegion> {
  const { Account } = await explaining(() => aws.call('sts.GetCallerIdentity', {}, signal));
  if (Account === undefined)
    throw new ExternalError({
      ja: '認証情報がどのアカウントのものか、AWS から返ってきませんでした。',
      en: 'AWS did not say which account your credentials belong to.',
    });
  return { account: Account, region: aws.region };
}

/**
 * Refuses to touch an environment from elsewhere: a stack of the same name there would be another one.
 *
 * @param remembered where the environment was made
 * @throws UsageError that says how to get there
 */
export function refuseElsewhere(environment: string, remembered: AccountRegion, present: AccountRegion): void {
  const account: Text = {
    ja: `アカウント ${remembered.account}（今の認証情報はアカウント ${present.account} のもの）`,
    en: `in account ${remembered.account}, but your credentials are of account ${present.account}`,
  };
  const region: Text = {
    ja: `リージョン ${remembered.region}（今のリージョンは ${present.region}）`,
    en: `in region ${remembered.region}, but your region is ${present.region}`,
  };
  const differing = [
    ...(remembered.account === present.account ? [] : [account]),
    ...(remembered.region === present.region ? [] : [region]),
  ];
  if (differing.length === 0) return;
  const way: Text =
    remembered.account === present.account
      ? {
          ja: `次のコマンドで、そこに切り替えてください: export AWS_REGION=${remembered.region}`,
          en: `Go there with: export AWS_REGION=${remembered.region}`,
        }
      : {
          ja: 'そのときに使ったプロファイル（AWS_PROFILE）またはアクセスキーと、同じリージョンに切り替えてください。',
          en: 'Go there with the profile or keys that you used then (AWS_PROFILE), and the same region.',
        };
  throw new UsageError({
    ja: `環境 ${environment} が動いているのは、${differing.map(({ ja }) => ja).join('、')}です。${way.ja}`,
    en: `Environment ${environment} runs ${differing.map(({ en }) => en).join('; and ')}. ${way.en}`,
  });
}
