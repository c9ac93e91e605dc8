import { describe, expect, test } from '@jest/globals';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { parseAllDocuments } from 'yaml';
import { selfManaged } from '../../lib/environments/self-managed.data.ts';
import { SelfManaged } from '../../lib/environments/self-managed.ts';
import { parseSettings } from '../../lib/settings/settings.ts';
import { kubernetesVersions, releaseOf } from '../../lib/catalog/versions.ts';
import { describeNag } from './nag.ts';
import {
  dependencies,
  differences,
  idOf,
  masked,
  propertiesOf,
  resourcesOf,
  stackOf,
  templateOf,
  waitsFor,
} from './synth.ts';
import { filesIn, userDataOf } from './user-data.ts';

const everything = { controlPlanes: '3', nodeCount: '4', instanceType: 't4g.large', podCidr: '172.16.0.0/12' };

const template = templateOf(SelfManaged);
const three = templateOf(SelfManaged, { controlPlanes: '3' });
const full = templateOf(SelfManaged, everything);
const both = [template, three] as const;

const groupOf = (of: Template, description: string) => ({
  'Fn::GetAtt': [idOf(of, 'AWS::EC2::SecurityGroup', Match.objectLike({ GroupDescription: description })), 'GroupId'],
});
const instances = (of: Template) => Object.keys(of.findResources('AWS::EC2::Instance'));
const group = (of: Template) => idOf(of, 'AWS::AutoScaling::AutoScalingGroup');

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: object;
}

const actionsOf = ({ Action }: Statement): readonly string[] => [Action].flat();

