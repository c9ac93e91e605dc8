import { createHash } from 'node:crypto';
import { AccessPolicy, AccessScopeType, type Cluster } from 'aws-cdk-lib/aws-eks-v2';
import { AccountRootPrincipal, ArnPrincipal, CompositePrincipal, type IPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/**
 * Properties of {@link ClusterAdminRole}.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html
 */
export interface ClusterAdminRoleProps {
  /** ARNs of the IAM roles and users that may assume it. @default people of this account whose own policy allows it */
  readonly admins: readonly string[];
}

/**
 * The role that a kubeconfig assumes. CloudFormation makes the cluster in its own name, so without it nobody who
 * deploys could look inside. It carries no IAM permissions: the cluster's access entry is all that it gives.
 *
 * With `admins`, it trusts those and nobody else. Without, it has to trust its account, because a template can't know
 * who deploys it. Such trust lets nobody in by itself: a caller's own policy has to allow `sts:AssumeRole` on this role
 * too. That is narrowed to people: the credentials that EC2 hands to an instance, or Lambda to a function, are refused,
 * so an attacker on a machine with a generous role is no cluster admin yet. To work from an EC2 instance, give the
 * instance's role in `admins`.
 */
export class ClusterAdminRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, { admins }: ClusterAdminRoleProps) {
    super(scope, id);
    this.role = new Role(this, 'Role', {
      description: 'Assumed by kubectl; cluster admin through an EKS access entry, without IAM permissions',
      assumedBy: trusted(admins),
    });
  }
}

function trusted(admins: readonly string[]): IPrincipal {
  if (admins.length > 0) return new CompositePrincipal(...admins.map((arn) => new ArnPrincipal(arn)));
  return new AccountRootPrincipal().withConditions({
    Null: { 'ec2:SourceInstanceArn': 'true', 'lambda:SourceFunctionArn': 'true' },
  });
}

/**
 * Makes each of `admins` a cluster admin in its own name, beside the role of {@link ClusterAdminRole}.
 *
 * The id of an entry follows from its ARN. With one from its place in the list, a shorter list or another order would
 * make CloudFormation create an entry for a principal before it deletes the old one, and EKS allows one a principal.
 */
export function grantAdmins(cluster: Cluster, admins: readonly string[]): void {
  for (const arn of admins) {
    const id = createHash('sha256').update(arn).digest('hex').slice(0, 12);
    cluster.grantAccess(`Admin-${id}`, arn, [
      AccessPolicy.fromAccessPolicyName('AmazonEKSClusterAdminPolicy', { accessScopeType: AccessScopeType.CLUSTER }),
    ]);
  }
}
