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
    const { clusterName, vpc, count, instanceType, etcdVolumeGib, role, securityGroup } = props;
    const launchTemplate = this.launchTemplate(instanceType, etcdVolumeGib);
    const profile = new InstanceProfile(this, 'Profile', { role });
    const ready = new CfnWaitCondition(this, 'Ready');

    this.instances = vpc.privateSubnets.slice(0, count).map(({ subnetId }, index) => {
      const userData = UserData.forLinux();
      userData.addCommands(
        ...nodeUserData({
          bootstrapFiles: props.bootstrapFiles,
          settingsFiles: props.settingsFiles,
          script: index === 0 ? 'first-control-plane.sh' : 'further-control-plane.sh',
          signals: ready,
          before: mountEtcdVolume,
        }),
      );
      const instance = new CfnInstance(this, `Instance${index + 1}`, {
        launchTemplate: {
          launchTemplateId: launchTemplate.ref,
          version: launchTemplate.attrDefaultVersionNumber,
        },
        instanceType,
        subnetId,
        securityGroupIds: [securityGroup.securityGroupId],
        iamInstanceProfile: profile.instanceProfileName,
        propagateTagsToVolumeOnCreation: true,
        // Packets of its pods have addresses that are not its own.
        sourceDestCheck: false,
        userData: Fn.base64(userData.render()),
      });
      tagNode(instance, clusterName, `control-plane-${index + 1}`);
      instance.node.addDependency(...props.after);
      acknowledge(instance, {
        'AwsSolutions-EC28': 'Detailed monitoring is billed by the metric, and no lab reads it.',
        'AwsSolutions-EC29': 'A lab kills control planes, and deleting the stack has to delete them.',
      });
      return instance;
    });

    // Not the instances themselves: they come up only once the load balancer, which waits for them, knows them.
    ready.cfnOptions.creationPolicy = { resourceSignal: { count, timeout: nodesReadyWithin } };
    ready.node.addDependency(...this.instances);
  }

  /**
   * What an instance can't be given another one of without being replaced. The first version stays the default one, so
   * a later version of these lines does not make CloudFormation replace the control planes of a cluster that runs.
   */
  private launchTemplate(instanceType: InstanceTypeName, etcdVolumeGib: number): CfnLaunchTemplate {
    const volume = (deviceName: string, volumeSize: number) => ({
      deviceName,
      ebs: { volumeType: 'gp3', volumeSize, encrypted: true, deleteOnTermination: true },
    });
    return new CfnLaunchTemplate(this, 'LaunchTemplate', {
      launchTemplateData: {
        imageId: amazonLinux(instanceType).getImage(this).imageId,
        metadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 1 },
        blockDeviceMappings: [volume(rootDevice, nodeVolumeGib), volume(etcdDevice, etcdVolumeGib)],
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
