import { Stack } from 'aws-cdk-lib/core';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { type Cluster, FargateProfile as EksFargateProfile } from 'aws-cdk-lib/aws-eks-v2';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { FargateProfile } from '../model/environment.ts';
import { UsageError } from '../core/errors.ts';
import { acknowledgePull, pullPolicy } from './image-pull.ts';

/** The add-ons that run on Fargate have images below this prefix alone. */
const pull = { addOns: ['eks/*'] };

/**
 * Properties of {@link FargateProfiles}.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html
 */
export interface FargateProfilesProps {
  /** The EKS cluster. */
  readonly cluster: Cluster;
  /** The cluster's name as it was chosen, which `cluster.clusterName` is only after deployment. */
  readonly clusterName: string;
  /** Its private subnets are where the pods run. */
  readonly vpc: IVpc;
  /** A name for each profile and the namespaces whose pods it runs. */
  readonly profiles: readonly FargateProfile[];
  /** Where the pods' logs go. */
  readonly logGroup: ILogGroup;
}

/**
 * The cluster's Fargate profiles, which say whose pods run on Fargate, and the role of the machines that run them. The
 * pods get the cluster's security group, as managed nodes do, so that both reach each other.
 */
export class FargateProfiles extends Construct {
  constructor(scope: Construct, id: string, props: FargateProfilesProps) {
    super(scope, id);
    const { cluster, vpc, profiles } = props;
    if (vpc.privateSubnets.length === 0) {
      throw new UsageError(
        'EKS runs pods on Fargate in private subnets only, and this VPC has none with a way out. ' +
          'Give it subnets of type PRIVATE_WITH_EGRESS, which a NAT gateway serves.',
      );
    }
    const podExecutionRole = this.podExecutionRole(props);
    for (const { name, namespaces } of profiles) {
      // One after the other, as EKS wants it: CDK makes each wait for the one before.
      new EksFargateProfile(this, name, {
        cluster,
        fargateProfileName: name,
        podExecutionRole,
        selectors: namespaces.map((namespace) => ({ namespace })),
        vpc,
        subnetSelection: { subnets: vpc.privateSubnets },
      });
    }
  }

  /**
   * What the machines may do that run the pods; the containers on them can't use it. AWS offers
   * AmazonEKSFargatePodExecutionRolePolicy, which reads every repository in reach: these are the same four actions, for
   * the images of EKS's add-ons alone, which lie in registries of AWS that differ from region to region.
   */
  private podExecutionRole({ clusterName, logGroup }: FargateProfilesProps): Role {
    const stack = Stack.of(this);
    const profiles = stack.formatArn({ service: 'eks', resource: 'fargateprofile', resourceName: `${clusterName}/*` });
    const role = new Role(this, 'PodExecutionRole', {
      description: 'Machines that run pods on Fargate',
      // Without the condition, any profile of the account could have it (the service would be a confused deputy).
      assumedBy: new ServicePrincipal('eks-fargate-pods.amazonaws.com').withConditions({
        ArnLike: { 'aws:SourceArn': profiles },
      }),
      inlinePolicies: {
        PullAddOnImages: pullPolicy(this, pull),
        WritePodLogs: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
              // CloudFormation's ARN of a log group ends in `:*` and so means its streams as well.
              resources: [logGroup.logGroupArn],
            }),
          ],
        }),
      },
    });
    acknowledgePull(role, pull);
    return role;
  }
}
