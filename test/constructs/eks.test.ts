import { describe, expect, test } from '@jest/globals';
import type { Stack } from 'aws-cdk-lib/core';
import { Match } from 'aws-cdk-lib/assertions';
import { SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { OidcProviderNative } from 'aws-cdk-lib/aws-eks-v2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ClusterAdminRole, grantAdmins } from '../../lib/constructs/cluster-access.ts';
import { ControlPlaneLogs, controlPlaneLogGroupName } from '../../lib/constructs/control-plane-logs.ts';
import { EbsCsiDriver } from '../../lib/constructs/ebs-csi-driver.ts';
import { EksCluster } from '../../lib/constructs/eks-cluster.ts';
import { FargateLogs } from '../../lib/constructs/fargate-logs.ts';
import { FargateProfiles } from '../../lib/constructs/fargate-profiles.ts';
import { ImageRepository } from '../../lib/constructs/image-repository.ts';
import { LabNetwork, zonesOf } from '../../lib/constructs/lab-network.ts';
import { ManagedAddOns } from '../../lib/constructs/managed-add-ons.ts';
import { NodeLogs } from '../../lib/constructs/node-logs.ts';
import { SecretsKey } from '../../lib/constructs/secrets-key.ts';
import { ServiceAccountRole } from '../../lib/constructs/service-account-role.ts';
import { WorkerNodes } from '../../lib/constructs/worker-nodes.ts';
import { releaseOf } from '../../lib/catalog/versions.ts';
import { idOf, propertiesOf, waitsFor } from '../environments/synth.ts';
import { templateWith } from './stack.ts';

const retention = RetentionDays.ONE_WEEK;
const logGroupName = controlPlaneLogGroupName('Lab');
const admin = (name: string) => `arn:aws:iam::111122223333:role/${name}`;

/** A cluster in a network, which most of the constructs need. */
function clusterIn(stack: Stack, { allowedCidrs = [] as readonly string[], customerKey = false } = {}) {
  const { vpc } = new LabNetwork(stack, 'Network');
  const key = customerKey ? new SecretsKey(stack, 'SecretsKey', { logGroupName }).key : undefined;
  const { logGroup } = new ControlPlaneLogs(stack, 'ControlPlaneLogs', { logGroupName, retention, key });
  const { role: adminRole } = new ClusterAdminRole(stack, 'Admin', { admins: [] });
  const common = { clusterName: 'Lab', kubernetes: '1.36', vpc, adminRole, allowedCidrs, logGroup, retention } as const;
  const { cluster } = new EksCluster(stack, 'Cluster', { ...common, secretsKey: key });
  return { vpc, cluster, logGroup };
}

/** One template with every construct in it, since a stack with a cluster takes long to make. */
const template = templateWith((stack) => {
  const { vpc, cluster } = clusterIn(stack, { allowedCidrs: ['203.0.113.7/32'], customerKey: true });
  grantAdmins(cluster, [admin('A'), admin('B')]);
  const { repository } = new ImageRepository(stack, 'Images');
  const { nodeGroup } = new WorkerNodes(stack, 'Workers', {
    cluster,
    kubernetes: '1.36',
    instanceType: 't4g.medium',
    nodeCount: 3,
    repositories: [repository],
  });
  const { addOns: versions, ebsCsiDriver } = releaseOf('1.36');
  const addOns = ['eks-pod-identity-agent', 'vpc-cni', 'kube-proxy', 'coredns', 'metrics-server'] as const;
  new ManagedAddOns(stack, 'AddOns', { cluster, addOns, versions }).surround(nodeGroup);
  new EbsCsiDriver(stack, 'EbsCsiDriver', { cluster, version: ebsCsiDriver });
  new NodeLogs(stack, 'NodeLogs', { cluster, clusterName: 'Lab', agent: { namespace: 'n', name: 'agent' }, retention });
  const { logGroup } = new FargateLogs(stack, 'FargateLogs', { clusterName: 'Lab', retention });
  const profiles = [
    { name: 'one', namespaces: ['a', 'b'] },
    { name: 'two', namespaces: ['c'] },
  ];
  new FargateProfiles(stack, 'Fargate', { cluster, clusterName: 'Lab', vpc, profiles, logGroup });
  new ServiceAccountRole(stack, 'Reader', {
    cluster,
    provider: new OidcProviderNative(stack, 'Oidc', { url: cluster.clusterOpenIdConnectIssuerUrl }),
    namespace: 'n',
    serviceAccount: 'reader',
    description: 'Reader',
    statements: [new PolicyStatement({ actions: ['eks:DescribeCluster'], resources: [cluster.clusterArn] })],
  });
});

describe('EksCluster', () => {
  test('has a public endpoint for the addresses that are given, and all five logs', () => {
    template.hasResourceProperties('AWS::EKS::Cluster', {
      Name: 'Lab',
      Version: '1.36',
      ResourcesVpcConfig: {
        EndpointPrivateAccess: true,
        EndpointPublicAccess: true,
        PublicAccessCidrs: ['203.0.113.7/32'],
      },
      AccessConfig: { AuthenticationMode: 'API', BootstrapClusterCreatorAdminPermissions: false },
      UpgradePolicy: { SupportType: 'STANDARD' },
      Logging: {
        ClusterLogging: {
          EnabledTypes: ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'].map((Type) => ({ Type })),
        },
      },
    });
  });

  test('without addresses has a private endpoint only, and no key of the account', () => {
    const closed = templateWith((stack) => clusterIn(stack));
    closed.hasResourceProperties('AWS::EKS::Cluster', {
      ResourcesVpcConfig: { EndpointPrivateAccess: true, EndpointPublicAccess: false },
      EncryptionConfig: Match.absent(),
    });
    closed.resourceCountIs('AWS::KMS::Key', 0);
  });

  test('is made after the log group that it writes to', () => {
    const logs = idOf(template, 'AWS::Logs::LogGroup', Match.objectLike({ LogGroupName: logGroupName }));
    expect(waitsFor(template, idOf(template, 'AWS::EKS::Cluster'))).toContain(logs);
  });
});

describe('KubectlFunctions', () => {
  test('write to one log group of the stack and may describe this cluster only', () => {
    const groups = propertiesOf(template, 'AWS::Lambda::Function').map(({ LoggingConfig }) =>
      JSON.stringify((LoggingConfig as { readonly LogGroup: unknown }).LogGroup),
    );
    expect(groups).toHaveLength(2);
    expect(new Set(groups).size).toBe(1);
    expect(Object.keys(template.findResources('AWS::Logs::LogGroup'))).toContain(
      (JSON.parse(groups[0]!) as { readonly Ref: string }).Ref,
    );
    expect(JSON.stringify(propertiesOf(template, 'AWS::IAM::Role'))).toContain(':cluster/Lab');
  });
});

describe('ClusterAdminRole', () => {
  const trustOf = (admins: readonly string[]) => {
    const of = templateWith((stack) => new ClusterAdminRole(stack, 'Admin', { admins }));
    const [role] = propertiesOf(of, 'AWS::IAM::Role');
    return (role!['AssumeRolePolicyDocument'] as { readonly Statement: readonly object[] }).Statement;
  };

  test('trusts the admins that are named and nobody else', () => {
    expect(trustOf([admin('A'), admin('B')])).toMatchObject([{ Principal: { AWS: [admin('A'), admin('B')] } }]);
  });

  test('without names trusts people of the account, not what runs on an instance or in a function', () => {
    expect(trustOf([])).toMatchObject([
      { Condition: { Null: { 'ec2:SourceInstanceArn': 'true', 'lambda:SourceFunctionArn': 'true' } } },
    ]);
  });
});

describe('grantAdmins', () => {
  test('gives each a cluster-wide access entry', () => {
    for (const name of ['A', 'B']) {
      template.hasResourceProperties('AWS::EKS::AccessEntry', {
        PrincipalArn: admin(name),
        AccessPolicies: [Match.objectLike({ AccessScope: { Type: 'cluster' } })],
      });
    }
  });
});

describe('access entries', () => {
  test('keep their ids when the list of admins gets shorter or another order', () => {
    const idsFor = (...names: readonly string[]) => {
      const of = templateWith((stack) => grantAdmins(clusterIn(stack).cluster, names.map(admin)));
      return Object.fromEntries(
        names.map((name) => [name, idOf(of, 'AWS::EKS::AccessEntry', Match.objectLike({ PrincipalArn: admin(name) }))]),
      );
    };
    const { A, B } = idsFor('A', 'B');
    expect(A).not.toBe(B);
    expect(idsFor('B', 'A')).toEqual({ A, B });
    expect(idsFor('B')).toEqual({ B });
  });
});

describe('SecretsKey', () => {
  test('rotates, is deleted with the stack, and encrypts secrets and this one log group', () => {
    const key = { 'Fn::GetAtt': [idOf(template, 'AWS::KMS::Key'), 'Arn'] };
    template.hasResource('AWS::KMS::Key', {
      Properties: { EnableKeyRotation: true, PendingWindowInDays: 7 },
      DeletionPolicy: 'Delete',
    });
    template.hasResourceProperties('AWS::EKS::Cluster', {
      EncryptionConfig: [{ Provider: { KeyArn: key }, Resources: ['secrets'] }],
    });
    template.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: logGroupName, KmsKeyId: key });
    expect(JSON.stringify(propertiesOf(template, 'AWS::KMS::Key'))).toContain(`log-group:${logGroupName}`);
  });
});

