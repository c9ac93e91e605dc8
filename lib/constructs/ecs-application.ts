import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Peer, Port, SecurityGroup, type SubnetSelection, SubnetType } from 'aws-cdk-lib/aws-ec2';
import {
  AppProtocol,
  AvailabilityZoneRebalancing,
  AwsLogDriverMode,
  Compatibility,
  ContainerImage,
  CpuArchitecture,
  Ec2Service,
  FargateService,
  LinuxParameters,
  LogDrivers,
  NetworkMode,
  OperatingSystemFamily,
  PlacementStrategy,
  TaskDefinition,
} from 'aws-cdk-lib/aws-ecs';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type CfnLogGroup, LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Application } from '../application/application.ts';
import type { InstanceType } from '../catalog/instance-types.ts';
import { nonRootId } from '../application/non-root-id.ts';
import { rolloutPercent } from '../application/rollout.ts';
import { cpuUnits } from '../application/units.ts';
import { acknowledge } from './acknowledge.ts';
import type { EcsCluster } from './ecs-cluster.ts';

/**
 * Properties of {@link EcsApplication}.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_services.html
 */
export interface EcsApplicationProps {
  /** What runs, described for ECS and Kubernetes alike. */
  readonly application: Application;
  /** The cluster that runs the services. */
  readonly ecs: EcsCluster;
  /** Of the tasks, on EC2 and on Fargate alike. */
  readonly architecture: InstanceType['architecture'];
  /** Days that the application's logs are kept. */
  readonly retention: RetentionDays;
}

