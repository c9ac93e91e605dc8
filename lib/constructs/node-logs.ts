import { RemovalPolicy } from 'aws-cdk-lib/core';
import { CfnPodIdentityAssociation } from 'aws-cdk-lib/aws-eks';
import type { Cluster } from 'aws-cdk-lib/aws-eks-v2';
import { PolicyDocument, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { podIdentity, type ServiceAccountName } from './pod-identity.ts';

/**
 * Properties of {@link NodeLogs}.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html
 */
export interface NodeLogsProps {
  /** The EKS cluster. */
  readonly cluster: Cluster;
  /** The cluster's name as it was chosen, which `cluster.clusterName` is only after deployment. */
  readonly clusterName: string;
  /** The service account of the agent that writes them. */
  readonly agent: ServiceAccountName;
  /** Days that the logs are kept. */
  readonly retention: RetentionDays;
}

/** Where the logs of a cluster's nodes, and of the containers on them, are found. */
export const nodeLogGroupName = (clusterName: string): string => `/aws/eks/${clusterName}/nodes`;

/**
 * The log group for what nodes and their containers print, and the right to write to it, which the agent's pods have and
 * the nodes have not. Made here: an agent that makes its own leaves one behind that never expires its logs.
 */
export class NodeLogs extends Construct {
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, { cluster, clusterName, agent, retention }: NodeLogsProps) {
    super(scope, id);
    this.logGroup = new LogGroup(this, 'LogGroup', {
      logGroupName: nodeLogGroupName(clusterName),
      retention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', {
      description: 'Node log agent',
      assumedBy: podIdentity(cluster, agent),
      inlinePolicies: {
        WriteNodeLogs: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              // CloudFormation's ARN of a log group ends in `:*` and so means its streams as well.
              resources: [this.logGroup.logGroupArn],
            }),
          ],
        }),
      },
    });
    new CfnPodIdentityAssociation(this, 'Association', {
      clusterName: cluster.clusterName,
      namespace: agent.namespace,
      serviceAccount: agent.name,
      roleArn: role.roleArn,
    });
  }
}
