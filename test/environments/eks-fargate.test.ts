import { describe, expect, test } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster } from 'aws-cdk-lib/aws-eks-v2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { parse } from 'yaml';
import { FargateProfiles } from '../../lib/constructs/fargate-profiles.ts';
import { eksFargate } from '../../lib/environments/eks-fargate.data.ts';
import { EksFargate } from '../../lib/environments/eks-fargate.ts';
import { UsageError } from '../../lib/core/errors.ts';
import { parseSettings } from '../../lib/settings/settings.ts';
import { kubernetesVersions, releaseOf } from '../../lib/catalog/versions.ts';
import { describeNag } from './nag.ts';
import { testReviewed, versionDifferences } from './reviewed.ts';
import {
  appliedObjects,
  dependencies,
  idOf,
  newStack,
  propertiesOf,
  resourcesOf,
  templateOf,
  waitsFor,
} from './synth.ts';

const everything = {
  allowedCidrs: '203.0.113.7/32',
  admins: 'arn:aws:iam::111122223333:role/Teacher',
  customerKey: 'true',
  logRetentionDays: '30',
};
const template = templateOf(EksFargate);
const open = templateOf(EksFargate, everything);

const addOn = (name: string) => idOf(template, 'AWS::EKS::Addon', Match.objectLike({ AddonName: name }));
const profile = (name: string) =>
  idOf(template, 'AWS::EKS::FargateProfile', Match.objectLike({ FargateProfileName: name }));
const applied = (kind: string, name: string) => {
  const found = appliedObjects(template).filter((object) => object.kind === kind && object.metadata.name === name);
  expect(found).toHaveLength(1);
  return found[0]!;
};
const roleOf = (description: string) =>
  idOf(template, 'AWS::IAM::Role', Match.objectLike({ Description: Match.stringLikeRegexp(description) }));
const podExecutionRole = () => roleOf('^Machines that run pods on Fargate$');
const podLogs = () =>
  idOf(template, 'AWS::Logs::LogGroup', { LogGroupName: '/aws/eks/EksFargate/pods', RetentionInDays: 7 });

/** The statements of a role's inline policies. */
const statementsOf = (role: string) =>
  (
    resourcesOf(template)[role]!.Properties['Policies'] as { PolicyDocument: { Statement: readonly object[] } }[]
  ).flatMap(({ PolicyDocument }) => PolicyDocument.Statement);

describe('template', () => {
  testReviewed(template, open);

  test('differs between Kubernetes versions only in what follows from the version', () => {
    const found = versionDifferences(EksFargate);
    expect(found).toEqual([
      ['Description', expect.stringContaining('kubectl 1.36.'), expect.stringContaining('kubectl 1.35.')],
      ['Version', '1.36', '1.35'],
      ['AddonVersion', releaseOf('1.36').addOns.coredns, releaseOf('1.35').addOns.coredns],
    ]);
  });

  test('is far from the limits of CloudFormation', () => {
    expect(Object.keys(resourcesOf(template)).length).toBeLessThan(0.6 * 500);
    expect(JSON.stringify(template.toJSON()).length).toBeLessThan(0.6 * 1_000_000);
  });

  test('nothing waits for itself', () => {
    for (const each of [template, open]) expect(() => dependencies(each)).not.toThrow();
  });
});

