import type * as cloudformation from '@aws-sdk/client-cloudformation';
import type * as logs from '@aws-sdk/client-cloudwatch-logs';
import type * as ec2 from '@aws-sdk/client-ec2';
import type * as ecs from '@aws-sdk/client-ecs';
import type * as eks from '@aws-sdk/client-eks';
import type * as elb from '@aws-sdk/client-elastic-load-balancing';
import type * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2';
import type * as kms from '@aws-sdk/client-kms';
import type * as tagging from '@aws-sdk/client-resource-groups-tagging-api';
import type * as quotas from '@aws-sdk/client-service-quotas';
import type * as ssm from '@aws-sdk/client-ssm';
import type * as sts from '@aws-sdk/client-sts';

/** What an operation takes, and what it answers with. */
interface Operation<In, Out> {
  readonly in: In;
  readonly out: Out;
}

/** Every operation of AWS that this target uses. All of them read; what changes something is the CDK's part. */
export interface Operations {
  'cloudformation.DescribeStacks': Operation<
    cloudformation.DescribeStacksCommandInput,
    cloudformation.DescribeStacksOutput
  >;
  'cloudformation.ListStackResources': Operation<
    cloudformation.ListStackResourcesCommandInput,
    cloudformation.ListStackResourcesOutput
  >;
  'ec2.DescribeAddresses': Operation<ec2.DescribeAddressesCommandInput, ec2.DescribeAddressesResult>;
  'ec2.DescribeAvailabilityZones': Operation<
    ec2.DescribeAvailabilityZonesCommandInput,
    ec2.DescribeAvailabilityZonesResult
  >;
  'ec2.DescribeInstances': Operation<ec2.DescribeInstancesCommandInput, ec2.DescribeInstancesResult>;
  'ec2.DescribeInternetGateways': Operation<
    ec2.DescribeInternetGatewaysCommandInput,
    ec2.DescribeInternetGatewaysResult
  >;
  'ec2.DescribeLaunchTemplates': Operation<ec2.DescribeLaunchTemplatesCommandInput, ec2.DescribeLaunchTemplatesResult>;
  'ec2.DescribeNatGateways': Operation<ec2.DescribeNatGatewaysCommandInput, ec2.DescribeNatGatewaysResult>;
  'ec2.DescribeNetworkInterfaces': Operation<
    ec2.DescribeNetworkInterfacesCommandInput,
    ec2.DescribeNetworkInterfacesResult
  >;
  'ec2.DescribeRouteTables': Operation<ec2.DescribeRouteTablesCommandInput, ec2.DescribeRouteTablesResult>;
  'ec2.DescribeSecurityGroups': Operation<ec2.DescribeSecurityGroupsCommandInput, ec2.DescribeSecurityGroupsResult>;
  'ec2.DescribeSnapshots': Operation<ec2.DescribeSnapshotsCommandInput, ec2.DescribeSnapshotsResult>;
  'ec2.DescribeSubnets': Operation<ec2.DescribeSubnetsCommandInput, ec2.DescribeSubnetsResult>;
  'ec2.DescribeVolumes': Operation<ec2.DescribeVolumesCommandInput, ec2.DescribeVolumesResult>;
  'ec2.DescribeVpcEndpoints': Operation<ec2.DescribeVpcEndpointsCommandInput, ec2.DescribeVpcEndpointsResult>;
  'ec2.DescribeVpcs': Operation<ec2.DescribeVpcsCommandInput, ec2.DescribeVpcsResult>;
  'ecs.DescribeClusters': Operation<ecs.DescribeClustersCommandInput, ecs.DescribeClustersResponse>;
  'ecs.DescribeServices': Operation<ecs.DescribeServicesCommandInput, ecs.DescribeServicesResponse>;
  'ecs.DescribeTaskDefinition': Operation<ecs.DescribeTaskDefinitionCommandInput, ecs.DescribeTaskDefinitionResponse>;
  'eks.DescribeAddon': Operation<eks.DescribeAddonCommandInput, eks.DescribeAddonResponse>;
  'eks.DescribeCluster': Operation<eks.DescribeClusterCommandInput, eks.DescribeClusterResponse>;
  'eks.DescribeFargateProfile': Operation<eks.DescribeFargateProfileCommandInput, eks.DescribeFargateProfileResponse>;
  'eks.DescribeNodegroup': Operation<eks.DescribeNodegroupCommandInput, eks.DescribeNodegroupResponse>;
  'elb.DescribeLoadBalancers': Operation<elb.DescribeLoadBalancersCommandInput, elb.DescribeAccessPointsOutput>;
  'elbv2.DescribeLoadBalancers': Operation<elbv2.DescribeLoadBalancersCommandInput, elbv2.DescribeLoadBalancersOutput>;
  'elbv2.DescribeTargetGroups': Operation<elbv2.DescribeTargetGroupsCommandInput, elbv2.DescribeTargetGroupsOutput>;
  'kms.DescribeKey': Operation<kms.DescribeKeyCommandInput, kms.DescribeKeyResponse>;
  'logs.DescribeLogGroups': Operation<logs.DescribeLogGroupsCommandInput, logs.DescribeLogGroupsResponse>;
  'quotas.GetAWSDefaultServiceQuota': Operation<
    quotas.GetAWSDefaultServiceQuotaCommandInput,
    quotas.GetAWSDefaultServiceQuotaResponse
  >;
  'quotas.GetServiceQuota': Operation<quotas.GetServiceQuotaCommandInput, quotas.GetServiceQuotaResponse>;
  'ssm.DescribeParameters': Operation<ssm.DescribeParametersCommandInput, ssm.DescribeParametersResult>;
  'ssm.GetParameter': Operation<ssm.GetParameterCommandInput, ssm.GetParameterResult>;
  'ssm.GetParametersByPath': Operation<ssm.GetParametersByPathCommandInput, ssm.GetParametersByPathResult>;
  'sts.GetCallerIdentity': Operation<sts.GetCallerIdentityCommandInput, sts.GetCallerIdentityResponse>;
  'tagging.GetResources': Operation<tagging.GetResourcesCommandInput, tagging.GetResourcesOutput>;
}

/** Name of an operation: the client, and what it is called there. */
export type OperationName = keyof Operations;

/** Calls AWS, in one account and region. Tests put recorded answers in its place. */
export interface AwsCalls {
  /** Such as `ap-northeast-1`. */
  readonly region: string;
  /** Fails with the SDK's own error: {@link errorNameOf} tells which. */
  call<Name extends OperationName>(
    name: Name,
    input: Operations[Name]['in'],
    signal?: AbortSignal,
  ): Promise<Operations[Name]['out']>;
}

/** All pages of an answer that comes in several, one after the other. */
export async function allPages<Item>(
  read: (
    token: string | undefined,
  ) => Promise<{ readonly items: readonly Item[] | undefined; readonly next?: string | undefined }>,
): Promise<Item[]> {
  const all: Item[] = [];
  let token: string | undefined;
  do {
    const { items, next } = await read(token);
    all.push(...(items ?? []));
    // Some operations end with an empty token, others with none.
    token = next === '' ? undefined : next;
  } while (token !== undefined);
  return all;
}