function statementsOf(of: Template, description: string): readonly Statement[] {
  const id = idOf(of, 'AWS::IAM::Role', Match.objectLike({ Description: description }));
  const { Policies } = resourcesOf(of)[id]!.Properties as {
    readonly Policies: readonly { readonly PolicyDocument: { readonly Statement: readonly Statement[] } }[];
  };
  return Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

/** The resources on which a role may do something, as text. */
const resourcesFor = (description: string, action: string) =>
  statementsOf(template, description)
    .filter((statement) => actionsOf(statement).includes(action))
    .flatMap(({ Resource }) => [Resource].flat())
    .map((resource) => JSON.stringify(resource));

describe('template', () => {
  test('is the one that was reviewed', () => {
    expect(masked(template)).toMatchSnapshot();
  });

  test('with three control planes is the one that was reviewed, where it differs from the default', () => {
    expect(differences(masked(template), masked(three))).toMatchSnapshot();
  });

  test('with every setting is the one that was reviewed, where it differs from three control planes', () => {
    expect(differences(masked(three), masked(full))).toMatchSnapshot();
  });

  test.each([
    ['1', template],
    ['3', three],
  ])('with %s control planes differs between Kubernetes versions in user data only', (controlPlanes, newer) => {
    const older = templateOf(SelfManaged, { controlPlanes, kubernetes: '1.35' });
    const changed = differences(masked(newer), masked(older));
    // In a control plane's settings and in kubeadm's configuration; in a worker's settings.
    expect(changed.length).toBe(2 * Number(controlPlanes) + 1);
    for (const [path, left, right] of changed) {
      expect(path).toContain('UserData');
      const [newest, oldest] = kubernetesVersions.map((version) => releaseOf(version).release);
      expect(String(left).replaceAll(newest!, oldest!)).toBe(right);
    }
  });

  test('is far from what CloudFormation takes at most', () => {
    expect(Object.keys(resourcesOf(full)).length).toBeLessThan(150);
    expect(JSON.stringify(full.toJSON()).length).toBeLessThan(250_000);
  });

  test('names no account and no region, and looks nothing up', () => {
    const text = JSON.stringify(full.toJSON());
    expect(text).not.toMatch(/\b(?:us|eu|ap|ca|sa)-[a-z]+-\d\b/);
    expect(text).not.toMatch(/:\d{12}:/);
    expect(text).not.toMatch(/\bami-[0-9a-f]{8}/);
    expect(stackOf(SelfManaged).environment).toBe('aws://unknown-account/unknown-region');
  });

  test('holds no cycle, on which synth() is silent', () => {
    for (const each of [template, three, full]) expect(() => dependencies(each)).not.toThrow();
  });

  test('of another stack shares no name with it', () => {
    const other = JSON.stringify(templateOf(SelfManaged, {}, 'SelfManaged-aya').toJSON()['Resources']);
    expect(other).toContain('/kubernetes-textbook-labs/SelfManaged-aya/join-token');
    expect(other).toContain('api.selfmanaged-aya.labs.internal');
    expect(other).not.toMatch(/labs\/SelfManaged\b(?!-aya)|api\.selfmanaged\./);
  });

  test('refuses a name that no domain can have', () => {
    expect(() => templateOf(SelfManaged, {}, 'SelfManaged-')).toThrow(
      "'SelfManaged-' can't be a part of the domain name of the API servers. Give the stack a name of at most 63 " +
        'letters, digits and hyphens that ends in a letter or a digit.',
    );
  });
});

describe('secrets', () => {
  const texts = [template, three].flatMap((of) => [...userDataOf(of).values()]);

  test('are placeholders in what a node is told, which the node fills in from the parameter store', () => {
    const secret = /^(token|caCertHashes|certificateKey|secret)$/;
    const values = texts.flatMap((text) =>
      Object.entries(filesIn(text))
        .filter(([name]) => name.endsWith('.yaml'))
        .flatMap(([, yaml]) => parseAllDocuments(yaml).flatMap((document) => valuesAt(document.toJSON(), secret))),
    );
    expect(values.length).toBeGreaterThan(20);
    expect(new Set(values)).toEqual(new Set(['@TOKEN@', '@CA_HASH@', '@CERTIFICATE_KEY@', '@ENCRYPTION_KEY@']));
  });

  test('are in no template: neither a bootstrap token, nor a fingerprint, nor a key', () => {
    for (const each of [template, three, full]) {
      const text = JSON.stringify(each.toJSON());
      expect(text).not.toMatch(/\b[a-z0-9]{6}\.[a-z0-9]{16}\b/);
      expect(text).not.toMatch(/sha256:[0-9a-f]/);
      expect(text).not.toMatch(/BEGIN|PRIVATE KEY/);
      // Checksums of the shell files, and names of assets.
      expect(text.replaceAll(/[0-9a-f]{64}( {2}[a-z./-]+\\n|\.(zip|json))/g, '')).not.toMatch(/[0-9a-f]{64}/);
      each.resourceCountIs('AWS::SSM::Parameter', 0);
      each.resourceCountIs('AWS::SecretsManager::Secret', 0);
    }
  });

  test('are read by who needs them: a worker gets no key, and writes none', () => {
    const names = (description: string, action: string) =>
      resourcesFor(description, action).map((text) => /SelfManaged\/([a-z-]+)"/.exec(text)?.[1]);
    expect(names('Worker nodes', 'ssm:GetParameter').sort()).toEqual(['ca-hash', 'join-token']);
    expect(names('Worker nodes', 'ssm:PutParameter')).toEqual([]);
    const all = ['ca-hash', 'certificate-key', 'encryption-key', 'join-token', 'turn'];
    expect(names('Control-plane nodes', 'ssm:GetParameter').sort()).toEqual(all);
    expect(names('Control-plane nodes', 'ssm:PutParameter').sort()).toEqual(all);
    expect(names('Control-plane nodes', 'ssm:DeleteParameter')).toEqual(['turn']);
  });

  test('are encrypted with a key of the cluster, for its parameters only, which rotates and goes with the stack', () => {
    template.hasResource('AWS::KMS::Key', {
      Properties: { EnableKeyRotation: true, PendingWindowInDays: 7 },
      DeletionPolicy: 'Delete',
    });
    const key = { 'Fn::GetAtt': [idOf(template, 'AWS::KMS::Key'), 'Arn'] };
    const uses = statementsOf(template, 'Worker nodes').filter((each) => actionsOf(each)[0]!.startsWith('kms:'));
    expect(uses).toHaveLength(1);
    expect(uses[0]).toMatchObject({ Action: 'kms:Decrypt', Resource: key });
    const condition = JSON.stringify(uses[0]!.Condition);
    expect(condition).toContain('kms:EncryptionContext:PARAMETER_ARN');
    expect(condition).toContain('SelfManaged/join-token');
    expect(condition).not.toContain('encryption-key');
  });
});

describe('permissions', () => {
  test.each([
    ['Worker nodes', []],
    ['Control-plane nodes', ['ec2:DescribeInstances', 'ec2:DescribeRouteTables']],
  ])('of %s are on named resources, but for Session Manager and calls that only describe', (role, describing) => {
    const open = statementsOf(template, role).filter(({ Resource }) => Resource === '*');
    expect(open.flatMap(actionsOf)).toEqual([
      'ssm:UpdateInstanceInformation',
      'ssmmessages:CreateControlChannel',
      'ssmmessages:CreateDataChannel',
      'ssmmessages:OpenControlChannel',
      'ssmmessages:OpenDataChannel',
      ...describing,
    ]);
    for (const action of statementsOf(template, role).flatMap(actionsOf)) expect(action).not.toContain('*');
  });

  test('AmazonSSMManagedInstanceCore reads every parameter of the account: no role has it, or another managed policy', () => {
    template.allResourcesProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent() });
    expect(JSON.stringify(template.toJSON())).not.toContain('AmazonSSMManagedInstanceCore');
  });

  test('a worker changes nothing of the network or of machines: it could take the traffic of all others', () => {
    expect(statementsOf(template, 'Worker nodes').flatMap(actionsOf).join()).not.toContain('ec2:');
  });

  test('control planes enter routes in the tables of the private subnets, and of machines change the check of the source only, in this cluster', () => {
    const role = 'Control-plane nodes';
    for (const action of ['ec2:CreateRoute', 'ec2:DeleteRoute', 'ec2:ReplaceRoute']) {
      const tables = resourcesFor(role, action);
      expect(tables).toHaveLength(2);
      for (const table of tables) expect(table).toMatch(/:route-table\/",.*NetworkVpcPrivateSubnet\dRouteTable/);
    }
    expect(statementsOf(template, role)).toContainEqual(
      expect.objectContaining({
        Action: 'ec2:ModifyInstanceAttribute',
        Condition: {
          StringEquals: { 'aws:ResourceTag/kubernetes.io/cluster/SelfManaged': 'owned' },
          StringEqualsIgnoreCaseIfExists: { 'ec2:Attribute': 'SourceDestCheck' },
        },
      }),
    );
  });

  test.each(both)(
    'the route tables of private subnets, and no others, carry the tag by which control planes find them',
    (of) => {
      const tagged = propertiesOf(of, 'AWS::EC2::RouteTable').filter(({ Tags }) =>
        JSON.stringify(Tags).includes('kubernetes.io/cluster/SelfManaged'),
      );
      expect(tagged).toHaveLength(Object.keys(of.findResources('AWS::EC2::Subnet')).length / 2);
      for (const { Tags } of tagged) expect(JSON.stringify(Tags)).toContain('PrivateSubnet');
    },
  );

  test('a third zone changes nothing that an older control plane was started with', () => {
    const [one, ofThree] = [template, three].map((of) =>
      [...userDataOf(of).values()].find((text) => text.includes('first-control-plane.sh')),
    );
    expect(one).toBe(ofThree);
  });

  test('nobody but control planes reaches backups, and no node deletes any', () => {
    expect(resourcesFor('Control-plane nodes', 's3:PutObject')).toEqual([
      expect.stringMatching(/SnapshotsBucket.*\/SelfManaged\/\*/),
    ]);
    expect(JSON.stringify(statementsOf(template, 'Worker nodes'))).not.toContain('SnapshotsBucket');
    for (const role of ['Worker nodes', 'Control-plane nodes']) {
      expect(statementsOf(template, role).flatMap(actionsOf).join()).not.toMatch(/s3:Delete/);
    }
  });

  test('the asset with the shell files is one named object', () => {
    expect(resourcesFor('Worker nodes', 's3:GetObject')).toEqual([
      expect.stringMatching(/\/[0-9a-f]{64}\.zip"\]\]\}$/),
    ]);
  });
});

describe('security groups', () => {
  /** Who may call whom, as `caller port`, sorted. */
  const callers = (of: Template, callee: string) => {
    const names = ['Load balancer of the API servers', 'Control-plane nodes', 'Worker nodes'];
    const byId = new Map(names.map((name) => [JSON.stringify(groupOf(of, name)), name]));
    return propertiesOf(of, 'AWS::EC2::SecurityGroupIngress')
      .filter(({ GroupId }) => byId.get(JSON.stringify(GroupId)) === callee)
      .map(
        ({ SourceSecurityGroupId, IpProtocol, FromPort, ToPort }) =>
          `${byId.get(JSON.stringify(SourceSecurityGroupId))}: ${String(IpProtocol)} ${String(FromPort)}-${String(ToPort)}`,
      )
      .sort();
  };

  test.each(both)('open etcd and the kubelet of a control plane to control planes only', (of) => {
    expect(callers(of, 'Control-plane nodes')).toEqual([
      'Control-plane nodes: tcp 10250-10250',
      'Control-plane nodes: tcp 2379-2380',
      'Control-plane nodes: tcp 53-53',
      'Control-plane nodes: tcp 6443-6443',
      'Control-plane nodes: udp 53-53',
      'Load balancer of the API servers: tcp 6443-6443',
      'Worker nodes: tcp 53-53',
      'Worker nodes: tcp 6443-6443',
      'Worker nodes: udp 53-53',
    ]);
  });

  test('open all ports of workers to each other, for their pods, but the one of the kubelet', () => {
    expect(callers(template, 'Worker nodes')).toEqual([
      'Control-plane nodes: -1 undefined-undefined',
      'Worker nodes: icmp -1--1',
      'Worker nodes: tcp 0-10249',
      'Worker nodes: tcp 10251-65535',
      'Worker nodes: udp 0-65535',
    ]);
  });

  test('let nodes call the load balancer, and it the API servers', () => {
    expect(callers(template, 'Load balancer of the API servers')).toEqual([
      'Control-plane nodes: tcp 6443-6443',
      'Worker nodes: tcp 6443-6443',
    ]);
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      GroupDescription: 'Load balancer of the API servers',
      SecurityGroupEgress: [Match.objectLike({ FromPort: 6443, ToPort: 6443, IpProtocol: 'tcp' })],
    });
  });

  test('open to the addresses of pods what pods call, and nothing to any other address', () => {
    for (const [of, podCidr] of [
      [template, '10.244.0.0/16'],
      [three, '10.244.0.0/16'],
      [full, '172.16.0.0/12'],
    ] as const) {
      const open = (description: string) => {
        const id = idOf(of, 'AWS::EC2::SecurityGroup', Match.objectLike({ GroupDescription: description }));
        const rules = resourcesOf(of)[id]!.Properties['SecurityGroupIngress'] as
          readonly Record<string, string | number>[] | undefined;
        return (rules ?? []).map(
          ({ CidrIp, IpProtocol, FromPort, ToPort }) => `${CidrIp}: ${IpProtocol} ${FromPort}-${ToPort}`,
        );
      };
      expect(open('Load balancer of the API servers')).toEqual([]);
      expect(open('Control-plane nodes')).toEqual(
        ['tcp 6443-6443', 'udp 53-53', 'tcp 53-53'].map((port) => `${podCidr}: ${port}`),
      );
      expect(open('Worker nodes')).toEqual(
        ['tcp 0-10249', 'tcp 10251-65535', 'udp 0-65535', 'icmp -1--1'].map((port) => `${podCidr}: ${port}`),
      );
      of.resourceCountIs('AWS::EC2::SecurityGroup', 3);
    }
    for (const each of both) {
      each.allResourcesProperties('AWS::EC2::SecurityGroupIngress', {
        CidrIp: Match.absent(),
        SourceSecurityGroupId: Match.anyValue(),
      });
    }
  });
});

