import { RemovalPolicy } from 'aws-cdk-lib/core';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

/**
 * Properties of {@link ControlPlaneLogs}.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html
 */
export interface ControlPlaneLogsProps {
  /** The name that EKS derives from the cluster's; see {@link controlPlaneLogGroupName}. */
  readonly logGroupName: string;
  /** Days that the logs are kept. */
  readonly retention: RetentionDays;
  /** Encrypts the logs. @default CloudWatch Logs' own key */
  readonly key?: IKey;
}

/** Where EKS writes the logs of a cluster's control plane (Amazon EKS User Guide, "Control plane logging"). */
export const controlPlaneLogGroupName = (clusterName: string): string => `/aws/eks/${clusterName}/cluster`;

/**
 * The log group that EKS writes to. Made here, before the cluster: EKS would make one that never expires its logs
 * and outlives the stack.
 */
export class ControlPlaneLogs extends Construct {
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, { logGroupName, retention, key }: ControlPlaneLogsProps) {
    super(scope, id);
    this.logGroup = new LogGroup(this, 'LogGroup', {
      logGroupName,
      retention,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(key !== undefined && { encryptionKey: key }),
    });
  }
}
