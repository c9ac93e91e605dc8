import { describe, expect, test } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib/core';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { applicationChart } from '../../charts/application.ts';
import { describeApplication } from '../../lib/application/application.ts';
import { EcsApplication } from '../../lib/constructs/ecs-application.ts';
import { EcsCluster } from '../../lib/constructs/ecs-cluster.ts';
import { webApplication } from '../../lib/environments/ecs-and-eks.web.ts';
import { EcsAndEks } from '../../lib/environments/ecs-and-eks.ts';
import { kubernetesVersions, releaseOf } from '../../lib/catalog/versions.ts';
import { assemblyFolder } from '../assembly-folder.ts';
import { comparedThings, unequalThings } from './application-comparison.ts';
import { appliedBy, ecsSideOf, kubernetesSideOf } from './application-sides.ts';
import { changed, leavesOf } from './leaves.ts';
import { describeNag } from './nag.ts';
import { testReviewed, versionDifferences } from './reviewed.ts';
import { dependencies, idOf, propertiesOf, resourcesOf, stackOf, templateOf, waitsFor } from './synth.ts';

const admins = 'arn:aws:iam::111122223333:role/Teacher';
const everything = { allowedCidrs: '203.0.113.7/32', admins, customerKey: 'true', instanceType: 't4g.medium' };

const template = templateOf(EcsAndEks);
const open = templateOf(EcsAndEks, everything);
const services = ['web-on-ec2', 'web-on-fargate'] as const;
const kubernetes = kubernetesSideOf(appliedBy(template));

const service = (name: (typeof services)[number], of = template) =>
  idOf(of, 'AWS::ECS::Service', Match.objectLike({ ServiceName: name }));
const role = (description: string) =>
  idOf(template, 'AWS::IAM::Role', Match.objectLike({ Description: Match.stringLikeRegexp(description) }));

describe('template', () => {
  testReviewed(template, open);

  test('differs between Kubernetes versions only in what follows from the version', () => {
    const found = versionDifferences(EcsAndEks);
    const [left, right] = [releaseOf('1.36').addOns, releaseOf('1.35').addOns];
    expect(found).toEqual([
      ['Description', expect.stringContaining('kubectl 1.36.'), expect.stringContaining('kubectl 1.35.')],
      // Of the control plane, and of the nodes.
      ['Version', '1.36', '1.35'],
      ['Version', '1.36', '1.35'],
      ['AddonVersion', left['kube-proxy'], right['kube-proxy']],
      ['AddonVersion', left.coredns, right.coredns],
    ]);
  });

  test.each(kubernetesVersions)('at %s holds both clusters in one VPC, under one name', (version) => {
    const of = templateOf(EcsAndEks, { kubernetes: version });
    of.resourceCountIs('AWS::EC2::VPC', 1);
    of.hasResourceProperties('AWS::ECS::Cluster', { ClusterName: 'EcsAndEks' });
    of.hasResourceProperties('AWS::EKS::Cluster', { Name: 'EcsAndEks', Version: version });
  });

  test('names no account and no region, and looks no image up', () => {
    const text = JSON.stringify(template.toJSON());
    expect(text).not.toMatch(/\b(?:us|eu|ap|ca|sa)-[a-z]+-\d\b/);
    expect(text).not.toMatch(/:\d{12}:/);
    expect(text).not.toMatch(/\bami-[0-9a-f]/);
    expect(stackOf(EcsAndEks).environment).toBe('aws://unknown-account/unknown-region');
  });

  test('holds no cycle, on which synth() is silent', () => {
    for (const each of [template, open]) expect(() => dependencies(each)).not.toThrow();
  });
});

