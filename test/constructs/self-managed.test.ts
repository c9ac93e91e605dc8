import { describe, expect, test } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ApiLoadBalancer } from '../../lib/constructs/api-load-balancer.ts';
import { BootstrapFiles } from '../../lib/constructs/bootstrap-files.ts';
import { BootstrapParameters } from '../../lib/constructs/bootstrap-parameters.ts';
import { ClusterKey } from '../../lib/constructs/cluster-key.ts';
import { ControlPlaneNodes } from '../../lib/constructs/control-plane-nodes.ts';
import { EtcdSnapshotsBucket } from '../../lib/constructs/etcd-snapshots-bucket.ts';
import { LabNetwork, zonesOf } from '../../lib/constructs/lab-network.ts';
import { retentionOf } from '../../lib/constructs/log-retention.ts';
import { NodeRole } from '../../lib/constructs/node-role.ts';
import { NodeSecurityGroups } from '../../lib/constructs/node-security-groups.ts';
import { WorkerAutoScalingGroup } from '../../lib/constructs/worker-auto-scaling-group.ts';
import { idOf, propertiesOf, waitsFor } from '../environments/synth.ts';
import { userDataOf } from '../environments/user-data.ts';
import { templateWith } from './stack.ts';

const retention = RetentionDays.ONE_WEEK;
const clusterName = 'Lab';

const template = templateWith((stack) => {
  const { vpc } = new LabNetwork(stack, 'Network', { zones: zonesOf([], 3) });
  const { key } = new ClusterKey(stack, 'Key');
  const parameters = new BootstrapParameters(stack, 'Parameters', { clusterName, key, retention });
  const snapshots = new EtcdSnapshotsBucket(stack, 'Snapshots', { clusterName, key, retention });
  const groups = new NodeSecurityGroups(stack, 'Groups', { vpc, podCidr: '10.244.0.0/16' });
  const api = new ApiLoadBalancer(stack, 'Api', { clusterName, vpc, securityGroup: groups.loadBalancer });
  const bootstrapFiles = new BootstrapFiles(stack, 'Files');
  const statements = [new PolicyStatement({ actions: ['s3:ListAllMyBuckets'], resources: ['*'] })];
  const { role } = new NodeRole(stack, 'Role', { description: 'A node', statements });
  const nodes = {
    clusterName,
    vpc,
    instanceType: 't4g.medium',
    role,
    bootstrapFiles,
    settingsFiles: { 'cluster.env': "CLUSTER_NAME='Lab'\n" },
    after: [parameters, snapshots],
  } as const;
  const controlPlane = { count: 3, etcdVolumeGib: 9, securityGroup: groups.controlPlane };
  api.serve(new ControlPlaneNodes(stack, 'ControlPlane', { ...nodes, ...controlPlane }).instances);
  new WorkerAutoScalingGroup(stack, 'Workers', { ...nodes, count: 4, securityGroup: groups.workers });
});

const instances = Object.keys(template.findResources('AWS::EC2::Instance'));

describe('ApiLoadBalancer', () => {
  test('is internal, and passes on to healthy API servers without keeping the caller’s address', () => {
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      Type: 'network',
      Scheme: 'internal',
    });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
      Port: 6443,
      HealthCheckPath: '/readyz',
      Targets: instances.map((Ref) => ({ Id: { Ref } })),
      TargetGroupAttributes: Match.arrayWith([{ Key: 'preserve_client_ip.enabled', Value: 'false' }]),
    });
    template.hasResourceProperties('AWS::Route53::RecordSet', { Name: 'api.lab.labs.internal.' });
  });
});

describe('BootstrapParameters', () => {
  test('are deleted with the stack, after the nodes', () => {
    const deletion = idOf(template, 'Custom::BootstrapParameters');
    for (const id of instances) expect(waitsFor(template, id)).toContain(deletion);
    const [{ Delete } = {}] = propertiesOf(template, 'Custom::BootstrapParameters');
    expect(Delete).toContain('/kubernetes-textbook-labs/Lab/join-token');
  });
});

