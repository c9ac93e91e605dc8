import type { Cluster } from 'aws-cdk-lib/aws-eks-v2';
import { type IPrincipal, ServicePrincipal } from 'aws-cdk-lib/aws-iam';

/** A service account of Kubernetes. */
export interface ServiceAccountName {
  /** Namespace of the service account. */
  readonly namespace: string;
  /** Name of the service account. */
  readonly name: string;
}

/**
 * Who assumes a role through EKS Pod Identity: the pods of one service account of one cluster, and no others (Amazon EKS
 * User Guide, "Create IAM role with trust policy required by EKS Pod Identity", read November 2026).
 */
export const podIdentity = ({ clusterArn }: Cluster, { namespace, name }: ServiceAccountName): IPrincipal =>
  new ServicePrincipal('pods.eks.amazonaws.com')
    .withConditions({
      StringEquals: {
        'aws:RequestTag/eks-cluster-arn': clusterArn,
        'aws:RequestTag/kubernetes-namespace': namespace,
        'aws:RequestTag/kubernetes-service-account': name,
      },
    })
    .withSessionTags();
