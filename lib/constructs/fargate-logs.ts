import { RemovalPolicy } from 'aws-cdk-lib/core';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

/**
 * Properties of {@link FargateLogs}.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/fargate-logging.html
 */
export interface FargateLogsProps {
  /** Name of the cluster. */
  readonly clusterName: string;
  /** Days that the logs are kept. */
  readonly retention: RetentionDays;
}

/**
 * The log group for what pods on Fargate print. Made here: Fargate's log router would make one that never expires its
 * logs and outlives the stack, and would need the permission to.
 */
export class FargateLogs extends Construct {
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, { clusterName, retention }: FargateLogsProps) {
    super(scope, id);
    this.logGroup = new LogGroup(this, 'LogGroup', {
      logGroupName: `/aws/eks/${clusterName}/pods`,
      retention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
