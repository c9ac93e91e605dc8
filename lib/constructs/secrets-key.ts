import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

/**
 * Properties of {@link SecretsKey}.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/enable-kms.html
 */
export interface SecretsKeyProps {
  /** Name of the one log group that CloudWatch Logs may encrypt with this key. */
  readonly logGroupName: string;
}

/**
 * A key of the account's own, for the cluster's secrets and its logs. It rotates every year and is scheduled for
 * deletion with the stack, after the seven days that are the shortest that KMS offers.
 */
export class SecretsKey extends Construct {
  readonly key: Key;

  constructor(scope: Construct, id: string, { logGroupName }: SecretsKeyProps) {
    super(scope, id);
    const stack = Stack.of(this);
    this.key = new Key(this, 'Key', {
      description: `Secrets and control-plane logs of the EKS cluster in stack ${stack.stackName}`,
      enableKeyRotation: true,
      pendingWindow: Duration.days(7),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // CloudWatch Logs encrypts in its own name, so the key has to admit it; for this log group only.
    this.key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal(`logs.${stack.region}.${stack.urlSuffix}`)],
        actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
        // In a key's own policy this means that key.
        resources: ['*'],
        conditions: {
          ArnEquals: {
            'kms:EncryptionContext:aws:logs:arn': stack.formatArn({
              service: 'logs',
              resource: `log-group:${logGroupName}`,
            }),
          },
        },
      }),
    );
  }
}
