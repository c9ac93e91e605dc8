import { RemovalPolicy } from 'aws-cdk-lib/core';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, ContainerInsights, ExecuteCommandLogging } from 'aws-cdk-lib/aws-ecs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { NamespaceType } from 'aws-cdk-lib/aws-servicediscovery';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/**
 * Properties of {@link EcsCluster}.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/clusters.html
 */
export interface EcsClusterProps {
  /** Unique in its account and region; also the name of its Service Connect namespace. */
  readonly clusterName: string;
  /** The network of the cluster. */
  readonly vpc: IVpc;
  /** Days that the commands which people run inside containers are kept, with what they print. */
  readonly retention: RetentionDays;
}

/** An ECS cluster for tasks on Fargate, with a Service Connect namespace and a log of every `execute-command`. */
export class EcsCluster extends Construct {
  readonly cluster: Cluster;
  /** What people run inside containers, and what it prints. */
  readonly executeCommandLogs: LogGroup;

  constructor(scope: Construct, id: string, { clusterName, vpc, retention }: EcsClusterProps) {
    super(scope, id);
    this.executeCommandLogs = new LogGroup(this, 'ExecuteCommandLogs', {
      retention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.cluster = new Cluster(this, 'Cluster', {
      clusterName,
      vpc,
      enableFargateCapacityProviders: true,
      containerInsightsV2: ContainerInsights.DISABLED,
      // HTTP: Service Connect's proxies ask the API of Cloud Map, and nothing asks a private DNS zone.
      defaultCloudMapNamespace: { name: clusterName, type: NamespaceType.HTTP, useForServiceConnect: true },
      executeCommandConfiguration: {
        logging: ExecuteCommandLogging.OVERRIDE,
        logConfiguration: { cloudWatchLogGroup: this.executeCommandLogs },
      },
    });
    acknowledge(this.cluster, {
      'AwsSolutions-ECS4':
        'Container Insights is billed by the metric and no lab reads it; services report CPU and memory without it.',
    });
  }
}
