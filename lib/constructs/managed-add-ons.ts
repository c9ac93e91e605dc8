import { CfnAddon, type CfnAddonProps } from 'aws-cdk-lib/aws-eks';
import type { Cluster } from 'aws-cdk-lib/aws-eks-v2';
import { ManagedPolicy, Role } from 'aws-cdk-lib/aws-iam';
import { Construct, type IConstruct } from 'constructs';
import type { AddOnName } from '../catalog/versions.ts';
import { acknowledgeManagedPolicies } from './acknowledge.ts';
import { podIdentity } from './pod-identity.ts';

/**
 * Properties of {@link ManagedAddOns}.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/eks-add-ons.html
 */
export interface ManagedAddOnsProps {
  /** The EKS cluster. */
  readonly cluster: Cluster;
  /** What to install. */
  readonly addOns: readonly AddOnName[];
  /** The pinned version of each add-on. */
  readonly versions: Readonly<Record<AddOnName, string>>;
  /** What runs the pods of CoreDNS: EKS marks them for EC2, where Fargate leaves them alone, unless told otherwise. @default 'EC2' */
  readonly coreDnsOn?: 'EC2' | 'Fargate';
}

/** Those without which no EC2 node becomes ready. The others need something to run on. */
const neededByNodes: readonly AddOnName[] = ['eks-pod-identity-agent', 'vpc-cni', 'kube-proxy'];

/** EKS's own add-ons at pinned versions. */
export class ManagedAddOns extends Construct {
  private readonly props: ManagedAddOnsProps;
  private readonly made: ReadonlyMap<AddOnName, CfnAddon>;

  constructor(scope: Construct, id: string, props: ManagedAddOnsProps) {
    super(scope, id);
    this.props = props;
    this.made = new Map(props.addOns.map((name) => [name, this.make(name)]));
    const agent = this.made.get('eks-pod-identity-agent');
    // The plugin gets its credentials from the agent.
    if (agent !== undefined) this.made.get('vpc-cni')?.addDependency(agent);
  }

  /** Puts `nodes` between the add-ons that they need and those that need them. */
  surround(nodes: IConstruct): void {
    for (const [name, addOn] of this.made) {
      if (neededByNodes.includes(name)) nodes.node.addDependency(addOn);
      else addOn.node.addDependency(nodes);
    }
  }

  private make(name: AddOnName): CfnAddon {
    if (name === 'eks-pod-identity-agent') return this.podIdentityAgent();
    if (name === 'vpc-cni') return this.vpcCni();
    if (name === 'coredns' && this.props.coreDnsOn === 'Fargate') {
      return this.addOn(name, { configurationValues: JSON.stringify({ computeType: 'Fargate' }) });
    }
    return this.addOn(name);
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
   * process of every host could move network interfaces.
   */
  private vpcCniRole(): Role {
    const role = new Role(this, 'VpcCniRole', {
      description: 'VPC CNI plugin',
      assumedBy: podIdentity(this.props.cluster, { namespace: 'kube-system', name: 'aws-node' }),
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