describe('ClusterKey', () => {
  test('rotates and is deleted with the stack', () => {
    template.hasResource('AWS::KMS::Key', {
      Properties: { EnableKeyRotation: true, PendingWindowInDays: 7 },
      DeletionPolicy: 'Delete',
    });
  });
});

describe('EtcdSnapshotsBucket', () => {
  test('is versioned, private, and emptied before it is deleted', () => {
    template.hasResource('AWS::S3::Bucket', {
      Properties: {
        VersioningConfiguration: { Status: 'Enabled' },
        PublicAccessBlockConfiguration: { RestrictPublicBuckets: true },
      },
      DeletionPolicy: 'Delete',
    });
    template.resourceCountIs('Custom::S3AutoDeleteObjects', 1);
  });
});

describe('NodeSecurityGroups', () => {
  test('open neither etcd nor a kubelet to pods', () => {
    const rules = propertiesOf(template, 'AWS::EC2::SecurityGroup').flatMap(
      ({ SecurityGroupIngress }) =>
        (SecurityGroupIngress ?? []) as { FromPort: number; ToPort: number; CidrIp: string }[],
    );
    const toPods = rules.filter(({ CidrIp }) => CidrIp === '10.244.0.0/16');
    expect(toPods.length).toBeGreaterThan(3);
    const opens = (port: number) => toPods.filter(({ FromPort, ToPort }) => FromPort <= port && port <= ToPort);
    expect(opens(10_250).map(({ ToPort }) => ToPort)).toEqual([65_535]);
    expect(opens(6443).length).toBeGreaterThan(0);
  });
});

describe('NodeRole', () => {
  test('has what it was given, and no policy that AWS manages', () => {
    template.hasResourceProperties('AWS::IAM::Role', {
      Description: 'A node',
      ManagedPolicyArns: Match.absent(),
      Policies: Match.arrayWith([
        {
          PolicyName: 'Bootstrap',
          PolicyDocument: Match.objectLike({ Statement: [Match.objectLike({ Action: 's3:ListAllMyBuckets' })] }),
        },
      ]),
    });
  });
});

describe('ControlPlaneNodes', () => {
  test('stand in a zone each, with a volume for etcd', () => {
    const subnets = propertiesOf(template, 'AWS::EC2::Instance').map(({ SubnetId }) => JSON.stringify(SubnetId));
    expect(new Set(subnets).size).toBe(3);
    template.hasResourceProperties('AWS::EC2::LaunchTemplate', {
      LaunchTemplateData: {
        BlockDeviceMappings: Match.arrayWith([
          { DeviceName: '/dev/sdf', Ebs: Match.objectLike({ VolumeSize: 9, Encrypted: true }) },
        ]),
      },
    });
  });
});

describe('WorkerAutoScalingGroup', () => {
  test('has as many nodes as asked for, each of which signals', () => {
    template.hasResource('AWS::AutoScaling::AutoScalingGroup', {
      Properties: { MinSize: '4', MaxSize: '4' },
      CreationPolicy: { ResourceSignal: { Count: 4 } },
    });
  });
});

describe('BootstrapFiles', () => {
  test('are verified against the checksums in the template before a node runs one', () => {
    const texts = [...userDataOf(template).values()];
    expect(texts).toHaveLength(4);
    for (const text of texts) {
      const checked = text.indexOf('sha256sum --check --strict');
      expect(checked).toBeGreaterThan(0);
      expect(text.indexOf('systemctl start --no-block bootstrap')).toBeGreaterThan(checked);
      expect(text).toMatch(/^[0-9a-f]{64} {2}worker\.sh$/m);
    }
  });
});

describe('retentionOf', () => {
  test('knows the periods that CloudWatch Logs offers', () => {
    expect(retentionOf(7)).toBe(RetentionDays.ONE_WEEK);
    expect(() => retentionOf(8)).toThrow('CloudWatch Logs offers no retention of 8 days.');
  });
});
