import { CfnWaitCondition, Fn } from 'aws-cdk-lib/core';
import { CfnInstance, CfnLaunchTemplate, type ISecurityGroup, type IVpc, UserData } from 'aws-cdk-lib/aws-ec2';
import { InstanceProfile, type IRole } from 'aws-cdk-lib/aws-iam';
import { Construct, type IDependable } from 'constructs';
import { type InstanceTypeName, nodeVolumeGib } from '../catalog/instance-types.ts';
import { acknowledge } from './acknowledge.ts';
import type { BootstrapFiles } from './bootstrap-files.ts';
import { amazonLinux, nodesReadyWithin, rootDevice } from './node-machine.ts';
import { tagNode } from './node-tags.ts';
import { nodeUserData } from './node-user-data.ts';

/**
 * Properties of {@link ControlPlaneNodes}.
 *
 * @see https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/high-availability/
 */
export interface ControlPlaneNodesProps {
  /** Name of the cluster. */
  readonly clusterName: string;
  /** Has as many private subnets, each in a zone of its own, as there are control planes. */
  readonly vpc: IVpc;
  /** Number of control planes: 1 or 3. */
  readonly count: number;
  /** EC2 instance type, from the catalogue. */
  readonly instanceType: InstanceTypeName;
  /** Size of the volume for etcd in GiB. */
  readonly etcdVolumeGib: number;
  /** IAM role of the instances. */
  readonly role: IRole;
  /** Security group of the instances. */
  readonly securityGroup: ISecurityGroup;
  /** The shell files that a node runs. */
  readonly bootstrapFiles: BootstrapFiles;
  /** Files that a node finds in its settings folder, by name. */
  readonly settingsFiles: Readonly<Record<string, string>>;
  /** What has to be there before a node starts, and to stay until the last one is gone. */
  readonly after: readonly IDependable[];
}

/** The disk of etcd, by the name that it is attached under; Amazon Linux makes a link of that name. */
const etcdDevice = '/dev/sdf';

/**
 * Control-plane nodes, each an instance of its own in a zone of its own. Nothing replaces them: a member of etcd that is
 * gone has to leave the others' list before another one can take its place.
 */
export class ControlPlaneNodes extends Construct {
  /** The first one makes the cluster; the others join it. */
  readonly instances: readonly CfnInstance[];

  constructor(scope: Construct, id: string, props: ControlPlaneNodesProps) {
    super(scope, id);
    const { clusterName, vpc, count, role, securityGroup } = props;
    const profile = new InstanceProfile(this, 'Profile', { role });

    this.instances = vpc.privateSubnets.slice(0, count).map(({ subnetId }, index) => {
      const ready = new CfnWaitCondition(this, `Ready${index + 1}`);
      const launchTemplate = this.launchTemplate(index, ready, props);
      const instance = new CfnInstance(this, `Instance${index + 1}`, {
        launchTemplate: {
          launchTemplateId: launchTemplate.ref,
          version: launchTemplate.attrDefaultVersionNumber,
        },
        subnetId,
        securityGroupIds: [securityGroup.securityGroupId],
        iamInstanceProfile: profile.instanceProfileName,
        propagateTagsToVolumeOnCreation: true,
        // Packets of its pods have addresses that are not its own.
        sourceDestCheck: false,
      });
      tagNode(instance, clusterName, `control-plane-${index + 1}`);
      instance.node.addDependency(...props.after);
      acknowledge(instance, {
        'AwsSolutions-EC28': 'Detailed monitoring is billed by the metric, and no lab reads it.',
        'AwsSolutions-EC29': 'A lab kills control planes, and deleting the stack has to delete them.',
      });
      // Not the instance itself: it comes up only once the load balancer, which waits for it, knows it. One condition for
      // each, so that an update that adds control planes waits for the new ones.
      ready.cfnOptions.creationPolicy = { resourceSignal: { count: 1, timeout: nodesReadyWithin } };
      ready.node.addDependency(instance);
      return instance;
    });
    // Whatever a later version of these lines changes, CloudFormation changes one member of etcd at a time.
    this.instances.slice(1).forEach((instance, index) => instance.node.addDependency(this.instances[index]!));
  }

  /**
   * All that an instance is told when it starts. An instance keeps the first version of its template, which stays the
   * default one: for another type or other user data, CloudFormation would stop and start the control planes of a cluster
   * that runs, and for another image replace them.
   */
  private launchTemplate(index: number, signals: CfnWaitCondition, props: ControlPlaneNodesProps): CfnLaunchTemplate {
    const { instanceType, etcdVolumeGib, bootstrapFiles, settingsFiles } = props;
    const volume = (deviceName: string, volumeSize: number) => ({
      deviceName,
      ebs: { volumeType: 'gp3', volumeSize, encrypted: true, deleteOnTermination: true },
    });
    const script = index === 0 ? 'first-control-plane.sh' : 'further-control-plane.sh';
    const userData = UserData.forLinux();
    userData.addCommands(...nodeUserData({ bootstrapFiles, settingsFiles, script, signals, before: mountEtcdVolume }));
    return new CfnLaunchTemplate(this, `LaunchTemplate${index + 1}`, {
      launchTemplateData: {
        imageId: amazonLinux(instanceType).getImage(this).imageId,
        instanceType,
        metadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 1 },
        blockDeviceMappings: [volume(rootDevice, nodeVolumeGib), volume(etcdDevice, etcdVolumeGib)],
        userData: Fn.base64(userData.render()),
      },
    });
  }
}

/** The file system is XFS, for it begins empty: kubeadm refuses a folder for etcd that holds anything. */
const mountEtcdVolume: readonly string[] = [
  `timeout 120 sh -c 'until test -b ${etcdDevice}; do sleep 1; done'`,
  `blkid ${etcdDevice} || mkfs.xfs -L etcd ${etcdDevice}`,
  'mkdir -p /var/lib/etcd',
  "grep -q LABEL=etcd /etc/fstab || echo 'LABEL=etcd /var/lib/etcd xfs nodev,nosuid,noexec 0 0' >>/etc/fstab",
  'systemctl daemon-reload',
  'mountpoint --quiet /var/lib/etcd || mount /var/lib/etcd',
  'chmod 700 /var/lib/etcd',
];
