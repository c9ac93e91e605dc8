import { closest } from '../../../core/closest.ts';
import type { Text } from '../../../core/text.ts';
import { allPages, type AwsCalls } from '../operations.ts';
import { demandOf, type AwsCheck } from './check.ts';

/**
 * Whether the region has EKS, and Fargate if the environment uses it: by the list that AWS publishes as public
 * parameters (AWS Systems Manager User Guide, "Calling AWS service, Region, endpoint … public parameters", read November
 * 2026). Where a region publishes none, nothing is claimed: CloudFormation then says what is missing.
 */
export const regionCheck: AwsCheck = async ({ aws, accountRegion, environment, settings, signal }) => {
  const services = ['eks', ...(demandOf({ environment, settings }).fargateVcpus > 0 ? ['fargate'] : [])];
  const problems: Text[] = [];
  for (const service of services) {
    const regions = await regionsWith(aws, service, signal);
    if (regions.length === 0 || regions.includes(accountRegion.region)) continue;
    const nearest = closest(accountRegion.region, regions);
    problems.push({
      ja:
        `リージョン ${accountRegion.region} では ${names[service]} を使えません。` +
        (nearest === undefined ? '' : `「${nearest}」のことですか。`) +
        `使えるリージョンは ${regions.join('、')} です。次のコマンドで選んでください: export AWS_REGION=REGION`,
      en:
        `${names[service]} is not to be had in region ${accountRegion.region}.` +
        (nearest === undefined ? '' : ` Did you mean '${nearest}'?`) +
        ` It is in: ${regions.join(', ')}. Choose one with: export AWS_REGION=REGION`,
    });
  }
  return problems;
};

const names: Readonly<Record<string, string>> = { eks: 'Amazon EKS', fargate: 'AWS Fargate' };

/** The regions where a service is to be had; none where AWS publishes no list. */
async function regionsWith(aws: AwsCalls, service: string, signal: AbortSignal): Promise<string[]> {
  const path = `/aws/service/global-infrastructure/services/${service}/regions`;
  const parameters = await allPages(async (token) => {
    const { Parameters, NextToken } = await aws.call(
      'ssm.GetParametersByPath',
      { Path: path, ...(token === undefined ? {} : { NextToken: token }) },
      signal,
    );
    return { items: Parameters, next: NextToken };
  });
  return parameters.flatMap(({ Value }) => Value ?? []).sort();
}
