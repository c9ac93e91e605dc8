import { App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';

/** What the service account needs to know. */
export interface ServiceAccountProps {
  readonly namespace: string;
  readonly name: string;
  /** The IAM role that its pods assume. */
  readonly roleArn: string;
}

/** A service account whose pods EKS gives a token for an IAM role (IRSA). */
export class ServiceAccount extends Chart {
  constructor(scope: Construct, id: string, { namespace, name, roleArn }: ServiceAccountProps) {
    super(scope, id, { disableResourceNameHashes: true });
    new k8s.KubeServiceAccount(this, 'ServiceAccount', {
      metadata: { name, namespace, annotations: { 'eks.amazonaws.com/role-arn': roleArn } },
      // Its pods talk to AWS and not to the API server: EKS mounts the token for AWS by itself.
      automountServiceAccountToken: false,
    });
  }
}

/** The service account as a chart of its own, for a cluster that takes cdk8s charts. */
export const serviceAccount = (props: ServiceAccountProps): ServiceAccount =>
  new ServiceAccount(new App(), 'ServiceAccount', props);
