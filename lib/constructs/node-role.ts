import {
  PolicyDocument,
  type PolicyStatement as Statement,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/**
 * Properties of {@link NodeRole}.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-add-permissions-to-existing-profile.html
 */
export interface NodeRoleProps {
  /** Description of the role in IAM. */
  readonly description: string;
  /** What this kind of node may do beside what every node does. */
  readonly statements: readonly Statement[];
}

/**
 * The role of a kind of node: sessions of SSM, and what this kind does.
 *
 * AmazonSSMManagedInstanceCore is missing on purpose: it lets an instance read every parameter of the account, the
 * secrets of this cluster and of others too.
 */
export class NodeRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, { description, statements }: NodeRoleProps) {
    super(scope, id);
    const document = (...of: readonly Statement[]) => new PolicyDocument({ statements: [...of] });
    this.role = new Role(this, 'Role', {
      description,
      assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
      inlinePolicies: {
        SessionManager: document(sessions()),
        Bootstrap: document(...statements),
      },
    });
    acknowledge(this.role, {
      'AwsSolutions-IAM5[Resource::*]':
        'Channels of Session Manager have no resource, and an instance has no name before it runs (Systems Manager User Guide).',
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
