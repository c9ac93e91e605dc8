import { RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import type { Cluster } from 'aws-cdk-lib/aws-eks-v2';
import { ManagedPolicy, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeManagedPolicies } from './acknowledge.ts';

/**
 * Properties of {@link KubectlFunctions}.
 *
 * @see https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_eks_v2-readme.html#kubectl-support
 */
export interface KubectlFunctionsProps {
  /** Name of the cluster. */
  readonly clusterName: string;
  /** Days that the functions' logs are kept. */
  readonly retention: RetentionDays;
}

/**
 * Role and logs of the two Lambda functions through which CloudFormation applies charts to a cluster: the one that runs
 * kubectl, and CDK's provider framework that calls it.
 */
export class KubectlFunctions extends Construct {
  /** The role for the function that runs kubectl. CDK makes it a cluster admin through an access entry. */
  readonly role: Role;
  private readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, { clusterName, retention }: KubectlFunctionsProps) {
    super(scope, id);
    this.role = new Role(this, 'Role', {
      description: 'Applies charts to the cluster when the stack is deployed',
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaVPCAccessExecutionRole')],
      inlinePolicies: {
        DescribeCluster: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ['eks:DescribeCluster'],
              // By name, since the cluster's own ARN would make the role wait for the cluster that waits for the role.
              resources: [Stack.of(this).formatArn({ service: 'eks', resource: 'cluster', resourceName: clusterName })],
            }),
          ],
        }),
      },
    });
    // The log groups that Lambda makes by itself never expire their logs and outlive the stack.
    this.logGroup = new LogGroup(this, 'LogGroup', {
      retention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    acknowledgeManagedPolicies(
      this.role,
      ['service-role/AWSLambdaVPCAccessExecutionRole'],
      'A function in a VPC makes network interfaces, which have no names before; AWS keeps this list of actions.',
    );
  }

  /** Gives the functions that CDK made for `cluster` this construct's log group, and says why their findings stand. */
  adopt(cluster: Cluster): void {
    const functions = cluster.node.findAll().filter((child) => child instanceof CfnFunction);
    for (const child of functions) child.addPropertyOverride('LoggingConfig.LogGroup', this.logGroup.logGroupName);
    // A condition on permissions to pull Helm charts, which the role above does without.
    this.node.tryRemoveChild('HasEcrPublic');

    const madeByCdk = 'CDK makes this function and its role, and offers no way to give it others.';
    const provider = cluster.node.findChild('KubectlProvider');
    const kubectl = provider.node.findChild('Handler').node.defaultChild;
    if (!(kubectl instanceof CfnFunction)) throw new Error('CDK made no function that runs kubectl.');
    acknowledge(kubectl, { 'AwsSolutions-L1': madeByCdk });
    acknowledgeManagedPolicies(
      provider,
      ['service-role/AWSLambdaBasicExecutionRole', 'service-role/AWSLambdaVPCAccessExecutionRole'],
      madeByCdk,
    );
    acknowledge(provider, {
      [`AwsSolutions-IAM5[Resource::<${Stack.of(this).getLogicalId(kubectl)}.Arn>:*]`]:
        'CDK lets its framework call every version of the one function that runs kubectl, and no other function.',
    });
  }
}
