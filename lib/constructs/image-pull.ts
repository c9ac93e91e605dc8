import type { IRepository } from 'aws-cdk-lib/aws-ecr';
import { PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Stack } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/** What a machine may pull. */
export interface ImagePull {
  /** Names of repositories of EKS's add-ons, or patterns of such names. */
  readonly addOns: readonly string[];
  /** Repositories of this account. @default none */
  readonly repositories?: readonly IRepository[];
}

/**
 * Where the images of EKS's add-ons for EC2 nodes lie, in registries of AWS (the images that the add-ons' pods show, read
 * November 2026). Those of the VPC CNI plugin are older than the prefix `eks/`.
 */
export const nodeAddOnRepositories: readonly string[] = [
  'eks/*',
  'amazon-k8s-cni',
  'amazon-k8s-cni-init',
  'amazon/aws-network-policy-agent',
];

/**
 * The least that pulling these images takes. AWS offers policies that read every repository of the account, and
 * whatever other accounts have shared with it.
 */
export const pullPolicy = (scope: IConstruct, { addOns, repositories = [] }: ImagePull): PolicyDocument =>
  new PolicyDocument({
    statements: [
      new PolicyStatement({ actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }),
      new PolicyStatement({
        actions: ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'],
        resources: [
          ...addOns.map((resourceName) =>
            Stack.of(scope).formatArn({ service: 'ecr', account: '*', resource: 'repository', resourceName }),
          ),
          ...repositories.map(({ repositoryArn }) => repositoryArn),
        ],
      }),
    ],
  });

/** Says for cdk-nag why {@link pullPolicy} stands in a role. */
export function acknowledgePull(role: IConstruct, { addOns }: ImagePull): void {
  acknowledge(role, {
    'AwsSolutions-IAM5[Resource::*]':
      'The action ecr:GetAuthorizationToken knows no resources, and lets nobody read an image by itself.',
    ...Object.fromEntries(
      addOns.map((name) => [
        `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ecr:<AWS::Region>:*:repository/${name}]`,
        "Images of EKS's add-ons lie in registries of AWS, of which the account differs from region to region.",
      ]),
    ),
  });
}