describe('control planes', () => {
  test.each([
    [1, template, 2],
    [3, three, 3],
  ])('are %i instances, each in a zone of its own', (count, of, zones) => {
    const subnets = propertiesOf(of, 'AWS::EC2::Instance').map(({ SubnetId }) => SubnetId);
    expect(subnets).toEqual(
      Array.from({ length: count }, (_, index) => ({ Ref: expect.stringContaining(`PrivateSubnet${index + 1}`) })),
    );
    const zoneOf = propertiesOf(of, 'AWS::EC2::Subnet').map(({ AvailabilityZone }) => JSON.stringify(AvailabilityZone));
    expect(new Set(zoneOf).size).toBe(zones);
  });

  test('are in no group that replaces them, and no new image or later launch template does', () => {
    three.resourceCountIs('AWS::AutoScaling::AutoScalingGroup', 1);
    const launchTemplates = Object.keys(three.findResources('AWS::EC2::LaunchTemplate')).filter((id) =>
      id.startsWith('ControlPlane'),
    );
    expect(launchTemplates).toHaveLength(3);
    expect(propertiesOf(three, 'AWS::EC2::Instance').map(({ LaunchTemplate }) => LaunchTemplate)).toEqual(
      launchTemplates.map((id) => ({
        LaunchTemplateId: { Ref: id },
        Version: { 'Fn::GetAtt': [id, 'DefaultVersionNumber'] },
      })),
    );
  });

  test.each([
    ['another version of Kubernetes', { kubernetes: '1.35' }],
    ['another instance type', { instanceType: 't3.large' }],
    ['another architecture', { instanceType: 't4g.medium' }],
    ['other addresses of pods', { podCidr: '172.16.0.0/12' }],
    ['more workers', { nodeCount: '3' }],
  ])('are not touched in a standing stack by %s', (_, change) => {
    const other = templateOf(SelfManaged, { controlPlanes: '3', ...change });
    expect(other.findResources('AWS::EC2::Instance')).toEqual(three.findResources('AWS::EC2::Instance'));
    // What does not come from the template of an instance may not change either: EC2 stops it for most of that.
    three.allResourcesProperties('AWS::EC2::Instance', {
      UserData: Match.absent(),
      InstanceType: Match.absent(),
      ImageId: Match.absent(),
    });
  });

  test('are changed one after the other, and never two members of etcd at a time', () => {
    const [first, second, third] = instances(three);
    expect(waitsFor(three, second!)).toContain(first);
    expect(waitsFor(three, third!)).toContain(second);
  });

  test('that are added to a standing one leave it alone, and the update waits until each has joined', () => {
    const [id] = instances(template);
    expect(resourcesOf(three)[id!]!.Properties).toEqual(resourcesOf(template)[id!]!.Properties);
    const conditions = (of: Template) => Object.keys(of.findResources('AWS::CloudFormation::WaitCondition'));
    expect(conditions(template)).toHaveLength(1);
    const added = conditions(three).filter((id) => !conditions(template).includes(id));
    expect(added).toHaveLength(2);
    added.forEach((id, index) => expect(waitsFor(three, id)).toContain(instances(three)[index + 1]));
  });

  test('have etcd on an encrypted volume of its own, are kept from routing checks, and answer IMDSv2 at one hop', () => {
    const volume = (DeviceName: string, VolumeSize: number) => ({
      DeviceName,
      Ebs: { VolumeType: 'gp3', VolumeSize, Encrypted: true, DeleteOnTermination: true },
    });
    three.hasResourceProperties('AWS::EC2::LaunchTemplate', {
      LaunchTemplateData: {
        MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
        BlockDeviceMappings: [volume('/dev/xvda', 20), volume('/dev/sdf', 8)],
      },
    });
    three.allResourcesProperties('AWS::EC2::Instance', {
      SourceDestCheck: false,
      KeyName: Match.absent(),
      NetworkInterfaces: Match.absent(),
    });
  });

  test('the first one makes the cluster, the others join it', () => {
    const scripts = [...userDataOf(three)]
      .filter(([id]) => id.startsWith('ControlPlane'))
      .map(([, text]) => /bootstrap\/(\w+-control-plane\.sh)\nExecStartPost/.exec(text)?.[1]);
    expect(scripts).toEqual(['first-control-plane.sh', 'further-control-plane.sh', 'further-control-plane.sh']);
  });

  test.each(both)('hold the deployment back until they are up, not the load balancer that they need for it', (of) => {
    const ready = Object.keys(of.findResources('AWS::CloudFormation::WaitCondition'));
    expect(ready).toHaveLength(instances(of).length);
    of.allResources('AWS::CloudFormation::WaitCondition', {
      CreationPolicy: { ResourceSignal: { Count: 1, Timeout: 'PT40M' } },
    });
    of.allResources('AWS::EC2::Instance', { CreationPolicy: Match.absent() });
    const texts = [...userDataOf(of)].filter(([id]) => id.startsWith('ControlPlane')).map(([, text]) => text);
    for (const [index, instance] of instances(of).entries()) {
      expect(waitsFor(of, ready[index]!)).toContain(instance);
      // An instance that waited for another's readiness would wait for the load balancer, which waits for all of them.
      expect(waitsFor(of, instance).filter((id) => ready.includes(id))).toEqual([]);
      expect(texts[index]).toContain(`--resource ${ready[index]}\n`);
    }
    const targets = waitsFor(of, idOf(of, 'AWS::ElasticLoadBalancingV2::TargetGroup'));
    expect(targets.filter((id) => ready.includes(id))).toEqual([]);
  });
});

