import { describe, expect, test } from '@jest/globals';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { EcsAndEks } from '../../lib/environments/ecs-and-eks.ts';
import { EksEc2 } from '../../lib/environments/eks-ec2.ts';
import { EksFargate } from '../../lib/environments/eks-fargate.ts';
import { appliedObjects, idOf, propertiesOf, resourcesOf, templateOf, waitsFor } from './synth.ts';

const template = templateOf(EksEc2);

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

interface RoleProperties {
  readonly AssumeRolePolicyDocument: { readonly Statement: readonly Statement[] };
  readonly ManagedPolicyArns?: readonly unknown[];
  readonly Policies?: readonly { readonly PolicyDocument: { readonly Statement: readonly Statement[] } }[];
}

const roleOf = (of: Template, description: string) =>
  resourcesOf(of)[idOf(of, 'AWS::IAM::Role', Match.objectLike({ Description: description }))]!
    .Properties as unknown as RoleProperties;
const inline = ({ Policies = [] }: RoleProperties) =>
  Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

/** What only the pods of a service account may do. */
const trustOf = (namespace: string, serviceAccount: string) => [
  {
    Action: ['sts:AssumeRole', 'sts:TagSession'],
    Effect: 'Allow',
    Principal: { Service: 'pods.eks.amazonaws.com' },
    Condition: {
      StringEquals: {
        'aws:RequestTag/eks-cluster-arn': arnOf(idOf(template, 'AWS::EKS::Cluster')),
        'aws:RequestTag/kubernetes-namespace': namespace,
        'aws:RequestTag/kubernetes-service-account': serviceAccount,
      },
    },
  },
];

describe('volumes', () => {
  const addOn = idOf(template, 'AWS::EKS::Addon', Match.objectLike({ AddonName: 'aws-ebs-csi-driver' }));

  test('are made by a role that only the controller of the driver has, and that is held to its own cluster', () => {
    const role = roleOf(template, 'EBS CSI driver');
    expect(JSON.stringify(role.ManagedPolicyArns)).toMatch(
      /:iam::aws:policy\/AmazonEBSCSIDriverEKSClusterScopedPolicy"/,
    );
    expect(role.ManagedPolicyArns).toHaveLength(1);
    expect(inline(role)).toEqual([]);
    expect(role.AssumeRolePolicyDocument.Statement).toEqual(trustOf('kube-system', 'ebs-csi-controller-sa'));
    expect(resourcesOf(template)[addOn]!.Properties).toMatchObject({
      PodIdentityAssociations: [{ ServiceAccount: 'ebs-csi-controller-sa' }],
    });
  });

  test('the driver runs on the nodes, so it comes after them', () => {
    expect(waitsFor(template, addOn)).toContain(idOf(template, 'AWS::EKS::Nodegroup'));
  });

  test('the driver outlives the sample workload, so that a mounted claim is released when the stack is deleted', () => {
    const [workload] = appliedObjects(template).filter(({ kind }) => kind === 'Deployment');
    const waits = waitsFor(template, workload!.appliedBy);
    expect(waits).toEqual(expect.arrayContaining([addOn, ...Object.keys(template.findResources('AWS::EKS::Addon'))]));
  });

  test('no chart lets CloudFormation wait longer than the function that applies it may take', () => {
    template.allResourcesProperties('Custom::AWSCDK-EKS-KubernetesResource', { ServiceTimeout: '960' });
  });

  test('a claim that names no class gets one of EBS: there is one default class', () => {
    const classes = appliedObjects(template).filter(({ kind }) => kind === 'StorageClass');
    expect(classes.map(({ metadata }) => metadata.name)).toEqual(['ebs-gp3']);
  });
});

describe('logs of the nodes', () => {
  const logGroup = idOf(template, 'AWS::Logs::LogGroup', Match.objectLike({ LogGroupName: '/aws/eks/EksEc2/nodes' }));

  test('go into a group that goes with the stack', () => {
    template.hasResource('AWS::Logs::LogGroup', {
      Properties: { LogGroupName: '/aws/eks/EksEc2/nodes', RetentionInDays: 7 },
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Delete',
    });
    templateOf(EksEc2, {}, 'EksEc2-aya').hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: '/aws/eks/EksEc2-aya/nodes',
    });
  });

  test('are written by the pods of the agent alone, which cannot recreate a group that the stack has deleted', () => {
    const role = roleOf(template, 'Node log agent');
    expect(role.ManagedPolicyArns).toBeUndefined();
    expect(inline(role)).toEqual([
      { Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Effect: 'Allow', Resource: arnOf(logGroup) },
    ]);
    expect(role.AssumeRolePolicyDocument.Statement).toEqual(trustOf('node-logs', 'fluent-bit'));
    expect(propertiesOf(template, 'AWS::EKS::PodIdentityAssociation')).toMatchObject([
      { Namespace: 'node-logs', ServiceAccount: 'fluent-bit' },
    ]);
  });

  test('the agent is the account that the role is for, and it goes before its right and its group', () => {
    const [agent] = appliedObjects(template).filter(({ kind }) => kind === 'DaemonSet');
    expect(agent).toMatchObject({
      metadata: { namespace: 'node-logs' },
      spec: { template: { spec: { serviceAccountName: 'fluent-bit' } } },
    });
    expect(waitsFor(template, agent!.appliedBy)).toEqual(
      expect.arrayContaining([logGroup, idOf(template, 'AWS::EKS::PodIdentityAssociation')]),
    );
  });

  test('the agent is told region and group', () => {
    const [configuration] = appliedObjects(template).filter(
      ({ kind, metadata }) => kind === 'ConfigMap' && metadata.namespace === 'node-logs',
    );
    const text = (configuration!['data'] as Record<string, string>)['fluent-bit.conf'];
    expect(text).toContain(`log_group_name {"Ref":"${logGroup}"}`);
    expect(text).toContain('region {"Ref":"AWS::Region"}');
  });
});