describe('diagram D3', () => {
  test.each([
    'AWS::EKS::Nodegroup',
    'AWS::EC2::LaunchTemplate',
    'AWS::EC2::Instance',
    'AWS::AutoScaling::AutoScalingGroup',
    'AWS::EKS::PodIdentityAssociation',
  ])('has no %s', (type) => {
    template.resourceCountIs(type, 0);
  });

  test('no role is for EC2 instances, and Auto Mode is off', () => {
    expect(JSON.stringify(template.findResources('AWS::IAM::Role'))).not.toContain('"ec2.amazonaws.com"');
    template.hasResourceProperties('AWS::EKS::Cluster', { ComputeConfig: { Enabled: false } });
  });

  test('the profiles are those of the data, in private subnets only', () => {
    const privateSubnets = [1, 2].map((zone) => ({ Ref: expect.stringContaining(`PrivateSubnet${zone}`) }));
    expect(propertiesOf(template, 'AWS::EKS::FargateProfile')).toEqual(
      eksFargate.fargateProfiles(parseSettings({})).map(({ name, namespaces }) => ({
        ClusterName: { Ref: idOf(template, 'AWS::EKS::Cluster') },
        FargateProfileName: name,
        PodExecutionRoleArn: { 'Fn::GetAtt': [podExecutionRole(), 'Arn'] },
        Selectors: namespaces.map((Namespace) => ({ Namespace, Labels: [] })),
        Subnets: privateSubnets,
      })),
    );
    // EKS makes and deletes one at a time.
    expect(waitsFor(template, profile('labs'))).toContain(profile('system'));
  });

  test('a VPC without private subnets is refused with a sentence', () => {
    const stack = newStack(EksFargate, parseSettings({}));
    const vpc = new Vpc(stack, 'Public', { subnetConfiguration: [{ name: 'Public', subnetType: SubnetType.PUBLIC }] });
    const cluster = stack.node.findAll().find((construct) => construct instanceof Cluster)!;
    const logGroup = new LogGroup(stack, 'Logs');
    const make = (id: string) => () =>
      new FargateProfiles(stack, id, { cluster, clusterName: 'any', vpc, logGroup, profiles: [] });
    expect(make('One')).toThrow(UsageError);
    expect(make('Two')).toThrow(
      'EKS runs pods on Fargate in private subnets only, and this VPC has none with a way out. ' +
        'Give it subnets of type PRIVATE_WITH_EGRESS, which a NAT gateway serves.',
    );
  });

  test('the sample workload and the add-ons are in namespaces with a profile', () => {
    const selected = eksFargate.fargateProfiles(parseSettings({})).flatMap(({ namespaces }) => namespaces);
    expect(selected).toEqual(expect.arrayContaining(['kube-system', eksFargate.sampleNamespace]));
    expect(applied('Deployment', 'web').metadata.namespace).toBe(eksFargate.sampleNamespace);
  });
});

describe('add-ons', () => {
  test.each(kubernetesVersions)(
    'at %s are CoreDNS and metrics-server, pinned, and none that needs a node',
    (kubernetes) => {
      const installed = propertiesOf(templateOf(EksFargate, { kubernetes }), 'AWS::EKS::Addon');
      const { coredns, 'metrics-server': metricsServer } = releaseOf(kubernetes).addOns;
      expect(installed.map((each) => [each['AddonName'], each['AddonVersion'], each['ResolveConflicts']])).toEqual([
        ['coredns', coredns, 'OVERWRITE'],
        ['metrics-server', metricsServer, 'OVERWRITE'],
      ]);
    },
  );

  test('CoreDNS is marked for EC2 by default, where Fargate leaves its pods alone', () => {
    template.hasResourceProperties('AWS::EKS::Addon', {
      AddonName: 'coredns',
      ConfigurationValues: '{"computeType":"Fargate"}',
    });
  });

  test('a pod that is older than the profile or the log configuration goes without: add-ons and workload wait for both', () => {
    for (const pods of [addOn('coredns'), addOn('metrics-server'), applied('Deployment', 'web').appliedBy]) {
      expect(waitsFor(template, pods)).toEqual(
        expect.arrayContaining([
          profile('system'),
          profile('labs'),
          applied('ConfigMap', 'aws-logging').appliedBy,
          applied('ValidatingAdmissionPolicyBinding', 'fargate-pods').appliedBy,
        ]),
      );
    }
  });
});

