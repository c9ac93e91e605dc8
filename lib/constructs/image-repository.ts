import { RemovalPolicy } from 'aws-cdk-lib/core';
import { CfnRepository, Repository, TagMutability } from 'aws-cdk-lib/aws-ecr';
import { Construct } from 'constructs';

/**
 * A repository for images that ECR scans for known vulnerabilities as soon as they are pushed (basic scanning, which is
 * free; Amazon ECR User Guide, "Scan images for software vulnerabilities", read November 2026). Its name is made by
 * CloudFormation, so two stacks never meet. It goes with the stack, and all images with it.
 */
export class ImageRepository extends Construct {
  readonly repository: Repository;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.repository = new Repository(this, 'Repository', {
      // Said here and not for the registry, since that setting belongs to everybody in the account and region.
      imageScanOnPush: true,
      // What was scanned under a tag stays what the tag means.
      imageTagMutability: TagMutability.IMMUTABLE,
      removalPolicy: RemovalPolicy.DESTROY,
      emptyOnDelete: true,
    });
    const resource = this.repository.node.defaultChild;
    if (!(resource instanceof CfnRepository)) throw new Error('The repository is no native AWS::ECR::Repository.');
    // Said, because CDK leaves ECR's own key out, which is free. One of KMS would keep nobody out: IAM says who may pull.
    resource.encryptionConfiguration = { encryptionType: 'AES256' };
  }
}