describe('one description', () => {
  test.each(services)('is the same for ECS, as %s, and for Kubernetes, thing by thing', (name) => {
    expect(unequalThings(webApplication, ecsSideOf(template, name), kubernetes)).toEqual([]);
  });

  test('is followed by both sides, whatever it says', () => {
    const other = describeApplication({
      name: 'web',
      image: 'example.com/other:2',
      args: ['serve'],
      port: 9090,
      servicePort: 81,
      environment: { A: '1', B: 'two' },
      vcpus: 1,
      memoryMib: 3072,
      healthCheck: { path: '/well', intervalSeconds: 15, timeoutSeconds: 4, retries: 5, graceSeconds: 45 },
      replicas: 5,
      minAvailable: 4,
      minReplicas: 2,
      maxReplicas: 9,
      targetCpuPercent: 55,
      stopSeconds: 40,
    });
    const stack = new Stack(new App({ outdir: assemblyFolder() }), 'Stack');
    const ecs = new EcsCluster(stack, 'Ecs', {
      clusterName: 'other',
      vpc: new Vpc(stack, 'Vpc'),
      retention: RetentionDays.ONE_DAY,
    });
    new EcsApplication(stack, 'EcsApplication', {
      application: other,
      ecs,
      architecture: 'amd64',
      retention: RetentionDays.ONE_DAY,
    }).onFargate();
    const onEcs = ecsSideOf(Template.fromStack(stack), 'web-on-fargate');
    const chart = applicationChart(other, 'other').toJson() as Parameters<typeof kubernetesSideOf>[0];
    expect(unequalThings(other, onEcs, kubernetesSideOf(chart))).toEqual([]);
    // All but what no description chooses: the port's name, the user, the spreading.
    expect(unequalThings(webApplication, onEcs, kubernetesSideOf(chart))).toHaveLength(comparedThings.length - 3);
  });
});

describe('the comparison', () => {
  const ecs = ecsSideOf(template, 'web-on-ec2');

  /** The things that a comparison misses when one value of a side is another; by the value's path. */
  const missed = <S extends object>(side: S, compare: (side: S) => ReturnType<typeof unequalThings>) =>
    new Map(leavesOf(side).map((path) => [path.join('.'), compare(changed(side, path)).map(({ what }) => what)]));

  const byEcs = missed(ecs, (side) => unequalThings(webApplication, side, kubernetes));
  const byKubernetes = missed(kubernetes, (side) => unequalThings(webApplication, ecs, side));
  const everything = comparedThings.map(({ what }) => what).sort();
  const noticed = (found: ReadonlyMap<string, readonly string[]>) => [...new Set([...found.values()].flat())].sort();
  const unnoticed = (found: ReadonlyMap<string, readonly string[]>) =>
    [...found].filter(([, things]) => things.length === 0).map(([path]) => path);

  test('fails for each thing when ECS says something else', () => {
    expect(noticed(byEcs)).toEqual(everything);
  });

  test('fails for each thing when Kubernetes says something else', () => {
    expect(noticed(byKubernetes)).toEqual(everything);
  });

  test('leaves out what is reviewed here, and nothing more', () => {
    expect({ ecs: unnoticed(byEcs), kubernetes: unnoticed(byKubernetes) }).toMatchSnapshot();
  });
});

