import type { Text } from '../../../core/text.ts';
import { defaultBootstrapQualifier } from '../../../settings/schema.ts';
import { isNotFound } from '../errors.ts';
import type { AwsCheck } from './check.ts';

/** The parameter in which `cdk bootstrap` leaves its version. */
const parameterOf = (qualifier: string): string => `/cdk-bootstrap/${qualifier}/version`;

/** The oldest bootstrap that the CDK deploys stacks like ours with: `requiresBootstrapStackVersion` of its manifest. */
export const oldestBootstrap = 6;

/** Whether account and region are prepared for the CDK. */
export const bootstrapCheck: AwsCheck = async ({ aws, accountRegion, settings, signal }) => {
  const { bootstrapQualifier: qualifier } = settings;
  const own =
    qualifier === defaultBootstrapQualifier
      ? ''
      : ` --qualifier ${qualifier} --toolkit-stack-name CDKToolkit-${qualifier}`;
  const command = `npx cdk bootstrap aws://${accountRegion.account}/${accountRegion.region}${own}`;
  const way: Text = {
    ja: `次のコマンドで一度だけ準備してください: ${command}`,
    en: `Prepare them once with: ${command}`,
  };
  try {
    const { Parameter } = await aws.call('ssm.GetParameter', { Name: parameterOf(qualifier) }, signal);
    const version = Number(Parameter?.Value);
    if (version >= oldestBootstrap) return [];
    return [
      {
        ja: `アカウント ${accountRegion.account}、リージョン ${accountRegion.region} の CDK ブートストラップはバージョン ${Parameter?.Value ?? '?'} ですが、${oldestBootstrap} 以降が必要です。${way.ja}`,
        en: `Account ${accountRegion.account} was bootstrapped for the CDK in ${accountRegion.region} with version ${Parameter?.Value ?? '?'}, and ${oldestBootstrap} is the oldest that serves. ${way.en}`,
      },
    ];
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return [
      {
        ja: `アカウント ${accountRegion.account}、リージョン ${accountRegion.region} は、CDK のブートストラップがまだ済んでいません。${way.ja}`,
        en: `Account ${accountRegion.account} is not bootstrapped for the CDK in region ${accountRegion.region}. ${way.en}`,
      },
    ];
  }
};
