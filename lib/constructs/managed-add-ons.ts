import { CfnAddon, type CfnAddonProps } from 'aws-cdk-lib/aws-eks';
import type { Cluster } from 'aws-cdk-lib/aws-eks-v2';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct, type IConstruct } from 'constructs';
import type { AddOnName } from '../versions.ts';
import { acknowledgeManagedPolicies } from './acknowledge.ts';

/** What the add-ons need to know. */
export interface ManagedAddOnsProps {
  readonly cluster: Cluster;
  /** The pinned version of each add-on. */
  readonly versions: Readonly<Record<AddOnName, string>>;
}

/**
 * EKS's own add-ons at pinned versions, in two groups: those without which no node becomes ready come before the
 * nodes, those that need a node to run on come after them.
 */
export class ManagedAddOns extends Construct {
  private readonly props: ManagedAddOnsProps;
  private readonly beforeNodes: readonly CfnAddon[];
  private readonly afterNodes: readonly CfnAddon[];

  constructor(scope: Construct, id: string, props: ManagedAddOnsProps) {
    super(scope, id);
    this.props = props;
    const agent = this.podIdentityAgent();
    const vpcCni = this.vpcCni();
    // The plugin gets its credentials from the agent.
    vpcCni.addDependency(agent);
    this.beforeNodes = [agent, vpcCni, this.addOn('kube-proxy')];
    this.afterNodes = [this.addOn('coredns'), this.addOn('metrics-server')];
  }

  /** Puts `nodes` between the add-ons that they need and those that need them. */
  surround(nodes: IConstruct): void {
    nodes.node.addDependency(...this.beforeNodes);
    for (const addOn of this.afterNodes) addOn.node.addDependency(nodes);
  }

  private addOn(
    addonName: AddOnName,
    more: Pick<CfnAddonProps, 'configurationValues' | 'podIdentityAssociations'> = {},
  ) {
    const { cluster, versions } = this.props;
    return new CfnAddon(this, addonName, {
      clusterName: cluster.clusterName,
      addonName,
      addonVersion: versions[addonName],
      // Changes that a learner made to an add-on must not stop the stack's next deployment.
      resolveConflicts: 'OVERWRITE',
      ...more,
    });
  }

  /** The cluster's own agent, which CDK makes when it is first asked for, and then again for each `addServiceAccount`. */
  private podIdentityAgent(): CfnAddon {
    const agent = this.props.cluster.eksPodIdentityAgent?.node.defaultChild;
    if (!(agent instanceof CfnAddon)) throw new Error('The cluster has no AWS::EKS::Addon for the Pod Identity agent.');
    agent.addonVersion = this.props.versions['eks-pod-identity-agent'];
    agent.resolveConflicts = 'OVERWRITE';
    return agent;
  }

  private vpcCni(): CfnAddon {
    return this.addOn('vpc-cni', {
      // A string: the add-on's schema takes no boolean.
      configurationValues: JSON.stringify({ enableNetworkPolicy: 'true' }),
      podIdentityAssociations: [{ serviceAccount: 'aws-node', roleArn: this.vpcCniRole().roleArn }],
    });
  }

  /**
   * What the VPC CNI plugin may do, through Pod Identity. On the nodes' role, where it is more often found, every
   * process of every host could move network interfaces. The conditions hold the role to that one service account
   * (Amazon EKS User Guide, "Create IAM role with trust policy required by EKS Pod Identity", read November 2026).
   */
  private vpcCniRole(): Role {
    const role = new Role(this, 'VpcCniRole', {
      description: 'VPC CNI plugin',
      assumedBy: new ServicePrincipal('pods.eks.amazonaws.com')
        .withConditions({
          StringEquals: {
            'aws:RequestTag/eks-cluster-arn': this.props.cluster.clusterArn,
            'aws:RequestTag/kubernetes-namespace': 'kube-system',
            'aws:RequestTag/kubernetes-service-account': 'aws-node',
          },
        })
        .withSessionTags(),
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('AmazonEKS_CNI_Policy')],
    });
    acknowledgeManagedPolicies(
      role,
      ['AmazonEKS_CNI_Policy'],
      'AWS keeps this list with the plugin; the network interfaces that it moves have no names before they are made.',
    );
    return role;
  }
}
