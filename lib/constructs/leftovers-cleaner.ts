import { CustomResource, Duration, RemovalPolicy, Stack, Token } from 'aws-cdk-lib/core';
import { CfnSecurityGroup, type IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Cluster } from 'aws-cdk-lib/aws-eks-v2';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { type ILogGroup, LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { bundledCode } from './bundled-code.ts';
import { leftoversPatterns, leftoversStatements } from './leftovers-policy.ts';

/**
 * Properties of {@link LeftoversCleaner}.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources-lambda.html
 */
export interface LeftoversCleanerProps {
  /** The EKS cluster. */
  readonly cluster: Cluster;
  /** The cluster's name as text: it is a part of the tags that the function's permissions name. */
  readonly clusterName: string;
  /** The cluster's network, which waits for the cleaner when the stack goes. */
  readonly vpc: IVpc;
  /** The log group that EKS writes to, which waits for the cleaner when the stack goes. */
  readonly controlPlaneLogGroup: ILogGroup;
  /** Days that the function's logs are kept, unless the stack goes before. */
  readonly retention: RetentionDays;
}

/**
 * Removes what Kubernetes made outside of CloudFormation, when the stack is deleted: after the cluster, so that no
 * controller recreates anything, and before the network, which load balancers, interfaces and security groups would
 * hold. CloudFormation deletes in the reverse order of creation, so the cleaner is made between the two; then it does
 * nothing.
 */
export class LeftoversCleaner extends Construct {
  constructor(scope: Construct, id: string, props: LeftoversCleanerProps) {
    super(scope, id);
    const { cluster, clusterName, vpc, controlPlaneLogGroup, retention } = props;
    if (Token.isUnresolved(clusterName)) {
      throw new Error('LeftoversCleaner needs the name of the cluster as text, for example the name of the stack.');
    }
    const logGroup = new LogGroup(this, 'LogGroup', { retention, removalPolicy: RemovalPolicy.DESTROY });
    const role = new Role(this, 'Role', {
      description: `Removes what cluster ${clusterName} leaves behind`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        Leftovers: new PolicyDocument({
          statements: [
            ...leftoversStatements(clusterName, vpc, Stack.of(this)),
            new PolicyStatement({
              actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              resources: [logGroup.logGroupArn],
            }),
          ],
        }),
      },
    });
    const cleaner = new LambdaFunction(this, 'Function', {
      description: `Removes what cluster ${clusterName} leaves behind when its stack is deleted`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: bundledCode('lib/leftovers/handler.ts'),
      role: role.withoutPolicyUpdates(),
      logGroup,
      memorySize: 256,
      // The longest that Lambda offers: AWS takes minutes to let go of a load balancer's interfaces.
      timeout: Duration.minutes(15),
    });
    const resource = new CustomResource(this, 'Resource', {
      resourceType: 'Custom::ClusterLeftovers',
      serviceToken: cleaner.functionArn,
      // CloudFormation would otherwise wait for an hour if the function can't be run at all.
      serviceTimeout: Duration.minutes(16),
      properties: { ClusterName: clusterName, VpcId: vpc.vpcId },
    });

    // All of the network: subnets and gateways hang on the VPC, and would go at the same time as the cleaner.
    resource.node.addDependency(vpc);
    const groups = cluster.node.findAll().filter((child) => child instanceof CfnSecurityGroup);
    resource.node.addDependency(...groups);
    // EKS still writes late logs when the cluster is gone, and recreates a group that is gone too, without an expiry.
    resource.node.addDependency(controlPlaneLogGroup);
    cluster.node.defaultChild!.node.addDependency(resource);

    acknowledge(role, {
      'AwsSolutions-IAM5[Resource::*]': 'EC2 and Elastic Load Balancing take no resource for calls that only describe.',
      ...Object.fromEntries(
        leftoversPatterns.map((pattern) => [
          `AwsSolutions-IAM5[Resource::${pattern}]`,
          'Kubernetes chose the names; a condition holds the permission to resources that carry the tags of this cluster.',
        ]),
      ),
    });
  }
}
