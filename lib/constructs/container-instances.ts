import { Stack, Tags } from 'aws-cdk-lib/core';
import { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import {
  BlockDeviceVolume,
  EbsDeviceVolumeType,
  InstanceType,
  LaunchTemplate,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  UserData,
} from 'aws-cdk-lib/aws-ec2';
import {
  AmiHardwareType,
  AsgCapacityProvider,
  CfnCapacityProvider,
  type Cluster,
  EcsOptimizedImage,
} from 'aws-cdk-lib/aws-ecs';
import { ManagedPolicy, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { containerInstanceVolumeGib, type InstanceTypeName, instanceTypes } from '../catalog/instance-types.ts';
import { acknowledge, acknowledgeManagedPolicies } from './acknowledge.ts';

/**
 * Properties of {@link ContainerInstances}.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/asg-capacity-providers.html
 */
export interface ContainerInstancesProps {
  /** The ECS cluster that gets the capacity. */
  readonly cluster: Cluster;
  /** The cluster's name as it was chosen, for permissions that name it. */
  readonly clusterName: string;
  /** EC2 instance type, from the catalogue. */
  readonly instanceType: InstanceTypeName;
  /** The fewest and the most instances; ECS decides between them by what its tasks need. */
  readonly count: { readonly min: number; readonly max: number };
}

/**
 * EC2 capacity of an ECS cluster: an Auto Scaling group in private subnets, on the ECS-optimized Amazon Linux 2023, and
 * the capacity provider that scales it. Its hosts are reached through SSM Session Manager.
 */
export class ContainerInstances extends Construct {
  readonly capacityProvider: AsgCapacityProvider;

  constructor(scope: Construct, id: string, props: ContainerInstancesProps) {
    super(scope, id);
    const { cluster, instanceType, count } = props;
    const { vpc } = cluster;
    const { stackName } = Stack.of(this);
    const securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Container instances: no way in, and out by HTTPS only',
      allowAllOutbound: false,
    });
    securityGroup.addEgressRule(Peer.anyIpv4(), Port.HTTPS, 'ECS, SSM, CloudWatch Logs and the image registry');

    const userData = UserData.forLinux();
    userData.addCommands(
      // A task reaches the instance metadata neither by a second hop nor, with an interface of its own, by the first.
      'echo ECS_AWSVPC_BLOCK_IMDS=true >> /etc/ecs/ecs.config',
      // A task's logs are written with its execution role, so that the instance needs no permission for them.
      'echo ECS_ENABLE_AWSLOGS_EXECUTIONROLE_OVERRIDE=true >> /etc/ecs/ecs.config',
    );
    const launchTemplate = new LaunchTemplate(this, 'LaunchTemplate', {
      // From SSM's public parameter when the stack is deployed, so that no image is looked up at synthesis.
      machineImage: EcsOptimizedImage.amazonLinux2023(hardwareTypes[instanceTypes[instanceType].architecture]),
      instanceType: new InstanceType(instanceType),
      // As it is: CDK would add permissions on every log group and every repository.
      role: this.role(props).withoutPolicyUpdates(),
      securityGroup,
      userData,
      requireImdsv2: true,
      httpPutResponseHopLimit: 1,
      blockDevices: [
        {
          deviceName: '/dev/xvda',
          volume: BlockDeviceVolume.ebs(containerInstanceVolumeGib, {
            volumeType: EbsDeviceVolumeType.GP3,
            encrypted: true,
          }),
        },
      ],
    });
    Tags.of(launchTemplate).add('Name', `${stackName}-container-instance`);

    const subnets = vpc.selectSubnets({ subnetType: SubnetType.PRIVATE_WITH_EGRESS });
    const autoScalingGroup = new AutoScalingGroup(this, 'Group', {
      vpc,
      vpcSubnets: { subnets: subnets.subnets },
      launchTemplate,
      minCapacity: count.min,
      maxCapacity: count.max,
    });
    // Without a way out an instance can neither join the cluster nor, when the stack goes, leave it.
    autoScalingGroup.node.addDependency(subnets.internetConnectivityEstablished);
    acknowledge(autoScalingGroup, {
      'AwsSolutions-AS3':
        'Nobody is there to be notified: the group lives for as long as a lab, in front of a learner.',
    });

    this.capacityProvider = new AsgCapacityProvider(this, 'CapacityProvider', {
      // With a name, because ECS refuses those that begin with "ecs", as the stack's does.
      capacityProviderName: `ec2-${stackName}`,
      autoScalingGroup,
      // For CDK only, which otherwise adds a termination hook of its own: see leaveDrainingOff.
      enableManagedDraining: true,
      // It protects instances from scale-in and never takes that back, so the group could not be deleted with the stack
      // (aws/containers-roadmap#2862, open in August 2026).
      enableManagedTerminationProtection: false,
    });
    cluster.addAsgCapacityProvider(this.capacityProvider);
    leaveDrainingOff(this.capacityProvider);
  }

  /** What the ECS agent may do: join this cluster and report on its tasks. Sessions of SSM besides. */
  private role({ cluster: { clusterArn }, clusterName }: ContainerInstancesProps): Role {
    const instances = { service: 'ecs', resource: 'container-instance', resourceName: `${clusterName}/*` };
    const role = new Role(this, 'Role', {
      description: 'Container instances',
      assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('AmazonSSMManagedInstanceCore')],
      inlinePolicies: {
        EcsAgent: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: [
                'ecs:RegisterContainerInstance',
                'ecs:DeregisterContainerInstance',
                'ecs:SubmitAttachmentStateChanges',
                'ecs:SubmitContainerStateChange',
                'ecs:SubmitTaskStateChange',
              ],
              resources: [clusterArn],
            }),
            new PolicyStatement({
              actions: ['ecs:Poll', 'ecs:StartTelemetrySession'],
              resources: [Stack.of(this).formatArn(instances)],
              conditions: { ArnEquals: { 'ecs:cluster': clusterArn } },
            }),
            new PolicyStatement({ actions: ['ecs:DiscoverPollEndpoint'], resources: ['*'] }),
          ],
        }),
      },
    });
    acknowledgeManagedPolicies(
      role,
      ['AmazonSSMManagedInstanceCore'],
      'AWS keeps what Session Manager needs; no instance of a group has a name before it runs.',
    );
    const arn = 'arn:<AWS::Partition>:ecs:<AWS::Region>:<AWS::AccountId>';
    acknowledge(role, {
      'AwsSolutions-IAM5[Resource::*]': 'DiscoverPollEndpoint asks for an address and takes no resource.',
      [`AwsSolutions-IAM5[Resource::${arn}:${instances.resource}/${instances.resourceName}]`]:
        'The instances of this cluster and no others; none has a name before it has registered itself.',
    });
    return role;
  }
}

/**
 * For managed draining, ECS adds a termination hook of an hour to the group. When the stack is deleted, the provider goes
 * before the group, nobody completes the hook, and the deletion waits for it (aws/containers-roadmap#2467, read November
 * 2026).
 */
function leaveDrainingOff(capacityProvider: AsgCapacityProvider): void {
  const resource = capacityProvider.node.findAll().find((child) => child instanceof CfnCapacityProvider);
  if (resource === undefined) throw new Error('The capacity provider is no native AWS::ECS::CapacityProvider.');
  resource.addPropertyOverride('AutoScalingGroupProvider.ManagedDraining', 'DISABLED');
}

const hardwareTypes = { amd64: AmiHardwareType.STANDARD, arm64: AmiHardwareType.ARM } as const;