describe('workers', () => {
  test.each([
    ['the defaults', template, 2, 't3.medium', 'x86_64'],
    ['every setting', full, 4, 't4g.large', 'arm64'],
  ])('are a group of as many as asked for, under %s', (_, of, count, instanceType, architecture) => {
    of.hasResource('AWS::AutoScaling::AutoScalingGroup', {
      Properties: { MinSize: String(count), MaxSize: String(count) },
      CreationPolicy: { ResourceSignal: { Count: count } },
    });
    of.hasResourceProperties('AWS::EC2::LaunchTemplate', {
      LaunchTemplateData: {
        InstanceType: instanceType,
        ImageId: `resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${architecture}`,
        KeyName: Match.absent(),
        MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
        BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true, VolumeType: 'gp3', VolumeSize: 20 } }],
        TagSpecifications: Match.arrayWith([
          {
            ResourceType: 'instance',
            Tags: Match.arrayWith([{ Key: 'kubernetes.io/cluster/SelfManaged', Value: 'owned' }]),
          },
        ]),
      },
    });
  });

  test('signal for their own group, without a permission for that', () => {
    const [text] = [...userDataOf(template)].filter(([id]) => id.startsWith('Workers')).map(([, each]) => each);
    expect(text).toContain(`--resource ${group(template)}\n`);
    expect(JSON.stringify(template.toJSON())).not.toContain('cloudformation:SignalResource');
  });

  test('get nothing that only control planes need', () => {
    const [text] = [...userDataOf(template)].filter(([id]) => id.startsWith('Workers')).map(([, each]) => each);
    const settings = Object.keys(filesIn(text!)).filter((name) => name.startsWith('/etc/kubernetes-textbook-labs/'));
    expect(settings.map((name) => name.split('/').at(-1))).toEqual(['cluster.env', 'join-worker.yaml']);
  });
});

