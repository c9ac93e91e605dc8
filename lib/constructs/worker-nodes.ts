import { Stack, Tags } from 'aws-cdk-lib/core';
import { BlockDeviceVolume, EbsDeviceVolumeType, InstanceType, LaunchTemplate, SubnetType } from 'aws-cdk-lib/aws-ec2';
import { CfnNodegroup } from 'aws-cdk-lib/aws-eks';
import { type Cluster, Nodegroup, NodegroupAmiType } from 'aws-cdk-lib/aws-eks-v2';
import type { IRepository } from 'aws-cdk-lib/aws-ecr';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { type InstanceTypeName, instanceTypes, nodeVolumeGib } from '../catalog/instance-types.ts';
import type { KubernetesVersionName } from '../catalog/versions.ts';
import { acknowledgeManagedPolicies } from './acknowledge.ts';
import { acknowledgePull, nodeAddOnRepositories, pullPolicy } from './image-pull.ts';

/**
 * Properties of {@link WorkerNodes}.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html
 */
export interface WorkerNodesProps {
  /** The EKS cluster. */
  readonly cluster: Cluster;
  /** Kubernetes minor version of the nodes: the cluster's. */
  readonly kubernetes: KubernetesVersionName;
  /** EC2 instance type, from the catalogue. */
  readonly instanceType: InstanceTypeName;
  /** Number of nodes. The group neither grows nor shrinks. */
  readonly nodeCount: number;
  /** Repositories of this account that the nodes pull from, beside those of EKS's add-ons. @default none */
  readonly repositories?: readonly IRepository[];
}

/** A managed node group in private subnets, on Amazon Linux 2023. Its hosts are reached through SSM Session Manager. */
export class WorkerNodes extends Construct {
  readonly nodeGroup: Nodegroup;

  constructor(scope: Construct, id: string, props: WorkerNodesProps) {
    super(scope, id);
    const { cluster, kubernetes, instanceType, nodeCount, repositories = [] } = props;
    const pull = { addOns: nodeAddOnRepositories, repositories };
    const role = new Role(this, 'Role', {
      description: 'Worker nodes',
      assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
      // AmazonEKS_CNI_Policy is missing on purpose: only the pods of the VPC CNI plugin get it.
      managedPolicies: nodePolicies.map((name) => ManagedPolicy.fromAwsManagedPolicyName(name)),
      inlinePolicies: { PullImages: pullPolicy(this, pull) },
    });
    acknowledgePull(role, pull);
    acknowledgeManagedPolicies(
      role,
      nodePolicies,
      'AWS keeps what a node needs; no resource of a node has a name before it runs.',
    );

    const launchTemplate = new LaunchTemplate(this, 'LaunchTemplate', {
      requireImdsv2: true,
      // Answers do not survive a second hop, so a pod with a network of its own gets nothing of the node's role.
      httpPutResponseHopLimit: 1,
      blockDevices: [
        {
          deviceName: '/dev/xvda',
          volume: BlockDeviceVolume.ebs(nodeVolumeGib, { volumeType: EbsDeviceVolumeType.GP3, encrypted: true }),
        },
      ],
    });
    Tags.of(launchTemplate).add('Name', `${Stack.of(this).stackName}-worker`);

    // No name: a change that replaces the group makes the new one first, and two can't share a name.
    this.nodeGroup = new Nodegroup(this, 'NodeGroup', {
      cluster,
      nodeRole: role,
      subnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      // Said, because CDK's default is Amazon Linux 2, for which EKS builds no images any more.
      amiType: amiTypes[instanceTypes[instanceType].architecture],
      instanceTypes: [new InstanceType(instanceType)],
      minSize: nodeCount,
      desiredSize: nodeCount,
      maxSize: nodeCount,
      launchTemplateSpec: { id: launchTemplate.launchTemplateId!, version: launchTemplate.latestVersionNumber },
      // A disruption budget that stands in the way of an update is something to see, not to run over.
      forceUpdate: false,
    });
    const resource = this.nodeGroup.node.defaultChild;
    if (!(resource instanceof CfnNodegroup)) throw new Error('The node group is no native AWS::EKS::Nodegroup.');
    // Without it the version of the nodes never changes again: an upgrade would stop at the control plane.
    resource.version = kubernetes;
  }
}

const nodePolicies = ['AmazonEKSWorkerNodePolicy', 'AmazonSSMManagedInstanceCore'];

const amiTypes = {
  amd64: NodegroupAmiType.AL2023_X86_64_STANDARD,
  arm64: NodegroupAmiType.AL2023_ARM_64_STANDARD,
} as const;