describe('ECS', () => {
  test('stops a rollout that never becomes healthy, and goes back: Kubernetes has no such thing', () => {
    template.allResourcesProperties('AWS::ECS::Service', {
      DeploymentConfiguration: { DeploymentCircuitBreaker: { Enable: true, Rollback: true } },
    });
  });

  test('runs the same revision on EC2 and on Fargate, in private subnets without public addresses', () => {
    const taskDefinition = idOf(template, 'AWS::ECS::TaskDefinition');
    const group = idOf(template, 'AWS::EC2::SecurityGroup', Match.objectLike({ GroupDescription: 'Tasks of web' }));
    template.resourceCountIs('AWS::ECS::Service', 2);
    template.allResourcesProperties('AWS::ECS::Service', {
      TaskDefinition: { Ref: taskDefinition },
      NetworkConfiguration: {
        AwsvpcConfiguration: {
          AssignPublicIp: 'DISABLED',
          SecurityGroups: [{ 'Fn::GetAtt': [group, 'GroupId'] }],
          Subnets: [1, 2].map((zone) => ({ Ref: Match.stringLikeRegexp(`PrivateSubnet${zone}`) })),
        },
      },
    });
  });

  test.each([
    ['t3.medium', 'X86_64', '/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id'],
    ['t4g.medium', 'ARM64', '/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id'],
  ])(
    'on %s has tasks for %s, and takes the image of %s when it is deployed',
    (instanceType, architecture, parameter) => {
      const of = instanceType === 't3.medium' ? template : open;
      of.hasResourceProperties('AWS::ECS::TaskDefinition', { RuntimePlatform: { CpuArchitecture: architecture } });
      of.hasParameter('*', { Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: parameter });
      of.hasResourceProperties('AWS::EC2::LaunchTemplate', {
        LaunchTemplateData: { InstanceType: instanceType, ImageId: { Ref: Match.stringLikeRegexp('optimizedami') } },
      });
    },
  );

  test('keeps the instance metadata from tasks, and encrypts disks', () => {
    template.resourceCountIs('AWS::EC2::LaunchTemplate', 2);
    template.allResourcesProperties('AWS::EC2::LaunchTemplate', {
      LaunchTemplateData: {
        MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
        BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true, VolumeType: 'gp3' } }],
      },
    });
    expect(JSON.stringify(template.findResources('AWS::EC2::LaunchTemplate'))).toContain('ECS_AWSVPC_BLOCK_IMDS=true');
  });

  test('lets nobody in but the tasks themselves, to their port', () => {
    for (const each of [template, open]) {
      each.allResourcesProperties('AWS::EC2::SecurityGroup', { SecurityGroupIngress: Match.absent() });
      each.resourceCountIs('AWS::EC2::SecurityGroupIngress', 1);
      const group = idOf(each, 'AWS::EC2::SecurityGroup', Match.objectLike({ GroupDescription: 'Tasks of web' }));
      each.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
        GroupId: { 'Fn::GetAtt': [group, 'GroupId'] },
        SourceSecurityGroupId: { 'Fn::GetAtt': [group, 'GroupId'] },
        FromPort: 8080,
        ToPort: 8080,
      });
    }
  });

  test('lets tasks and instances out by HTTPS only', () => {
    const groups = propertiesOf(template, 'AWS::EC2::SecurityGroup').filter(({ GroupDescription }) =>
      /^(Tasks|Container instances)/.test(String(GroupDescription)),
    );
    expect(groups).toHaveLength(2);
    for (const { SecurityGroupEgress } of groups) {
      expect(SecurityGroupEgress).toEqual([
        expect.objectContaining({ CidrIp: '0.0.0.0/0', FromPort: 443, ToPort: 443, IpProtocol: 'tcp' }),
      ]);
    }
  });

  test('gives an instance what its agent does, in this cluster, and no log group and no repository', () => {
    const { Policies } = resourcesOf(template)[role('^Container instances$')]!.Properties;
    const statements = (
      Policies as { PolicyDocument: { Statement: { Action: unknown; Resource: unknown }[] } }[]
    ).flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    expect(JSON.stringify(statements)).not.toMatch(/logs:|ecr:|\w:\*"/);
    expect(statements.filter(({ Resource }) => Resource === '*').map(({ Action }) => Action)).toEqual([
      'ecs:DiscoverPollEndpoint',
    ]);
    template.allResourcesProperties('AWS::IAM::Policy', {
      Roles: Match.not([{ Ref: role('^Container instances$') }]),
    });
  });

  test('lets people run commands in containers through SSM, and keeps what they run in a log that goes', () => {
    const logs = Object.keys(template.findResources('AWS::Logs::LogGroup')).find((id) => id.includes('ExecuteCommand'));
    template.allResourcesProperties('AWS::ECS::Service', { EnableExecuteCommand: true });
    template.hasResourceProperties('AWS::ECS::Cluster', {
      Configuration: {
        ExecuteCommandConfiguration: {
          Logging: 'OVERRIDE',
          LogConfiguration: { CloudWatchLogGroupName: { Ref: logs } },
        },
      },
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      Roles: [{ Ref: role('^Containers of web$') }],
      PolicyDocument: {
        Statement: [
          {
            Action: [
              'logs:DescribeLogGroups',
              'ssmmessages:CreateControlChannel',
              'ssmmessages:CreateDataChannel',
              'ssmmessages:OpenControlChannel',
              'ssmmessages:OpenDataChannel',
            ],
          },
          { Action: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'] },
        ],
      },
    });
    // The agent in the container writes to its root filesystem; an init process reaps what it leaves behind.
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [{ ReadonlyRootFilesystem: false, LinuxParameters: { InitProcessEnabled: true } }],
    });
  });

  test('assumes the roles of tasks for this account and region only', () => {
    for (const description of ['^Containers of web$', '^Starts tasks of web']) {
      const { AssumeRolePolicyDocument } = resourcesOf(template)[role(description)]!.Properties;
      expect(AssumeRolePolicyDocument).toMatchObject({
        Statement: [
          {
            Principal: { Service: 'ecs-tasks.amazonaws.com' },
            Condition: {
              StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
              ArnLike: { 'aws:SourceArn': expect.anything() },
            },
          },
        ],
      });
    }
  });

  test('is reached by name through Service Connect, in a namespace without DNS zone', () => {
    template.hasResourceProperties('AWS::ServiceDiscovery::HttpNamespace', { Name: 'EcsAndEks' });
    template.resourceCountIs('AWS::ServiceDiscovery::PrivateDnsNamespace', 0);
    for (const name of services) {
      expect(resourcesOf(template)[service(name)]!.Properties).toMatchObject({
        ServiceConnectConfiguration: { Enabled: true, Services: [{ ClientAliases: [{ DnsName: name, Port: 80 }] }] },
      });
    }
  });
});

