import { describe, expect, jest, test } from '@jest/globals';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { eksEc2 } from '../../lib/environments/eks-ec2.data.ts';
import { EksEc2 } from '../../lib/environments/eks-ec2.ts';
import { parseSettings } from '../../lib/settings/settings.ts';
import { kubernetesVersions, releaseOf } from '../../lib/catalog/versions.ts';
import { describeNag } from './nag.ts';
import { testReviewed, versionDifferences } from './reviewed.ts';
import {
  appliedObjects,
  dependencies,
  differences,
  idOf,
  masked,
  newStack,
  propertiesOf,
  resourcesOf,
  stackOf,
  templateOf,
  waitsFor,
} from './synth.ts';

const admins = 'arn:aws:iam::111122223333:role/Teacher,arn:aws:iam::111122223333:user/aya';
const everything = { allowedCidrs: '203.0.113.7/32,198.51.100.0/24', admins, customerKey: 'true' };

const template = templateOf(EksEc2);
const open = templateOf(EksEc2, everything);

const privateSubnets = [1, 2].map((zone) => ({ Ref: expect.stringContaining(`PrivateSubnet${zone}`) }));

const addOn = (name: string) => idOf(template, 'AWS::EKS::Addon', Match.objectLike({ AddonName: name }));

describe('template', () => {
  testReviewed(template, open);

  test('differs between Kubernetes versions only in what follows from the version', () => {
    const found = versionDifferences(EksEc2);
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

  test.each(kubernetesVersions)('at %s carries the kubectl of its version', (kubernetes) => {
    const descriptions = propertiesOf(templateOf(EksEc2, { kubernetes }), 'AWS::Lambda::LayerVersion').map((layer) =>
      String(layer['Description']),
    );
    expect(descriptions.filter((text) => text.includes('kubectl'))).toEqual([
      expect.stringContaining(`kubectl ${kubernetes}`),
    ]);
  });
});

describe('traps of eks-blueprints', () => {
  test('the v1 providers build the cluster with a custom resource and nested stacks: it is native here', () => {
    template.resourceCountIs('AWS::EKS::Cluster', 1);
    template.resourceCountIs('AWS::CloudFormation::Stack', 0);
    template.resourceCountIs('Custom::AWSCDK-EKS-Cluster', 0);
    // Two that apply charts, and the cleaner. A fourth would come with the default security group, OIDC or CfnJson.
    template.resourceCountIs('AWS::Lambda::Function', 3);
  });

  test('without a capacity type it turns on Auto Mode', () => {
    template.hasResourceProperties('AWS::EKS::Cluster', {
      ComputeConfig: { Enabled: false },
      StorageConfig: { BlockStorage: { Enabled: false } },
      KubernetesNetworkConfig: { ElasticLoadBalancing: { Enabled: false } },
    });
  });

  test('without a masters role it makes a cluster admin that the whole account can assume: ours trusts the admins', () => {
    expect(trustOfAdminRole(open)).toEqual([
      { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { AWS: admins.split(',') } },
    ]);
  });

  test('… and without admins no credentials of an instance or a function', () => {
    expect(trustOfAdminRole(template)).toEqual([
      {
        Action: 'sts:AssumeRole',
        Effect: 'Allow',
        Principal: { AWS: { 'Fn::Join': ['', ['arn:', expect.anything(), ':iam::', expect.anything(), ':root']] } },
        Condition: { Null: { 'ec2:SourceInstanceArn': 'true', 'lambda:SourceFunctionArn': 'true' } },
      },
    ]);
  });

  test('the admin role carries no IAM permissions', () => {
    expect(Object.keys(resourcesOf(template)[adminRole(template)]!.Properties)).toEqual([
      'AssumeRolePolicyDocument',
      'Description',
    ]);
    template.allResourcesProperties('AWS::IAM::Policy', { Roles: Match.not([{ Ref: adminRole(template) }]) });
  });

  test('`privateCluster` is ignored: without allowedCidrs there is no public endpoint', () => {
    template.hasResourceProperties('AWS::EKS::Cluster', {
      ResourcesVpcConfig: {
        EndpointPrivateAccess: true,
        EndpointPublicAccess: false,
        PublicAccessCidrs: Match.absent(),
      },
    });
  });

  test('the control plane is in private subnets only', () => {
    expect(propertiesOf(template, 'AWS::EKS::Cluster')).toMatchObject([
      { ResourcesVpcConfig: { SubnetIds: privateSubnets } },
    ]);
  });

  test('node group names are fixed, so a replacement collides: ours has none', () => {
    template.hasResourceProperties('AWS::EKS::Nodegroup', { NodegroupName: Match.absent() });
  });

  test("the cluster's name is the same in two stages: here it is the stack's", () => {
    const other = templateOf(EksEc2, {}, 'EksEc2-aya');
    other.hasResourceProperties('AWS::EKS::Cluster', { Name: 'EksEc2-aya' });
    other.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: '/aws/eks/EksEc2-aya/cluster' });
    expect(JSON.stringify(other.toJSON()['Resources'])).not.toContain('EksEc2/cluster');
  });

  test.each(kubernetesVersions)(
    'add-ons take the version of another Kubernetes: at %s all are pinned',
    (kubernetes) => {
      const versions = propertiesOf(templateOf(EksEc2, { kubernetes }), 'AWS::EKS::Addon').map(
        (addOn) => [addOn['AddonName'], addOn['AddonVersion']] as const,
      );
      const { addOns, ebsCsiDriver } = releaseOf(kubernetes);
      expect(Object.fromEntries(versions)).toEqual({ ...addOns, 'aws-ebs-csi-driver': ebsCsiDriver });
      expect(versions).toHaveLength(6);
    },
  );

  test('three zones, three NAT gateways, m5.large: here two, one and what was set', () => {
    template.resourceCountIs('AWS::EC2::Subnet', 4);
    template.resourceCountIs('AWS::EC2::NatGateway', 1);
    template.hasResourceProperties('AWS::EKS::Nodegroup', {
      InstanceTypes: ['t3.medium'],
      ScalingConfig: { DesiredSize: 2, MinSize: 2, MaxSize: 2 },
    });
  });

  test('a KMS key without rotation that stays: here there is none, unless asked for', () => {
    template.resourceCountIs('AWS::KMS::Key', 0);
    template.hasResourceProperties('AWS::EKS::Cluster', { EncryptionConfig: Match.absent() });
  });

  test('… and then it rotates and goes with the stack', () => {
    open.hasResource('AWS::KMS::Key', {
      Properties: { EnableKeyRotation: true, PendingWindowInDays: 7 },
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Delete',
    });
    const arn = { 'Fn::GetAtt': [idOf(open, 'AWS::KMS::Key'), 'Arn'] };
    open.hasResourceProperties('AWS::EKS::Cluster', {
      EncryptionConfig: [{ Provider: { KeyArn: arn }, Resources: ['secrets'] }],
    });
    open.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: '/aws/eks/EksEc2/cluster', KmsKeyId: arn });
  });

  test('usage-tracking ids, and debug messages of its logger: there are none', () => {
    const spies = (['log', 'info', 'debug', 'warn', 'error'] as const).map((name) =>
      jest.spyOn(console, name).mockReturnValue(),
    );
    const stack = newStack(EksEc2, parseSettings({}));
    const printed = spies.flatMap((spy) => spy.mock.calls);
    for (const spy of spies) spy.mockRestore();
    expect(printed).toEqual([]);
    expect(stack.templateOptions.description).not.toMatch(/\bqs-/);
    template.resourceCountIs('AWS::CDK::Metadata', 0);
  });
});