describe('ControlPlaneLogs', () => {
  test('expire and are deleted with the stack', () => {
    template.hasResource('AWS::Logs::LogGroup', {
      Properties: { LogGroupName: '/aws/eks/Lab/cluster', RetentionInDays: 7 },
      DeletionPolicy: 'Delete',
    });
  });
});

describe('LabNetwork', () => {
  test.each([
    [2, {}],
    [3, { zones: zonesOf([], 3) }],
  ])('has a public and a private subnet in each of %i zones, and one NAT gateway', (count, props) => {
    const of = templateWith((stack) => new LabNetwork(stack, 'Network', props));
    of.resourceCountIs('AWS::EC2::Subnet', 2 * count);
    of.resourceCountIs('AWS::EC2::NatGateway', 1);
    const chosen = propertiesOf(of, 'AWS::EC2::Subnet').map(({ AvailabilityZone }) => JSON.stringify(AvailabilityZone));
    expect(new Set(chosen).size).toBe(count);
  });

  test.each([
    ['names', ['ap-northeast-1d', 'ap-northeast-1c', 'ap-northeast-1a'], 'AvailabilityZone', 'AvailabilityZoneId'],
    ['IDs', ['apne1-az1', 'apne1-az2', 'apne1-az4'], 'AvailabilityZoneId', 'AvailabilityZone'],
  ])('takes the first of the zones that were chosen, by their %s', (_, chosen, property, other) => {
    const of = templateWith((stack) => new LabNetwork(stack, 'Network', { zones: zonesOf(chosen, 2) }));
    const subnets = propertiesOf(of, 'AWS::EC2::Subnet');
    expect(subnets.map((subnet) => subnet[property]).sort()).toEqual(
      [...chosen.slice(0, 2), ...chosen.slice(0, 2)].sort(),
    );
    for (const subnet of subnets) expect(subnet).not.toHaveProperty(other);
  });
});

