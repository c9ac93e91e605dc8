import { Stack } from 'aws-cdk-lib/core';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import {
  PolicyDocument,
  type PolicyStatement as Statement,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { clusterTag } from './node-tags.ts';

/**
 * Properties of {@link NodeRole}.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-add-permissions-to-existing-profile.html
 */
export interface NodeRoleProps {
  /** Description of the role in IAM. */
  readonly description: string;
  /** Name of the cluster. */
  readonly clusterName: string;
  /** The network whose route tables carry routes to pods. */
  readonly vpc: IVpc;
  /** What this kind of node may do beside what every node does. */
  readonly statements: readonly Statement[];
}

/**
 * The role of a kind of node: sessions of SSM, and routes to its pods.
 *
 * AmazonSSMManagedInstanceCore is missing on purpose: it lets an instance read every parameter of the account, the
 * secrets of this cluster and of others too.
 */
export class NodeRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, { description, clusterName, vpc, statements }: NodeRoleProps) {
    super(scope, id);
    const document = (...of: readonly Statement[]) => new PolicyDocument({ statements: [...of] });
    this.role = new Role(this, 'Role', {
      description,
      assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
      inlinePolicies: {
        SessionManager: document(sessions()),
        PodNetwork: document(...podNetwork(clusterName, vpc, Stack.of(this))),
        Bootstrap: document(...statements),
      },
    });
    const arn = (service: string) => `arn:<AWS::Partition>:${service}:<AWS::Region>:<AWS::AccountId>`;
    acknowledge(this.role, {
      'AwsSolutions-IAM5[Resource::*]':
        'Channels of Session Manager have no resource, and an instance has no name before it runs (Systems Manager User Guide).',
      [`AwsSolutions-IAM5[Resource::${arn('ec2')}:instance/*]`]:
        'Instances of this cluster and no others, held by a condition; none has a name before it runs.',
    });
  }
}

/** The least that Session Manager needs (Systems Manager User Guide, "Add Session Manager permissions to an existing IAM role"). */
const sessions = () =>
  new PolicyStatement({
    actions: [
      'ssm:UpdateInstanceInformation',
      'ssmmessages:CreateControlChannel',
      'ssmmessages:CreateDataChannel',
      'ssmmessages:OpenControlChannel',
      'ssmmessages:OpenDataChannel',
    ],
    resources: ['*'],
  });

/**
 * A node enters the way to its pods where the network has its routes, and turns off the check of its packets' source.
 * The same call could change other attributes, the user data of a machine for example: a condition allows this one only.
 * With `IfExists`, since reports differ on whether EC2 gives the key to IAM for every attribute, and in which case.
 */
function podNetwork(clusterName: string, vpc: IVpc, stack: Stack): Statement[] {
  return [
    new PolicyStatement({
      actions: ['ec2:CreateRoute', 'ec2:ReplaceRoute'],
      resources: routeTablesOf(vpc).map((resourceName) =>
        stack.formatArn({ service: 'ec2', resource: 'route-table', resourceName }),
      ),
    }),
    new PolicyStatement({
      actions: ['ec2:ModifyInstanceAttribute'],
      resources: [stack.formatArn({ service: 'ec2', resource: 'instance', resourceName: '*' })],
      conditions: {
        StringEquals: { [`aws:ResourceTag/${clusterTag(clusterName)}`]: 'owned' },
        StringEqualsIgnoreCaseIfExists: { 'ec2:Attribute': 'SourceDestCheck' },
      },
    }),
  ];
}

/** Ids of the route tables of the private subnets, where the nodes are. */
export const routeTablesOf = (vpc: IVpc): readonly string[] =>
  vpc.privateSubnets.map(({ routeTable }) => routeTable.routeTableId);
