import { App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';

/** Properties of {@link ServiceAccount}. */
export interface ServiceAccountProps {
  readonly namespace: string;
  readonly name: string;
  /** The ARN of the IAM role that its pods assume. */
  readonly roleArn: string;
}

/**
 * A service account whose pods get a token for an IAM role (IRSA).
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html
 */
export class ServiceAccount extends Chart {
  constructor(scope: Construct, id: string, { namespace, name, roleArn }: ServiceAccountProps) {
    super(scope, id, { disableResourceNameHashes: true });
    new k8s.KubeServiceAccount(this, 'ServiceAccount', {
      metadata: { name, namespace, annotations: { 'eks.amazonaws.com/role-arn': roleArn } },
      // Its pods call AWS and not the API server. EKS itself mounts the token for AWS.
      automountServiceAccountToken: false,
    });
  }
}

/** The service account as a separate chart, for a cluster construct that accepts cdk8s charts. */
export const serviceAccount = (props: ServiceAccountProps): ServiceAccount =>
  new ServiceAccount(new App(), 'ServiceAccount', props);