describe('user data', () => {
  test('is smaller than what EC2 takes, with room for the names that are known at deployment', () => {
    for (const text of userDataOf(full).values()) expect(text.length).toBeLessThan(12_000);
  });

  test('tells kubeadm and the network the same of pods', () => {
    for (const text of userDataOf(full).values()) {
      expect(text).toContain("POD_CIDR='172.16.0.0/12'");
      expect(text).not.toContain('10.244.0.0');
    }
    expect([...userDataOf(full).values()].join('')).toContain('podSubnet: 172.16.0.0/12');
  });
});

describe('the endpoint of the API', () => {
  test.each(both)('is an internal load balancer of every private subnet, for TCP 6443', (of) => {
    const subnets = Object.keys(of.findResources('AWS::EC2::Subnet')).filter((id) => id.includes('Private'));
    of.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      Type: 'network',
      Scheme: 'internal',
      Subnets: subnets.map((Ref) => ({ Ref })),
      LoadBalancerAttributes: Match.arrayWith([{ Key: 'load_balancing.cross_zone.enabled', Value: 'true' }]),
    });
    of.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', { Port: 6443, Protocol: 'TCP' });
    of.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
      Port: 6443,
      Protocol: 'TCP',
      TargetType: 'instance',
      Targets: instances(of).map((Ref) => ({ Id: { Ref } })),
      HealthCheckProtocol: 'HTTPS',
      HealthCheckPath: '/readyz',
      TargetGroupAttributes: Match.arrayWith([{ Key: 'preserve_client_ip.enabled', Value: 'false' }]),
    });
  });

  test('has a name in small letters, which is there before a node asks for it', () => {
    const record = idOf(
      template,
      'AWS::Route53::RecordSet',
      Match.objectLike({ Name: 'api.selfmanaged.labs.internal.' }),
    );
    for (const node of [...instances(template), group(template)]) expect(waitsFor(template, node)).toContain(record);
    for (const text of userDataOf(template).values()) {
      expect(text).toMatch(/(apiServerEndpoint|controlPlaneEndpoint): api\.selfmanaged\.labs\.internal:6443/);
    }
  });
});

