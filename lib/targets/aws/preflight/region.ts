import { closest } from '../../../core/closest.ts';
import type { Text } from '../../../core/text.ts';
import { allPages, type AwsCalls } from '../operations.ts';
import { partitionOf, supportedPartitions } from '../partition.ts';
import { demandOf, type AwsCheck } from './check.ts';

/**
 * Whether the partition of the region is supported, and the region has EKS, and Fargate if the environment uses it: by the list that AWS publishes as public
 * parameters (AWS Systems Manager User Guide, "Calling AWS service, Region, endpoint … public parameters", read November
 * 2026). Where a region publishes none, nothing is claimed: CloudFormation then says what is missing.
 */
export const regionCheck: AwsCheck = async ({ aws, accountRegion, environment, settings, signal }) => {
  const partition = partitionOf(accountRegion.region);
  if (!supportedPartitions.includes(partition)) {
    return [
      {
        ja:
          `リージョン ${accountRegion.region} はパーティション ${partition} にあり、このプロジェクトは対応していません。` +
          'コンテナイメージとパッケージを registry.k8s.io、public.ecr.aws、pkgs.k8s.io から取得しますが、そこからは届かないからです。別のパーティションのアカウントを使ってください。',
        en:
          `Region ${accountRegion.region} is in partition ${partition}, which this project does not support: images and packages come from ` +
          'registry.k8s.io, public.ecr.aws and pkgs.k8s.io, which can not be reached from there. Use an account of another partition.',
      },
    ];
  }
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
