import { CfnAddon } from 'aws-cdk-lib/aws-eks';
import type { Cluster } from 'aws-cdk-lib/aws-eks-v2';
import { ManagedPolicy, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgeManagedPolicies } from './acknowledge.ts';
import { podIdentity } from './pod-identity.ts';

/**
 * Properties of {@link EbsCsiDriver}.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/ebs-csi.html
 */
export interface EbsCsiDriverProps {
  /** Its nodes run the driver, so the driver has to come after them. */
  readonly cluster: Cluster;
  /** The pinned version of the add-on. */
  readonly version: string;
}

/** The service account that the add-on's controller has (kubernetes-sigs/aws-ebs-csi-driver, its chart, read November 2026). */
const controller = { namespace: 'kube-system', name: 'ebs-csi-controller-sa' };

/** Lets the driver touch what carries its own cluster's name, and attach to instances of it (AWS Managed Policy Reference, read November 2026). */
const policy = 'AmazonEBSCSIDriverEKSClusterScopedPolicy';

/**
 * EKS's add-on that makes EBS volumes for claims. The policy compares a volume's tag with the cluster's name that Pod
 * Identity puts into the session, so this cluster's driver can't delete another's volumes. EKS tells the driver the
 * cluster's name by itself (kubernetes-sigs/aws-ebs-csi-driver, issue 2918, read November 2026), and the driver then tags
 * what it makes with `kubernetes.io/cluster/NAME` as well, by which leftovers are found.
 *
 * The pods on the nodes get no answer from the instance metadata service, which is one hop too far away for them: the
 * driver then asks the API server instead.
 */
export class EbsCsiDriver extends Construct {
  constructor(scope: Construct, id: string, { cluster, version }: EbsCsiDriverProps) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      description: 'EBS CSI driver',
      assumedBy: podIdentity(cluster, controller),
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName(policy)],
    });
    acknowledgeManagedPolicies(
      role,
      [policy],
      'AWS keeps this list with the driver, and holds it to volumes that carry the name of the cluster.',
    );
    new CfnAddon(this, 'AddOn', {
      clusterName: cluster.clusterName,
      addonName: 'aws-ebs-csi-driver',
      addonVersion: version,
      // Changes that a learner made to the add-on must not stop the stack's next deployment.
      resolveConflicts: 'OVERWRITE',
      podIdentityAssociations: [{ serviceAccount: controller.name, roleArn: role.roleArn }],
    });
  }
}