/** What ECS makes of the description of an application; what Kubernetes makes of it is `charts/application.ts`. */
export class EcsApplication extends Construct {
  private readonly props: EcsApplicationProps;
  private readonly taskDefinition: TaskDefinition;
  private readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, props: EcsApplicationProps) {
    super(scope, id);
    this.props = props;
    this.taskDefinition = this.makeTaskDefinition();
    this.securityGroup = this.makeSecurityGroup();
  }

  /** Runs it on the instances of a capacity provider of the cluster. */
  onEc2(capacityProvider: string): Ec2Service {
    const service = new Ec2Service(this, 'OnEc2', {
      ...this.serviceOptions('ec2'),
      capacityProviderStrategies: [{ capacityProvider, weight: 1 }],
      placementStrategies: [
        // First by zone: with another order, ECS would not move tasks back to a zone that has returned.
        PlacementStrategy.spreadAcross('attribute:ecs.availability-zone'),
        PlacementStrategy.spreadAcrossInstances(),
      ],
    });
    return this.complete(service);
  }

  /** Runs it on Fargate. */
  onFargate(): FargateService {
    const service = new FargateService(this, 'OnFargate', {
      ...this.serviceOptions('fargate'),
      capacityProviderStrategies: [{ capacityProvider: 'FARGATE', weight: 1 }],
    });
    return this.complete(service);
  }

  /** One for both: what runs on EC2 and on Fargate is the same revision. */
  private makeTaskDefinition(): TaskDefinition {
    const { application, architecture, retention } = this.props;
    const { name, healthCheck, port, stopSeconds } = application;
    const taskDefinition = new TaskDefinition(this, 'TaskDefinition', {
      family: `${Stack.of(this).stackName}-${name}`,
      compatibility: Compatibility.EC2_AND_FARGATE,
      // An address for each task, as each pod has one.
      networkMode: NetworkMode.AWS_VPC,
      cpu: String(cpuUnits(application.vcpus)),
      memoryMiB: String(application.memoryMib),
      runtimePlatform: {
        operatingSystemFamily: OperatingSystemFamily.LINUX,
        cpuArchitecture: architecture === 'arm64' ? CpuArchitecture.ARM64 : CpuArchitecture.X86_64,
      },
      taskRole: this.makeTaskRole(),
      executionRole: this.roleForTasks('ExecutionRole', `Starts tasks of ${name} and writes their logs`),
    });
    const logGroup = new LogGroup(this, 'Logs', { retention, removalPolicy: RemovalPolicy.DESTROY });
    const url = `http://127.0.0.1:${port}${healthCheck.path}`;
    taskDefinition.addContainer('Container', {
      containerName: name,
      image: ContainerImage.fromRegistry(application.image),
      command: [...application.args],
      environment: { ...application.environment },
      // HTTP, so that Service Connect's proxy tries a request again where a connection fails.
      portMappings: [{ name: portName, containerPort: port, appProtocol: AppProtocol.http }],
      healthCheck: {
        // Without a shell: exit status 0 or not is all that ECS asks for. The agent itself ends what takes too long.
        command: ['CMD', 'curl', '--fail', '--silent', '--show-error', '--output', '/dev/null', url],
        interval: Duration.seconds(healthCheck.intervalSeconds),
        timeout: Duration.seconds(healthCheck.timeoutSeconds),
        retries: healthCheck.retries,
        ...(healthCheck.graceSeconds > 0 && { startPeriod: Duration.seconds(healthCheck.graceSeconds) }),
      },
      stopTimeout: Duration.seconds(stopSeconds),
      user: `${nonRootId}:${nonRootId}`,
      // The agent that execute-command starts inside the container writes there, so ECS does not support a read-only one.
      readonlyRootFilesystem: false,
      // Somebody has to be the parent of what execute-command leaves behind.
      linuxParameters: new LinuxParameters(this, 'LinuxParameters', { initProcessEnabled: true }),
      logging: LogDrivers.awsLogs({ logGroup, streamPrefix: name, mode: AwsLogDriverMode.NON_BLOCKING }),
    });
    acknowledge(taskDefinition, {
      'AwsSolutions-ECS2': 'The variables are settings to look at; a description has no place for a secret.',
    });
    return taskDefinition;
  }

  /** CDK adds what execute-command needs: messages of SSM, and the log of what people run. */
  private makeTaskRole(): Role {
    const { application, ecs } = this.props;
    const role = this.roleForTasks('TaskRole', `Containers of ${application.name}`);
    const logGroup = Stack.of(this).getLogicalId(ecs.executeCommandLogs.node.defaultChild as CfnLogGroup);
    const arn = 'arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>';
    acknowledge(role, {
      'AwsSolutions-IAM5[Resource::*]': 'The messages of SSM and the list of log groups know no resource to name.',
      [`AwsSolutions-IAM5[Resource::${arn}:log-group:<${logGroup}>:*]`]:
        'The streams of one log group; none has a name before somebody runs a command.',
    });
    return role;
  }

  /** A role that ECS assumes for tasks of this account and region, and for nobody else's. */
  private roleForTasks(id: string, description: string): Role {
    const { account, region, partition } = Stack.of(this);
    return new Role(this, id, {
      description,
      assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com').withConditions({
        StringEquals: { 'aws:SourceAccount': account },
        ArnLike: { 'aws:SourceArn': `arn:${partition}:ecs:${region}:${account}:*` },
      }),
    });
  }

  /** What the network policy is to a pod. In: the port, from tasks of this application. Out: to them, and by HTTPS. */
  private makeSecurityGroup(): SecurityGroup {
    const { application, ecs } = this.props;
    const port = Port.tcp(application.port);
    const group = new SecurityGroup(this, 'SecurityGroup', {
      vpc: ecs.cluster.vpc,
      description: `Tasks of ${application.name}`,
      allowAllOutbound: false,
    });
    group.addIngressRule(group, port, 'From the proxies of Service Connect');
    group.addEgressRule(group, port, 'To the proxies of Service Connect');
    group.addEgressRule(Peer.anyIpv4(), Port.HTTPS, 'SSM, CloudWatch Logs and the image registry');
    return group;
  }

  private serviceOptions(where: 'ec2' | 'fargate') {
    const { application, ecs } = this.props;
    const { minimumHealthyPercent, maximumPercent } = rolloutPercent(application);
    const serviceName = `${application.name}-on-${where}`;
    return {
      cluster: ecs.cluster,
      taskDefinition: this.taskDefinition,
      // With a name, so that people can type it; it has to be unique within the cluster only.
      serviceName,
      desiredCount: application.replicas,
      minHealthyPercent: minimumHealthyPercent,
      maxHealthyPercent: maximumPercent,
      circuitBreaker: { rollback: true },
      enableExecuteCommand: true,
      availabilityZoneRebalancing: AvailabilityZoneRebalancing.ENABLED,
      serviceConnectConfiguration: {
        services: [
          {
            portMappingName: portName,
            discoveryName: serviceName,
            dnsName: serviceName,
            port: application.servicePort,
          },
        ],
      },
      vpcSubnets: privateSubnets,
      securityGroups: [this.securityGroup],
    };
  }

  /** The autoscaler of a service, and its place in the order of things. */
  private complete<S extends Ec2Service | FargateService>(service: S): S {
    const { application, ecs } = this.props;
    service
      .autoScaleTaskCount({ minCapacity: application.minReplicas, maxCapacity: application.maxReplicas })
      .scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: application.targetCpuPercent });
    // On the whole cluster, which holds the list of its capacity providers: as long as a service uses one of them, ECS
    // takes none off the list, and the stack could not be deleted.
    service.node.addDependency(ecs.cluster);
    // Tasks fetch their image and tell of their end through the way out.
    service.node.addDependency(ecs.cluster.vpc.selectSubnets(privateSubnets).internetConnectivityEstablished);
    return service;
  }
}

/** Of the port mapping, which Service Connect refers to. Kubernetes has a name for a container's port too. */
const portName = 'http';

const privateSubnets: SubnetSelection = { subnetType: SubnetType.PRIVATE_WITH_EGRESS };
