import { Duration } from 'aws-cdk-lib/core';
import { AutoScalingGroup, type CfnAutoScalingGroup, Signals } from 'aws-cdk-lib/aws-autoscaling';
import {
  BlockDeviceVolume,
  EbsDeviceVolumeType,
  InstanceType,
  type ISecurityGroup,
  type IVpc,
  LaunchTemplate,
  SubnetType,
  UserData,
} from 'aws-cdk-lib/aws-ec2';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { Construct, type IDependable } from 'constructs';
import { type InstanceTypeName, nodeVolumeGib } from '../catalog/instance-types.ts';
import { acknowledge } from './acknowledge.ts';
import type { BootstrapFiles } from './bootstrap-files.ts';
import { amazonLinux, nodesReadyWithin, rootDevice } from './node-machine.ts';
import { tagNode } from './node-tags.ts';
import { nodeUserData } from './node-user-data.ts';

/**
 * Properties of {@link WorkerAutoScalingGroup}.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/auto-scaling-groups.html
 */
export interface WorkerAutoScalingGroupProps {
  /** Name of the cluster. */
  readonly clusterName: string;
  /** The network of the cluster. */
  readonly vpc: IVpc;
  /** Number of instances. */
  readonly count: number;
  /** EC2 instance type, from the catalogue. */
  readonly instanceType: InstanceTypeName;
  /** IAM role of the instances. */
  readonly role: Role;
  /** Security group of the instances. */
  readonly securityGroup: ISecurityGroup;
  /** The shell files that a node runs. */
  readonly bootstrapFiles: BootstrapFiles;
  /** Files that a node finds in its settings folder, by name. */
  readonly settingsFiles: Readonly<Record<string, string>>;
  /** What has to be there before a node starts, and to stay until the last one is gone. */
  readonly after: readonly IDependable[];
}

/** Workers in an Auto Scaling group: one that dies is replaced by one that joins the cluster by itself. */
export class WorkerAutoScalingGroup extends Construct {
  constructor(scope: Construct, id: string, props: WorkerAutoScalingGroupProps) {
    super(scope, id);
    const { clusterName, vpc, count, instanceType } = props;
    const userData = UserData.forLinux();
    const launchTemplate = new LaunchTemplate(this, 'LaunchTemplate', {
      machineImage: amazonLinux(instanceType),
      instanceType: new InstanceType(instanceType),
      // As it is: CDK would let a worker signal for every resource of the stack, and cfn-signal needs no permission.
      role: props.role.withoutPolicyUpdates(),
      securityGroup: props.securityGroup,
      userData,
      requireImdsv2: true,
      httpPutResponseHopLimit: 1,
      blockDevices: [
        {
          deviceName: rootDevice,
          volume: BlockDeviceVolume.ebs(nodeVolumeGib, { volumeType: EbsDeviceVolumeType.GP3, encrypted: true }),
        },
      ],
    });
    tagNode(launchTemplate, clusterName, 'worker');
    const group = new AutoScalingGroup(this, 'Group', {
      vpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      launchTemplate,
      minCapacity: count,
      maxCapacity: count,
      signals: Signals.waitForAll({ timeout: Duration.parse(nodesReadyWithin) }),
    });
    tagNode(group, clusterName, 'worker');
    group.node.addDependency(...props.after);
    acknowledge(group, {
      'AwsSolutions-AS3':
        'Nobody is there to be notified: the group lives for as long as a lab, in front of a learner.',
    });
    userData.addCommands(
      ...nodeUserData({
        bootstrapFiles: props.bootstrapFiles,
        settingsFiles: props.settingsFiles,
        script: 'worker.sh',
        signals: group.node.defaultChild as CfnAutoScalingGroup,
      }),
    );
  }
}
