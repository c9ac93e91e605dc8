import { Fn } from 'aws-cdk-lib/core';
import type { Cluster } from 'aws-cdk-lib/aws-eks-v2';
import { CfnRole, type IOpenIdConnectProvider, PolicyDocument, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/**
 * Properties of {@link ServiceAccountRole}.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html
 */
export interface ServiceAccountRoleProps {
  /** The EKS cluster. */
  readonly cluster: Cluster;
  /** IAM's record of the cluster as somebody who vouches for service accounts. */
  readonly provider: IOpenIdConnectProvider;
  /** Namespace of the service account. */
  readonly namespace: string;
  /** Name of the service account, the only one that may assume the role. */
  readonly serviceAccount: string;
  /** Description of the role in IAM. */
  readonly description: string;
  /** What the role may do. */
  readonly statements: readonly PolicyStatement[];
}

/**
 * An IAM role for one service account (IRSA): what pods on Fargate use, where the Pod Identity agent, a DaemonSet, can't
 * run. The keys of the trust policy's conditions hold the cluster's issuer, known at deployment only. CDK resolves such
 * keys with a Lambda function; `Fn::Sub` over the policy's text does without one.
 */
export class ServiceAccountRole extends Construct {
  readonly roleArn: string;

  constructor(scope: Construct, id: string, props: ServiceAccountRoleProps) {
    super(scope, id);
    const { cluster, provider, namespace, serviceAccount, description, statements } = props;
    const trust = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRoleWithWebIdentity',
          Principal: { Federated: '${Provider}' },
          Condition: {
            StringEquals: {
              '${Issuer}:aud': 'sts.amazonaws.com',
              '${Issuer}:sub': `system:serviceaccount:${namespace}:${serviceAccount}`,
            },
          },
        },
      ],
    };
    const role = new CfnRole(this, 'Role', {
      description,
      assumeRolePolicyDocument: Fn.sub(JSON.stringify(trust), {
        Provider: provider.openIdConnectProviderArn,
        Issuer: Fn.select(1, Fn.split('//', cluster.clusterOpenIdConnectIssuerUrl)),
      }),
      policies: [{ policyName: 'ServiceAccount', policyDocument: new PolicyDocument({ statements: [...statements] }) }],
    });
    this.roleArn = role.attrArn;
  }
}