describe('traps of aws-eks-v2 and CDK', () => {
  test('the upgrade policy is EXTENDED by default, and zonal shift off', () => {
    template.hasResourceProperties('AWS::EKS::Cluster', {
      UpgradePolicy: { SupportType: 'STANDARD' },
      DeletionProtection: false,
      ZonalShiftConfig: { Enabled: true },
    });
  });

  test('PUBLIC.onlyFrom throws: a public endpoint is private too, and for the given addresses only', () => {
    open.hasResourceProperties('AWS::EKS::Cluster', {
      ResourcesVpcConfig: {
        EndpointPrivateAccess: true,
        EndpointPublicAccess: true,
        PublicAccessCidrs: ['203.0.113.7/32', '198.51.100.0/24'],
      },
    });
  });

  test('nothing is open to the world, unless typed', () => {
    for (const each of [template, open]) {
      each.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
      each.allResourcesProperties('AWS::EC2::SecurityGroup', { SecurityGroupIngress: Match.absent() });
      each.allResourcesProperties('AWS::EC2::Subnet', { MapPublicIpOnLaunch: false });
    }
    expect(JSON.stringify(open.findResources('AWS::EKS::Cluster'))).not.toContain('0.0.0.0/0');
    templateOf(EksEc2, { allowedCidrs: '0.0.0.0/0' }).hasResourceProperties('AWS::EKS::Cluster', {
      ResourcesVpcConfig: { PublicAccessCidrs: ['0.0.0.0/0'] },
    });
  });

  test('CloudFormation would be the admin: access is by entries, for the role, the functions and each admin', () => {
    open.hasResourceProperties('AWS::EKS::Cluster', {
      AccessConfig: { AuthenticationMode: 'API', BootstrapClusterCreatorAdminPermissions: false },
    });
    const entries = propertiesOf(open, 'AWS::EKS::AccessEntry');
    expect(entries.map((entry) => entry['PrincipalArn'])).toEqual([
      { 'Fn::GetAtt': [expect.stringContaining('KubectlRole'), 'Arn'] },
      { 'Fn::GetAtt': [adminRole(open), 'Arn'] },
      ...admins.split(','),
    ]);
    for (const entry of entries) {
      expect(JSON.stringify(entry['AccessPolicies'])).toContain('cluster-access-policy/AmazonEKSClusterAdminPolicy');
    }
  });

  test('all five log types are off by default, and EKS makes a log group that stays', () => {
    template.hasResourceProperties('AWS::EKS::Cluster', {
      Logging: {
        ClusterLogging: {
          EnabledTypes: ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'].map((Type) => ({ Type })),
        },
      },
    });
    template.hasResource('AWS::Logs::LogGroup', {
      Properties: { LogGroupName: '/aws/eks/EksEc2/cluster', RetentionInDays: 7 },
      DeletionPolicy: 'Delete',
    });
    const logGroup = idOf(
      template,
      'AWS::Logs::LogGroup',
      Match.objectLike({ LogGroupName: '/aws/eks/EksEc2/cluster' }),
    );
    expect(waitsFor(template, idOf(template, 'AWS::EKS::Cluster'))).toContain(logGroup);
  });

  test("the log group's name can make a cycle, on which synth() is silent", () => {
    for (const each of [template, open]) {
      expect(() => dependencies(each)).not.toThrow();
    }
  });

  test('Lambda makes log groups that stay: the functions write to some that go', () => {
    const logGroups = Object.keys(
      template.findResources('AWS::Logs::LogGroup', { Properties: Match.objectLike({ LogGroupName: Match.absent() }) }),
    );
    const written = propertiesOf(template, 'AWS::Lambda::Function').map(({ LoggingConfig }) => LoggingConfig);
    expect(written).toHaveLength(3);
    for (const logging of written) {
      expect(logGroups.map((Ref) => ({ LogGroup: { Ref } }))).toContainEqual({
        LogGroup: (logging as { LogGroup: unknown }).LogGroup,
      });
    }
    template.allResources('AWS::Logs::LogGroup', { DeletionPolicy: 'Delete' });
  });

  test('the instance metadata service answers version 1 and pods by default', () => {
    template.hasResourceProperties('AWS::EC2::LaunchTemplate', {
      LaunchTemplateData: {
        MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
        BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true, VolumeType: 'gp3', VolumeSize: 20 } }],
      },
    });
  });

  test.each([
    ['t3.medium', 'AL2023_x86_64_STANDARD'],
    ['t4g.medium', 'AL2023_ARM_64_STANDARD'],
  ])('%s would get Amazon Linux 2 by default, or the wrong architecture: it gets %s', (instanceType, AmiType) => {
    templateOf(EksEc2, { instanceType }).hasResourceProperties('AWS::EKS::Nodegroup', {
      AmiType,
      InstanceTypes: [instanceType],
    });
  });

  test('nodes are reached through SSM and in private subnets, and do not hold the permissions of the CNI plugin', () => {
    const nodeRole = idOf(template, 'AWS::IAM::Role', Match.objectLike({ Description: 'Worker nodes' }));
    expect(propertiesOf(template, 'AWS::EKS::Nodegroup')).toMatchObject([
      { NodeRole: { 'Fn::GetAtt': [nodeRole, 'Arn'] }, Subnets: privateSubnets },
    ]);
    template.hasResourceProperties('AWS::EKS::Nodegroup', { RemoteAccess: Match.absent() });
    const role = JSON.stringify(resourcesOf(template)[nodeRole]);
    expect(role).toContain('AmazonSSMManagedInstanceCore');
    expect(role).not.toContain('AmazonEKS_CNI_Policy');
  });

  test('add-ons are installed twice: EKS installs none, and ours overwrite', () => {
    template.hasResourceProperties('AWS::EKS::Cluster', { BootstrapSelfManagedAddons: false });
    template.allResourcesProperties('AWS::EKS::Addon', { ResolveConflicts: 'OVERWRITE' });
  });

  test('network policy is a string in the configuration of vpc-cni', () => {
    template.hasResourceProperties('AWS::EKS::Addon', {
      AddonName: 'vpc-cni',
      ConfigurationValues: '{"enableNetworkPolicy":"true"}',
      PodIdentityAssociations: [{ ServiceAccount: 'aws-node' }],
    });
  });

  test('nodes wait for what makes them ready; what runs on nodes waits for them', () => {
    const nodes = idOf(template, 'AWS::EKS::Nodegroup');
    const before = waitsFor(template, nodes);
    for (const name of ['vpc-cni', 'kube-proxy', 'eks-pod-identity-agent']) expect(before).toContain(addOn(name));
    for (const name of ['coredns', 'metrics-server']) expect(waitsFor(template, addOn(name))).toContain(nodes);
    expect(waitsFor(template, addOn('vpc-cni'))).toContain(addOn('eks-pod-identity-agent'));
  });

  test('deletion order: charts go before their access entry, their functions and the way out; those with pods before the nodes', () => {
    const charts = Object.keys(template.findResources('Custom::AWSCDK-EKS-KubernetesResource'));
    expect(charts).toHaveLength(4);
    for (const chart of charts.map((id) => waitsFor(template, id))) {
      expect(chart).toContain(idOf(template, 'AWS::EC2::NatGateway'));
      expect(chart).toContain(
        idOf(
          template,
          'AWS::EKS::AccessEntry',
          Match.objectLike({ PrincipalArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('KubectlRole'), 'Arn'] } }),
        ),
      );
    }
    const withPods = appliedObjects(template).filter(({ kind }) => ['Deployment', 'DaemonSet'].includes(kind));
    expect(withPods).toHaveLength(2);
    for (const { appliedBy } of withPods) {
      expect(waitsFor(template, appliedBy)).toContain(idOf(template, 'AWS::EKS::Nodegroup'));
    }
  });

  test('the functions that apply charts reach a private endpoint', () => {
    const applying = Object.entries(template.findResources('AWS::Lambda::Function')).filter(
      ([id]) => !id.startsWith('Leftovers'),
    );
    expect(applying.map(([, { Properties }]) => Properties as unknown)).toEqual(
      [1, 2].map(() =>
        expect.objectContaining({
          VpcConfig: {
            SubnetIds: privateSubnets,
            SecurityGroupIds: [{ 'Fn::GetAtt': [idOf(template, 'AWS::EKS::Cluster'), 'ClusterSecurityGroupId'] }],
          },
        }),
      ),
    );
  });

  test('a fixed account and region look zones up and need credentials: there is neither', () => {
    const stack = stackOf(EksEc2);
    expect(stack.environment).toBe('aws://unknown-account/unknown-region');
    const text = JSON.stringify(template.toJSON());
    expect(text).not.toMatch(/\b(?:us|eu|ap|ca|sa)-[a-z]+-\d\b/);
    expect(text).not.toMatch(/:\d{12}:/);
    expect(text).toContain('Fn::GetAZs');
  });
});