describe('removal', () => {
  const capacity = {
    association: idOf(template, 'AWS::ECS::ClusterCapacityProviderAssociations'),
    provider: idOf(template, 'AWS::ECS::CapacityProvider'),
    group: idOf(template, 'AWS::AutoScaling::AutoScalingGroup'),
    cluster: idOf(template, 'AWS::ECS::Cluster'),
  };

  test('a provider in use is not taken off the list: services go first, then the list, provider, instances, cluster', () => {
    for (const name of services) {
      expect(waitsFor(template, service(name))).toEqual(expect.arrayContaining(Object.values(capacity)));
    }
    expect(waitsFor(template, capacity.association)).toEqual(
      expect.arrayContaining([capacity.provider, capacity.group, capacity.cluster]),
    );
    expect(waitsFor(template, capacity.provider)).toEqual(expect.arrayContaining([capacity.group, capacity.cluster]));
    expect(waitsFor(template, capacity.group)).toContain(capacity.cluster);
  });

  test('nothing keeps an instance when the group is deleted: no termination protection, and no hook that drains', () => {
    template.hasResourceProperties('AWS::ECS::CapacityProvider', {
      AutoScalingGroupProvider: {
        ManagedTerminationProtection: 'DISABLED',
        ManagedDraining: 'DISABLED',
        ManagedScaling: { Status: 'ENABLED', TargetCapacity: 100 },
      },
    });
    template.hasResourceProperties('AWS::AutoScaling::AutoScalingGroup', {
      NewInstancesProtectedFromScaleIn: Match.absent(),
      MinSize: '2',
      MaxSize: '4',
    });
  });

  test('a provider may not be called after a stack whose name begins with Ecs', () => {
    template.hasResourceProperties('AWS::ECS::CapacityProvider', { Name: 'ec2-EcsAndEks' });
    expect(propertiesOf(templateOf(EcsAndEks, {}, 'ecs-aya'), 'AWS::ECS::CapacityProvider')).toMatchObject([
      { Name: 'ec2-ecs-aya' },
    ]);
  });

  test('the way out stays until tasks and instances are gone', () => {
    const way = idOf(template, 'AWS::EC2::NatGateway');
    for (const id of [...services.map((name) => service(name)), capacity.group]) {
      expect(waitsFor(template, id)).toContain(way);
    }
  });

  test('logs go too, and none is kept for ever', () => {
    template.allResources('AWS::Logs::LogGroup', {
      DeletionPolicy: 'Delete',
      Properties: { RetentionInDays: 7 },
    });
  });
});

describe('outputs', () => {
  const outputs = (of: Template) => of.findOutputs('*');

  test('name the ECS cluster and its services', () => {
    expect(outputs(open)).toMatchObject({
      EcsClusterName: { Value: { Ref: idOf(open, 'AWS::ECS::Cluster') } },
      EcsServiceNames: { Value: expect.anything() },
      UpdateKubeconfigCommand: { Value: expect.anything() },
    });
    const names = JSON.stringify(outputs(open)['EcsServiceNames']);
    for (const name of services) expect(names).toContain(service(name, open));
  });

  test('say how to get in when the endpoint is private, and only then', () => {
    expect(Object.keys(outputs(template))).toEqual(
      expect.arrayContaining(['PrivateEndpointTunnelCommand', 'PrivateEndpointKubeconfigCommand']),
    );
    expect(Object.keys(outputs(open))).toHaveLength(3);
  });
});

describeNag(EcsAndEks, [
  ['the defaults', {}],
  ['every setting', everything],
]);