describe('pod execution role', () => {
  test("is for this cluster's profiles and no others of the account", () => {
    expect(resourcesOf(template)[podExecutionRole()]!.Properties['AssumeRolePolicyDocument']).toMatchObject({
      Statement: [
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { Service: 'eks-fargate-pods.amazonaws.com' },
          Condition: {
            ArnLike: {
              'aws:SourceArn': { 'Fn::Join': ['', expect.arrayContaining([':fargateprofile/EksFargate/*'])] },
            },
          },
        },
      ],
    });
  });

  test("may pull images of EKS's add-ons and write to the one log group, and nothing else", () => {
    expect(resourcesOf(template)[podExecutionRole()]!.Properties).not.toHaveProperty('ManagedPolicyArns');
    expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).not.toContain(podExecutionRole());
    expect(statementsOf(podExecutionRole())).toEqual([
      { Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' },
      {
        Effect: 'Allow',
        Action: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
        Resource: { 'Fn::Join': ['', expect.arrayContaining([':*:repository/eks/*'])] },
      },
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
        Resource: { 'Fn::GetAtt': [podLogs(), 'Arn'] },
      },
    ]);
  });
});

describe('logs of pods', () => {
  const configuration = () => applied('ConfigMap', 'aws-logging')['data'] as Readonly<Record<string, string>>;

  test('go to a log group that ends with the stack and keeps them as long as was set', () => {
    expect(configuration()['output.conf']).toContain(`log_group_name {"Ref":"${podLogs()}"}\n`);
    expect(configuration()['output.conf']).toContain('region {"Ref":"AWS::Region"}\n');
    // The log router's own would stay, and keep them for ever.
    expect(configuration()['output.conf']).toContain('auto_create_group false\n');
    template.hasResource('AWS::Logs::LogGroup', {
      Properties: { LogGroupName: '/aws/eks/EksFargate/pods' },
      DeletionPolicy: 'Delete',
    });
    open.hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: '/aws/eks/EksFargate/pods',
      RetentionInDays: 30,
    });
  });

  test('are configured where Fargate looks, within what it reads', () => {
    expect(applied('Namespace', 'aws-observability').metadata).toMatchObject({
      labels: { 'aws-observability': 'enabled' },
    });
    expect(applied('ConfigMap', 'aws-logging').metadata.namespace).toBe('aws-observability');
    expect(Object.keys(configuration()).sort()).toEqual(['filters.conf', 'flb_log_cw', 'output.conf', 'parsers.conf']);
    expect(JSON.stringify(configuration()).length).toBeLessThan(5300);
    // Sections, and nothing but keys that are indented more than they are.
    for (const name of ['filters.conf', 'output.conf', 'parsers.conf']) {
      const section = name.replace(/s?\.conf$/, '').toUpperCase();
      expect(configuration()[name]).toMatch(new RegExp(`^(\\[${section}\\]\\n( {4}\\S+ .+\\n)+)+$`));
    }
  });
});