describe('WorkerNodes', () => {
  test('are of the architecture of their instance type, behind IMDSv2 at one hop, on an encrypted disk', () => {
    template.hasResourceProperties('AWS::EKS::Nodegroup', {
      AmiType: 'AL2023_ARM_64_STANDARD',
      InstanceTypes: ['t4g.medium'],
      ScalingConfig: { MinSize: 3, DesiredSize: 3, MaxSize: 3 },
      NodegroupName: Match.absent(),
      ForceUpdateEnabled: false,
    });
    template.hasResourceProperties('AWS::EC2::LaunchTemplate', {
      LaunchTemplateData: {
        MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
        BlockDeviceMappings: [Match.objectLike({ Ebs: Match.objectLike({ Encrypted: true, VolumeType: 'gp3' }) })],
      },
    });
  });
});

describe('upgrade', () => {
  test('of a standing stack moves the control plane, then the nodes: both have the version, in this order', () => {
    const [nodes, cluster] = ['Nodegroup', 'Cluster'].map((type) =>
      idOf(template, `AWS::EKS::${type}`, Match.objectLike({ Version: '1.36' })),
    );
    expect(waitsFor(template, nodes!)).toContain(cluster);
  });
});

describe('ManagedAddOns', () => {
  test('have pinned versions, and stand before or after the nodes as they need them', () => {
    const nodes = idOf(template, 'AWS::EKS::Nodegroup');
    const { addOns } = releaseOf('1.36');
    for (const [name, before] of [
      ['eks-pod-identity-agent', true],
      ['vpc-cni', true],
      ['kube-proxy', true],
      ['coredns', false],
      ['metrics-server', false],
    ] as const) {
      const id = idOf(template, 'AWS::EKS::Addon', Match.objectLike({ AddonName: name, AddonVersion: addOns[name] }));
      expect(waitsFor(template, nodes).includes(id)).toBe(before);
      expect(waitsFor(template, id).includes(nodes)).toBe(!before);
    }
  });
});

