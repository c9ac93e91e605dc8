import { CfnOutput, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { applicationChart } from '../../charts/application.ts';
import { applyChart } from '../constructs/applied-chart.ts';
import { ContainerInstances } from '../constructs/container-instances.ts';
import { EcsApplication } from '../constructs/ecs-application.ts';
import { EcsCluster } from '../constructs/ecs-cluster.ts';
import { instanceTypes } from '../catalog/instance-types.ts';
import type { Settings } from '../settings/settings.ts';
import { webApplication } from './ecs-and-eks.web.ts';
import { containerInstanceCount, ecsAndEks } from './ecs-and-eks.data.ts';
import { eksControlPlane, type EksControlPlane } from './eks-control-plane.ts';
import { eksWorkers } from './eks-workers.ts';
import { stackPropsOf, type EnvironmentStackProps } from './environment-stack.ts';
import { kubeconfigOutput, privateEntryOutputs } from './kubeconfig-outputs.ts';

/**
 * The table of the chapter: ECS and EKS in one VPC, both with the same application from one description. On ECS it runs
 * twice, on EC2 instances and on Fargate; on EKS on a managed node group.
 */
export class EcsAndEks extends Stack {
  constructor(scope: Construct, id: string, props: EnvironmentStackProps) {
    super(scope, id, {
      description: 'Textbook environment EcsAndEks: ECS beside EKS, with one application',
      ...stackPropsOf(id, props),
    });
    const { settings } = props;
    const controlPlane = eksControlPlane(this, settings);
    this.eks(controlPlane, settings);
    this.ecs(controlPlane, settings);
    kubeconfigOutput(this, controlPlane);
    if (settings.allowedCidrs.length === 0) privateEntryOutputs(this, controlPlane);
  }

  private eks({ cluster }: EksControlPlane, settings: Settings): void {
    const { ready } = eksWorkers(this, cluster, settings);
    const chart = applicationChart(webApplication, ecsAndEks.sampleNamespace);
    applyChart('Application', { cluster, chart, after: [ready] });
  }

  private ecs({ vpc, clusterName, retention }: EksControlPlane, { instanceType }: Settings): void {
    const ecs = new EcsCluster(this, 'Ecs', { clusterName, vpc, retention });
    const { capacityProvider } = new ContainerInstances(this, 'ContainerInstances', {
      cluster: ecs.cluster,
      clusterName,
      instanceType,
      count: containerInstanceCount,
    });
    const application = new EcsApplication(this, 'EcsApplication', {
      application: webApplication,
      ecs,
      architecture: instanceTypes[instanceType].architecture,
      retention,
    });
    const services = [application.onEc2(capacityProvider.capacityProviderName), application.onFargate()];
    new CfnOutput(this, 'EcsClusterName', {
      description: 'The ECS cluster; the EKS cluster has the same name.',
      value: ecs.cluster.clusterName,
    });
    new CfnOutput(this, 'EcsServiceNames', {
      description: 'The application on ECS: on EC2 instances, and on Fargate.',
      value: services.map(({ serviceName }) => serviceName).join(' '),
    });
  }
}
