import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

/**
 * The key of a self-managed cluster's backups and parameters. With the keys that AWS manages, a principal that
 * may read objects or parameters of the account, for example by the policy ReadOnlyAccess, could read the cluster's CA. It is scheduled for
 * deletion with the stack, after the seven days that are the shortest that KMS offers.
 */
export class ClusterKey extends Construct {
  readonly key: Key;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      description: `Backups and join secrets of the cluster in stack ${Stack.of(this).stackName}`,
      enableKeyRotation: true,
      pendingWindow: Duration.days(7),
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