describe('outputs', () => {
  const values = (of: Template) =>
    Object.fromEntries(
      Object.entries(of.findOutputs('*')).map(([id, output]) => [id, JSON.stringify(output['Value'])]),
    );

  test('hand over a kubeconfig of its own that assumes the admin role', () => {
    const command = values(open)['UpdateKubeconfigCommand'];
    expect(command).toContain('aws eks update-kubeconfig --region ');
    expect(command).toContain(`--role-arn ",{"Fn::GetAtt":["${adminRole(open)}","Arn"]}`);
    expect(command).toContain('export KUBECONFIG=');
  });

  test('say how to get in when the endpoint is private, and only then', () => {
    expect(Object.keys(values(open))).toEqual(['RepositoryUri', 'UpdateKubeconfigCommand']);
    expect(values(template)).toEqual({
      RepositoryUri: expect.anything(),
      UpdateKubeconfigCommand: expect.anything(),
      PrivateEndpointTunnelCommand: expect.stringContaining('AWS-StartPortForwardingSessionToRemoteHost'),
      PrivateEndpointKubeconfigCommand: expect.stringContaining('--tls-server-name'),
    });
  });
});

describe('compute=both', () => {
  const both = templateOf(EksEc2, { compute: 'both' });
  const bothOf = (kind: string, name: string, namespace?: string) =>
    appliedObjects(both).filter(
      ({ kind: found, metadata }) => found === kind && metadata.name === name && metadata.namespace === namespace,
    );

  test('differs from the default in what Fargate needs, and changes nothing of the nodes', () => {
    const before = resourcesOf(template);
    const after = resourcesOf(both);
    const added = Object.keys(after).filter((id) => !(id in before));
    expect(added.map((id) => id.replace(/[0-9A-F]{8}$/, '')).sort()).toEqual([
      'ClusterFargateAdmission',
      'ClusterFargateLogging',
      'ClusterServerlessWorkload',
      'FargateLogsLogGroup',
      'FargatePodExecutionRole',
      'Fargateserverless',
    ]);
    const changed = Object.keys(before).filter((id) => differences(before[id], after[id]).length > 0);
    // CDK applies no chart before the profiles are there.
    expect(changed).toEqual([expect.stringMatching(/^ClusterKubectlReadyBarrier/)]);
  });

  test('one namespace runs on Fargate, in private subnets', () => {
    expect(propertiesOf(both, 'AWS::EKS::FargateProfile')).toMatchObject([
      { FargateProfileName: 'serverless', Selectors: [{ Namespace: 'on-fargate' }], Subnets: privateSubnets },
    ]);
  });

  test('pods on nodes and on Fargate reach each other: no group takes the place of the cluster security group', () => {
    both.hasResourceProperties('AWS::EC2::LaunchTemplate', {
      LaunchTemplateData: { SecurityGroupIds: Match.absent(), NetworkInterfaces: Match.absent() },
    });
    both.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
  });

  test('CoreDNS stays on the nodes', () => {
    both.hasResourceProperties('AWS::EKS::Addon', { AddonName: 'coredns', ConfigurationValues: Match.absent() });
  });

  test('the same sample workload runs in either namespace', () => {
    const [onNodes] = bothOf('Deployment', 'web', 'eks-ec2');
    const [serverless] = bothOf('Deployment', 'web', 'on-fargate');
    expect(serverless!['spec']).toEqual(onNodes!['spec']);
    expect(waitsFor(both, serverless!.appliedBy)).toEqual(
      expect.arrayContaining([
        idOf(both, 'AWS::EKS::FargateProfile'),
        bothOf('ConfigMap', 'aws-logging', 'aws-observability')[0]!.appliedBy,
        bothOf('ValidatingAdmissionPolicyBinding', 'fargate-pods')[0]!.appliedBy,
      ]),
    );
  });

  test('the policies watch over that namespace alone', async () => {
    const [binding] = bothOf('ValidatingAdmissionPolicyBinding', 'fargate-pods');
    expect(JSON.stringify(binding!['spec'])).toContain('"values":["on-fargate"]');
    expect(await eksEc2.loadManifests!(parseSettings({ compute: 'both' }))).toContain('- on-fargate');
    expect(await eksEc2.loadManifests!(parseSettings({}))).not.toContain('fargate');
  });

  test('with every setting is the one that was reviewed, where it differs from both', () => {
    const all = templateOf(EksEc2, { ...everything, compute: 'both' });
    expect(() => dependencies(all)).not.toThrow();
    expect(differences(masked(both), masked(all))).toMatchSnapshot();
  });

  test('the pod execution role is the one that was reviewed', () => {
    const [id] = Object.keys(resourcesOf(both)).filter((each) => each.startsWith('FargatePodExecutionRole'));
    expect(resourcesOf(both)[id!]).toMatchSnapshot();
  });
});

describeNag(EksEc2, [
  ['the defaults', {}],
  ['every setting', everything],
  ['compute=both', { compute: 'both' }],
]);

function adminRole(of: Template): string {
  return idOf(of, 'AWS::IAM::Role', Match.objectLike({ Description: Match.stringLikeRegexp('^Assumed by kubectl') }));
}

function trustOfAdminRole(of: Template): unknown {
  const { AssumeRolePolicyDocument } = resourcesOf(of)[adminRole(of)]!.Properties;
  return (AssumeRolePolicyDocument as { readonly Statement: unknown }).Statement;
}
