import { describe, expect, test } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ContainerInstances } from '../../lib/constructs/container-instances.ts';
import { EcsApplication } from '../../lib/constructs/ecs-application.ts';
import { EcsCluster } from '../../lib/constructs/ecs-cluster.ts';
import { LabNetwork } from '../../lib/constructs/lab-network.ts';
import { webApplication } from '../../lib/environments/ecs-and-eks.web.ts';
import { idOf, waitsFor } from '../environments/synth.ts';
import { templateWith } from './stack.ts';

const retention = RetentionDays.ONE_WEEK;

const template = templateWith((stack) => {
  const { vpc } = new LabNetwork(stack, 'Network');
  const ecs = new EcsCluster(stack, 'Ecs', { clusterName: 'Lab', vpc, retention });
  const { capacityProvider } = new ContainerInstances(stack, 'Instances', {
    cluster: ecs.cluster,
    clusterName: 'Lab',
    instanceType: 't4g.medium',
    count: { min: 1, max: 3 },
  });
  const application = new EcsApplication(stack, 'Application', {
    application: webApplication,
    ecs,
    architecture: 'arm64',
    retention,
  });
  application.onEc2(capacityProvider.capacityProviderName);
  application.onFargate();
});

describe('EcsCluster', () => {
  test('has a namespace for Service Connect and logs what people run in containers', () => {
    template.hasResourceProperties('AWS::ECS::Cluster', {
      ClusterName: 'Lab',
      Configuration: { ExecuteCommandConfiguration: { Logging: 'OVERRIDE' } },
      ServiceConnectDefaults: Match.anyValue(),
    });
    template.hasResourceProperties('AWS::ServiceDiscovery::HttpNamespace', { Name: 'Lab' });
  });
});

describe('ContainerInstances', () => {
  test('stand in a group of the given size, whose provider has a name that ECS takes', () => {
    template.hasResourceProperties('AWS::AutoScaling::AutoScalingGroup', { MinSize: '1', MaxSize: '3' });
    template.hasResourceProperties('AWS::ECS::CapacityProvider', { Name: 'ec2-Lab' });
  });

  test('have no termination hook, which nobody would complete once the provider is deleted', () => {
    template.hasResourceProperties('AWS::ECS::CapacityProvider', {
      AutoScalingGroupProvider: { ManagedDraining: 'DISABLED', ManagedTerminationProtection: 'DISABLED' },
    });
    template.resourceCountIs('AWS::AutoScaling::LifecycleHook', 0);
  });

  test('keep the instance metadata from tasks', () => {
    template.hasResourceProperties('AWS::EC2::LaunchTemplate', {
      LaunchTemplateData: { MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 } },
    });
    expect(JSON.stringify(template.toJSON())).toContain('ECS_AWSVPC_BLOCK_IMDS=true');
  });
});

describe('EcsApplication', () => {
  const services = ['web-on-ec2', 'web-on-fargate'].map((ServiceName) =>
    idOf(template, 'AWS::ECS::Service', Match.objectLike({ ServiceName })),
  );

  test('runs one revision of a task twice: on instances and on Fargate', () => {
    template.resourceCountIs('AWS::ECS::TaskDefinition', 1);
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      RuntimePlatform: { CpuArchitecture: 'ARM64' },
      NetworkMode: 'awsvpc',
      Cpu: '256',
      Memory: '512',
    });
    expect(services).toHaveLength(2);
  });

  test('goes before the list of capacity providers that it uses', () => {
    const list = idOf(template, 'AWS::ECS::ClusterCapacityProviderAssociations');
    for (const service of services) expect(waitsFor(template, service)).toContain(list);
  });
});