describe('IAM role for a service account', () => {
  const role = () => roleOf('^Service account cluster-reader');
  const issuer = { 'Fn::GetAtt': [idOf(template, 'AWS::EKS::Cluster'), 'OpenIdConnectIssuerUrl'] };

  test('the provider and the trust policy come without a Lambda function', () => {
    template.hasResourceProperties('AWS::IAM::OIDCProvider', { Url: issuer, ClientIdList: ['sts.amazonaws.com'] });
    template.resourceCountIs('Custom::AWSCDKOpenIdConnectProvider', 0);
    template.resourceCountIs('Custom::AWSCDKCfnJson', 0);
  });

  test('is for the one service account of this cluster', () => {
    const {
      'Fn::Sub': [text, values],
    } = resourcesOf(template)[role()]!.Properties['AssumeRolePolicyDocument'] as {
      'Fn::Sub': [string, object];
    };
    expect(values).toEqual({
      Provider: { Ref: idOf(template, 'AWS::IAM::OIDCProvider') },
      Issuer: { 'Fn::Select': [1, { 'Fn::Split': ['//', issuer] }] },
    });
    expect(JSON.parse(text)).toMatchObject({
      Statement: [
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRoleWithWebIdentity',
          Principal: { Federated: '${Provider}' },
          Condition: {
            StringEquals: {
              '${Issuer}:aud': 'sts.amazonaws.com',
              '${Issuer}:sub': 'system:serviceaccount:eks-fargate:cluster-reader',
            },
          },
        },
      ],
    });
  });

  test('may read the description of this cluster, and nothing else', () => {
    expect(statementsOf(role())).toEqual([
      {
        Effect: 'Allow',
        Action: 'eks:DescribeCluster',
        Resource: { 'Fn::GetAtt': [idOf(template, 'AWS::EKS::Cluster'), 'Arn'] },
      },
    ]);
  });

  test('is what the service account names, in a namespace that is there before it', () => {
    const account = applied('ServiceAccount', 'cluster-reader');
    expect(account.metadata).toMatchObject({
      namespace: 'eks-fargate',
      annotations: { 'eks.amazonaws.com/role-arn': JSON.stringify({ 'Fn::GetAtt': [role(), 'Arn'] }) },
    });
    expect(waitsFor(template, account.appliedBy)).toContain(applied('Namespace', 'eks-fargate').appliedBy);
  });
});

describe('admission', () => {
  test('watches over the namespaces of the labs, and never over kube-system', () => {
    for (const name of ['fargate-pods', 'fargate-claims']) {
      expect(applied('ValidatingAdmissionPolicyBinding', name)['spec']).toMatchObject({
        policyName: name,
        validationActions: ['Deny'],
        matchResources: {
          namespaceSelector: {
            matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['eks-fargate'] }],
          },
        },
      });
    }
  });

  test('is the same on AWS and locally', async () => {
    const yaml = await eksFargate.loadManifests!(parseSettings({}));
    const local = yaml
      .split('---\n')
      .map((text) => parse(text) as { kind: string; metadata: { name: string }; spec: unknown });
    expect(local).toHaveLength(4);
    for (const { kind, metadata, spec } of local) expect(applied(kind, metadata.name)['spec']).toEqual(spec);
  });
});

describe('deletion order', () => {
  test('the workload goes before Fargate, the functions that delete it, their access and the way out', () => {
    const functions = Object.keys(
      template.findResources('AWS::Lambda::Function', { Properties: { Handler: 'index.handler' } }),
    );
    const before = waitsFor(template, applied('Deployment', 'web').appliedBy);
    expect(functions.filter((id) => id.includes('Kubectl'))).toHaveLength(1);
    expect(before).toEqual(
      expect.arrayContaining([
        profile('labs'),
        podExecutionRole(),
        podLogs(),
        idOf(template, 'AWS::EC2::NatGateway'),
        ...functions.filter((id) => id.includes('Kubectl')),
        idOf(
          template,
          'AWS::EKS::AccessEntry',
          Match.objectLike({ PrincipalArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('KubectlRole'), 'Arn'] } }),
        ),
      ]),
    );
  });

  test('profiles go before the cluster', () => {
    expect(waitsFor(template, profile('system'))).toContain(idOf(template, 'AWS::EKS::Cluster'));
  });
});

describe('outputs', () => {
  test('hand over a kubeconfig, and say where to stand when the endpoint is private, and only then', () => {
    expect(Object.keys(open.findOutputs('*'))).toEqual(['UpdateKubeconfigCommand']);
    expect(Object.keys(template.findOutputs('*'))).toEqual(['UpdateKubeconfigCommand', 'PrivateEndpointEntry']);
    const entry = JSON.stringify(template.findOutputs('PrivateEndpointEntry'));
    for (const part of ['CloudShell', 'PrivateSubnet1', 'ClusterSecurityGroupId']) expect(entry).toContain(part);
  });
});

describeNag(EksFargate, [
  ['the defaults', {}],
  ['every setting', everything],
]);
