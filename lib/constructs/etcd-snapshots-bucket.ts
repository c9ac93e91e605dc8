import { CfnResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct, type IConstruct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { serviceHost } from './service-host.ts';

/**
 * Properties of {@link EtcdSnapshotsBucket}.
 *
 * @see https://etcd.io/docs/v3.6/op-guide/recovery/
 */
export interface EtcdSnapshotsBucketProps {
  /** The backups' keys begin with it. */
  readonly clusterName: string;
  /** KMS key that encrypts the objects. */
  readonly key: IKey;
  /** Days that the log of the function that empties the bucket is kept, unless the stack goes before. */
  readonly retention: RetentionDays;
}

/** How long a backup is kept. There is one an hour from each control plane. */
const keptFor = Duration.days(7);

/**
 * The bucket for backups of etcd, with the cluster's keys beside each snapshot: encrypted, versioned, and gone with the
 * stack, with all that is in it.
 */
export class EtcdSnapshotsBucket extends Construct {
  readonly bucket: Bucket;
  private readonly clusterName: string;
  private readonly key: IKey;

  constructor(scope: Construct, id: string, { clusterName, key, retention }: EtcdSnapshotsBucketProps) {
    super(scope, id);
    this.clusterName = clusterName;
    this.key = key;
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      versioned: true,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      lifecycleRules: [
        {
          expiration: keptFor,
          noncurrentVersionExpiration: keptFor,
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      removalPolicy: RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
    });
    acknowledge(this.bucket, {
      'AwsSolutions-S1':
        'The log of accesses would need a bucket that outlives the stack; only control planes may read here.',
    });
    this.keepLogOfEmptying(retention);
  }

  /** What a control plane may do: list, write and read backups of its cluster. Neither delete them, nor any version. */
  statements(): readonly PolicyStatement[] {
    const { bucketArn } = this.bucket;
    return [
      new PolicyStatement({
        actions: ['s3:ListBucket'],
        resources: [bucketArn],
        conditions: { StringLike: { 's3:prefix': `${this.clusterName}/*` } },
      }),
      new PolicyStatement({
        actions: ['s3:GetObject', 's3:PutObject'],
        resources: [this.bucket.arnForObjects(`${this.clusterName}/*`)],
      }),
      // An upload in parts reads what it has written.
      new PolicyStatement({
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: [this.key.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': serviceHost('s3', Stack.of(this)) } },
      }),
    ];
  }

  /** Says for cdk-nag why {@link statements} stand in a role. */
  acknowledgeIn(role: IConstruct): void {
    const bucketId = Stack.of(this).getLogicalId(this.bucket.node.defaultChild as CfnBucket);
    acknowledge(role, {
      [`AwsSolutions-IAM5[Resource::<${bucketId}.Arn>/${this.clusterName}/*]`]:
        'Backups of this cluster and no others; the name of each holds the time at which it is taken.',
    });
  }

  /** CDK's function would write to a log group that Lambda makes, and that stays. */
  private keepLogOfEmptying(retention: RetentionDays): void {
    const logGroup = new LogGroup(this, 'LogGroup', { retention, removalPolicy: RemovalPolicy.DESTROY });
    const provider = Stack.of(this).node.findChild('Custom::S3AutoDeleteObjectsCustomResourceProvider');
    const part = (name: string): CfnResource => {
      const child = provider.node.findChild(name);
      if (!CfnResource.isCfnResource(child)) throw new Error(`CDK's function that empties buckets has no ${name}.`);
      return child;
    };
    const role = part('Role');
    part('Handler').addPropertyOverride('LoggingConfig', { LogGroup: logGroup.logGroupName });
    // Without the permission to make a log group, nothing recreates it after the stack has deleted it.
    role.addPropertyDeletionOverride('ManagedPolicyArns');
    role.addPropertyOverride('Policies', [
      {
        PolicyName: 'Logs',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              Resource: [logGroup.logGroupArn],
            },
          ],
        },
      },
    ]);
  }
}