describe('what stays when the stack goes', () => {
  test('nothing of the bucket: it is emptied, after the nodes and before it is deleted', () => {
    template.hasResource('AWS::S3::Bucket', {
      Properties: {
        VersioningConfiguration: { Status: 'Enabled' },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            Match.objectLike({
              ServerSideEncryptionByDefault: {
                SSEAlgorithm: 'aws:kms',
                KMSMasterKeyID: { 'Fn::GetAtt': [idOf(template, 'AWS::KMS::Key'), 'Arn'] },
              },
            }),
          ],
        },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      },
      DeletionPolicy: 'Delete',
    });
    const emptying = idOf(template, 'Custom::S3AutoDeleteObjects');
    expect(waitsFor(template, emptying)).toContain(idOf(template, 'AWS::S3::Bucket'));
    for (const node of [...instances(template), group(template)]) expect(waitsFor(template, node)).toContain(emptying);
  });

  test('no parameter: they are deleted, by name, after the nodes that would write them again', () => {
    const deletion = idOf(template, 'Custom::BootstrapParameters');
    const { Delete } = resourcesOf(template)[deletion]!.Properties;
    expect(JSON.parse(String(Delete))).toMatchObject({
      service: 'SSM',
      action: 'DeleteParameters',
      parameters: { Names: expect.arrayContaining(['/kubernetes-textbook-labs/SelfManaged/turn']) },
    });
    for (const node of [...instances(template), group(template)]) expect(waitsFor(template, node)).toContain(deletion);
  });

  test('no log: every function writes to a group that is deleted, and can recreate none', () => {
    const functions = propertiesOf(template, 'AWS::Lambda::Function');
    const logGroups = Object.keys(template.findResources('AWS::Logs::LogGroup')).map((Ref) => ({ LogGroup: { Ref } }));
    expect(functions).toHaveLength(2);
    for (const { LoggingConfig } of functions) expect(logGroups).toContainEqual(LoggingConfig);
    template.allResources('AWS::Logs::LogGroup', { DeletionPolicy: 'Delete' });
    expect(JSON.stringify(template.toJSON())).not.toMatch(/logs:CreateLogGroup|AWSLambdaBasicExecutionRole/);
  });

  test('nodes keep their way out until they are gone', () => {
    for (const node of [...instances(three), group(three)]) {
      expect(waitsFor(three, node)).toEqual(
        expect.arrayContaining([
          idOf(three, 'AWS::EC2::NatGateway'),
          ...Object.keys(three.findResources('AWS::EC2::Route')).filter((id) => id.includes('Private')),
        ]),
      );
    }
  });
});