describe('EbsCsiDriver', () => {
  test('has its role through Pod Identity', () => {
    template.hasResourceProperties('AWS::EKS::Addon', {
      AddonName: 'aws-ebs-csi-driver',
      AddonVersion: releaseOf('1.36').ebsCsiDriver,
      PodIdentityAssociations: [Match.objectLike({ ServiceAccount: 'ebs-csi-controller-sa' })],
    });
  });
});

describe('NodeLogs', () => {
  test('are written by one service account', () => {
    template.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: '/aws/eks/Lab/nodes', RetentionInDays: 7 });
    template.hasResourceProperties('AWS::EKS::PodIdentityAssociation', { Namespace: 'n', ServiceAccount: 'agent' });
  });
});

describe('FargateProfiles', () => {
  test('follow one another, in private subnets, with the namespaces that were given', () => {
    const [one, two] = ['one', 'two'].map((FargateProfileName) =>
      idOf(template, 'AWS::EKS::FargateProfile', Match.objectLike({ FargateProfileName })),
    );
    expect(waitsFor(template, two!)).toContain(one);
    template.hasResourceProperties('AWS::EKS::FargateProfile', {
      FargateProfileName: 'one',
      Selectors: [{ Namespace: 'a' }, { Namespace: 'b' }],
      Subnets: Match.arrayWith([{ Ref: Match.stringLikeRegexp('PrivateSubnet1') }]),
    });
  });

  test('refuse a network without private subnets', () => {
    const make = (stack: Stack) => {
      const { cluster, logGroup } = clusterIn(stack);
      const vpc = new Vpc(stack, 'Other', {
        natGateways: 0,
        subnetConfiguration: [{ name: 'Public', subnetType: SubnetType.PUBLIC }],
      });
      new FargateProfiles(stack, 'Fargate', { cluster, clusterName: 'Lab', vpc, profiles: [], logGroup });
    };
    expect(() => templateWith(make)).toThrow('EKS runs pods on Fargate in private subnets only');
  });
});

describe('FargateLogs', () => {
  test('expire and are deleted with the stack', () => {
    template.hasResource('AWS::Logs::LogGroup', {
      Properties: { LogGroupName: '/aws/eks/Lab/pods', RetentionInDays: 7 },
      DeletionPolicy: 'Delete',
    });
  });
});

describe('ImageRepository', () => {
  test('scans what is pushed and is emptied with the stack', () => {
    template.hasResourceProperties('AWS::ECR::Repository', {
      ImageScanningConfiguration: { ScanOnPush: true },
      ImageTagMutability: 'IMMUTABLE',
      EmptyOnDelete: true,
    });
  });

  test('is what the nodes may pull from, beside the add-ons', () => {
    const repository = { 'Fn::GetAtt': [idOf(template, 'AWS::ECR::Repository'), 'Arn'] };
    template.hasResourceProperties('AWS::IAM::Role', {
      Description: 'Worker nodes',
      Policies: [
        {
          PolicyDocument: {
            Statement: Match.arrayWith([Match.objectLike({ Resource: Match.arrayWith([repository]) })]),
          },
        },
      ],
    });
  });
});

describe('ServiceAccountRole', () => {
  test('is assumed by one service account, without a function that resolves the keys of the condition', () => {
    const [trust] = propertiesOf(template, 'AWS::IAM::Role').filter(({ Description }) => Description === 'Reader');
    expect(JSON.stringify(trust!['AssumeRolePolicyDocument'])).toContain('system:serviceaccount:n:reader');
    template.resourceCountIs('Custom::AWSCDKCfnJson', 0);
  });
});
