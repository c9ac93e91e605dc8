import { GenericClusterProviderV2 } from '@aws-quickstart/eks-blueprints/dist/cluster-providers/generic-cluster-provider-v2.js';
import { type IVpc, SubnetType } from 'aws-cdk-lib/aws-ec2';
import { CfnCluster } from 'aws-cdk-lib/aws-eks';
import {
  Cluster,
  ClusterLoggingTypes,
  DefaultCapacityType,
  EndpointAccess,
  KubernetesVersion,
} from 'aws-cdk-lib/aws-eks-v2';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type KubernetesVersionName, releaseOf } from '../catalog/versions.ts';
import { acknowledge, acknowledgeManagedPolicies } from './acknowledge.ts';
import { KubectlFunctions } from './kubectl-functions.ts';
import { kubectlLayer } from './kubectl-layer.ts';

/**
 * Properties of {@link EksCluster}.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/clusters.html
 */
export interface EksClusterProps {
  /** Unique in its account and region. */
  readonly clusterName: string;
  /** Kubernetes minor version, for example `1.36`. */
  readonly kubernetes: KubernetesVersionName;
  /** The network of the cluster. */
  readonly vpc: IVpc;
  /** Becomes a cluster admin. */
  readonly adminRole: IRole;
  /** IPv4 CIDR blocks that reach the public endpoint; none: there is no public endpoint. */
  readonly allowedCidrs: readonly string[];
  /** The log group that EKS writes to. The cluster is made after it and removed before it. */
  readonly logGroup: ILogGroup;
  /** Days that the logs of the functions which apply charts are kept. */
  readonly retention: RetentionDays;
  /** Encrypts the secrets. @default the key of EKS's own that envelopes all API data */
  readonly secretsKey?: IKey;
}

/** Blueprints would choose a layer of its own by the version, beside ours and with an id that changes with the version. */
class Provider extends GenericClusterProviderV2 {
  protected override getKubectlLayer(): undefined {
    return undefined;
  }
}

/** EKS without compute: the control plane, and the functions that apply charts to it. The only place that calls eks-blueprints. */
export class EksCluster extends Construct {
  readonly cluster: Cluster;

  constructor(scope: Construct, id: string, props: EksClusterProps) {
    super(scope, id);
    const { clusterName, kubernetes, vpc, retention } = props;
    const functions = new KubectlFunctions(this, 'Kubectl', { clusterName, retention });

    const provider = new Provider({
      // Without a name of its own the cluster would be called after this construct, in every stack the same.
      clusterName,
      // Left out, it means Auto Mode.
      defaultCapacityType: DefaultCapacityType.NODEGROUP,
      // Left out, blueprints makes a cluster admin that the whole account can assume.
      mastersRole: props.adminRole,
      // CDK's own outputs write to the learner's ~/.kube/config; the environment has better ones.
      outputConfigCommand: false,
      // The identity that makes the cluster is CloudFormation's: no person, so no admin.
      bootstrapClusterCreatorAdminPermissions: false,
      // The same add-ons come as managed ones, at pinned versions.
      bootstrapSelfManagedAddons: false,
      // `privateCluster` is ignored by the provider: these two say the same and are heeded.
      endpointAccess: endpointAccess(props.allowedCidrs),
      vpcSubnets: [{ subnetType: SubnetType.PRIVATE_WITH_EGRESS }],
      kubectlProviderOptions: {
        kubectlLayer: kubectlLayer(this, releaseOf(kubernetes).kubectlLayer),
        // As it is: CDK would add permissions for Helm charts in ECR, which no lab uses.
        role: functions.role.withoutPolicyUpdates(),
      },
    });
    // `of`, because the class has no constant for the newest version.
    const version = KubernetesVersion.of(kubernetes);
    const { cluster } = provider.createCluster(
      this,
      vpc,
      props.secretsKey,
      version,
      Object.values(ClusterLoggingTypes),
    );
    if (!(cluster instanceof Cluster)) throw new Error('eks-blueprints returned a cluster of another module.');
    this.cluster = cluster;
    functions.adopt(cluster);

    const resource = cluster.node.defaultChild;
    if (!(resource instanceof CfnCluster)) throw new Error('The cluster is no native AWS::EKS::Cluster.');
    // EKS's default is EXTENDED, which goes on at six times the price where standard support ends.
    resource.upgradePolicy = { supportType: 'STANDARD' };
    // Costs nothing. It also configures autoshift: AWS may take traffic out of an impaired zone by itself, and practises that
    // (AWS::EKS::Cluster ZonalShiftConfig, read November 2026).
    resource.zonalShiftConfig = { enabled: true };
    // `cdk destroy` is a part of every lab.
    resource.deletionProtection = false;
    resource.node.addDependency(props.logGroup);

    acknowledgeManagedPolicies(
      cluster.role,
      ['AmazonEKSClusterPolicy'],
      'AWS keeps what a control plane needs, and changes it with the Kubernetes version.',
    );
    if (props.allowedCidrs.length > 0) {
      acknowledge(cluster, {
        'AwsSolutions-EKS1': 'Public only because somebody typed allowedCidrs, and only for those addresses.',
      });
    }
  }
}

function endpointAccess(allowedCidrs: readonly string[]): EndpointAccess {
  return allowedCidrs.length === 0
    ? EndpointAccess.PRIVATE
    : // Private as well: the nodes stay inside the VPC, and CDK refuses to restrict an endpoint that is only public.
      EndpointAccess.PUBLIC_AND_PRIVATE.onlyFrom(...allowedCidrs);
}