describe('outputs', () => {
  const value = (id: string) => JSON.stringify(template.findOutputs(id)[id]);

  test('copy the kubeconfig through SSM, and verify the certificate at the end of the tunnel', () => {
    expect(value('KubeconfigCommand')).toContain('--tls-server-name api.selfmanaged.labs.internal');
    expect(value('KubeconfigCommand')).toContain('umask 077');
    expect(value('KubeconfigCommand')).not.toContain('insecure');
    expect(value('TunnelCommand')).toContain('AWS-StartPortForwardingSessionToRemoteHost');
    expect(value('TunnelCommand')).toContain('\\"host\\":[\\"api.selfmanaged.labs.internal\\"]');
    expect(Object.keys(template.findOutputs('*'))).toEqual(['KubeconfigCommand', 'TunnelCommand', 'NodeCommand']);
  });
});

describe('billed', () => {
  const quantities = (given: Readonly<Record<string, string>>) =>
    Object.fromEntries(selfManaged.billed(parseSettings(given)).map(({ name, quantity }) => [name, quantity]));

  test.each([
    ['the defaults', {}, { 't3.medium': 3, gp3Gib: 68 }],
    ['every setting', everything, { 't4g.large': 7, gp3Gib: 164 }],
  ])('is what the template makes, under %s', (_, given, expected) => {
    const of = templateOf(SelfManaged, given);
    const bill = quantities(given);
    expect(bill).toEqual({
      ...expected,
      networkLoadBalancer: 1,
      natGateway: 1,
      publicIpv4: 1,
      kmsKey: 1,
      privateHostedZone: 1,
    });
    of.resourceCountIs('AWS::ElasticLoadBalancingV2::LoadBalancer', 1);
    of.resourceCountIs('AWS::EC2::NatGateway', 1);
    of.resourceCountIs('AWS::EC2::EIP', 1);
    of.resourceCountIs('AWS::KMS::Key', 1);
    of.resourceCountIs('AWS::Route53::HostedZone', 1);
  });

  test('goes with as many zones as its nodes have', () => {
    const zonesOf = (given: Readonly<Record<string, string>>) =>
      new Set(selfManaged.nodes(parseSettings(given)).map(({ zone }) => zone)).size;
    expect(zonesOf({ nodeCount: '4' })).toBe(2);
    expect(zonesOf({ nodeCount: '4', controlPlanes: '3' })).toBe(3);
  });
});

describeNag(SelfManaged, [
  ['the defaults', {}],
  ['every setting', everything],
]);

/** The values that stand at keys of such names, at any depth. */
function valuesAt(value: unknown, key: RegExp): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]): unknown[] =>
    key.test(name) ? leavesOf(inner) : valuesAt(inner, key),
  );
}

const leavesOf = (value: unknown): unknown[] =>
  typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesOf) : [value];