describe('images', () => {
  const repository = idOf(template, 'AWS::ECR::Repository');

  test('are scanned when they are pushed, and go with the stack', () => {
    template.hasResource('AWS::ECR::Repository', {
      Properties: {
        ImageScanningConfiguration: { ScanOnPush: true },
        ImageTagMutability: 'IMMUTABLE',
        EncryptionConfiguration: { EncryptionType: 'AES256' },
        EmptyOnDelete: true,
        RepositoryName: Match.absent(),
        RepositoryPolicyText: Match.absent(),
      },
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Delete',
    });
  });

  test('are pushed to where an output says', () => {
    expect(JSON.stringify(template.findOutputs('RepositoryUri'))).toContain(repository);
  });

  test.each([
    ['EksEc2', EksEc2, [arnOf(repository)]],
    ['EcsAndEks', EcsAndEks, []],
  ])('nodes of %s pull those of the add-ons and of their own stack, and no others', (_, Environment, own) => {
    const each = templateOf(Environment);
    const role = roleOf(each, 'Worker nodes');
    expect(JSON.stringify(role.ManagedPolicyArns)).not.toContain('ContainerRegistry');
    const [token, pull, ...more] = inline(role);
    expect(more).toEqual([]);
    expect(token).toMatchObject({ Action: 'ecr:GetAuthorizationToken', Resource: '*' });
    const resources = pull!.Resource as object[];
    const names = resources.flatMap((resource) => /:repository\/([^"]+)"/.exec(JSON.stringify(resource))?.[1] ?? []);
    expect(names.sort()).toEqual(['amazon-k8s-cni', 'amazon-k8s-cni-init', 'amazon/aws-network-policy-agent', 'eks/*']);
    expect(resources.filter((resource) => 'Fn::GetAtt' in resource)).toEqual(own);
    expect(resources).toHaveLength(names.length + own.length);
    for (const action of pull!.Action) expect(action).toMatch(/^ecr:(Batch)?(Get|Check)/);
  });
});

describe('load balancers of Services', () => {
  test.each([
    ['EksEc2', EksEc2],
    ['EksFargate', EksFargate],
    ['EcsAndEks', EcsAndEks],
  ])('%s has the tags by which EKS finds subnets for them, private and public', (_, Environment) => {
    const subnets = propertiesOf(templateOf(Environment), 'AWS::EC2::Subnet') as {
      Tags: { Key: string; Value: string }[];
    }[];
    const tagged = (key: string) =>
      subnets.filter(({ Tags }) => Tags.some((tag) => tag.Key === `kubernetes.io/role/${key}` && tag.Value === '1'));
    const kind = (name: string) =>
      subnets.filter(({ Tags }) => Tags.some(({ Key, Value }) => Key === 'aws-cdk:subnet-type' && Value === name));
    expect(tagged('internal-elb')).toEqual(kind('Private'));
    expect(tagged('elb')).toEqual(kind('Public'));
    expect(subnets).toHaveLength(4);
  });

  test("EKS makes them with the cluster's role", () => {
    const { RoleArn } = propertiesOf(template, 'AWS::EKS::Cluster')[0] as { RoleArn: { 'Fn::GetAtt': [string] } };
    const role = resourcesOf(template)[RoleArn['Fn::GetAtt'][0]]!.Properties as unknown as RoleProperties;
    expect(JSON.stringify(role.ManagedPolicyArns)).toContain(':iam::aws:policy/AmazonEKSClusterPolicy');
  });

  test('are closed to the world, unless typed', () => {
    const policies = appliedObjects(template).filter(({ kind }) => kind.startsWith('ValidatingAdmissionPolicy'));
    expect(policies.map(({ kind, metadata }) => [kind, metadata.name])).toEqual([
      ['ValidatingAdmissionPolicy', 'load-balancers-closed'],
      ['ValidatingAdmissionPolicyBinding', 'load-balancers-closed'],
    ]);
  });
});
