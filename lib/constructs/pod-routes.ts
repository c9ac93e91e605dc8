import { Stack, Tags } from 'aws-cdk-lib/core';
import { CfnRouteTable, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { clusterTag } from './node-tags.ts';

/**
 * Properties of {@link PodRoutes}.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
 */
export interface PodRoutesProps {
  /** Name of the cluster. */
  readonly clusterName: string;
  /** The network whose private subnets hold the nodes. */
  readonly vpc: IVpc;
}

/**
 * Routes of the network to the pods of each node. `bootstrap/pod-routes.sh` makes them on control planes, which find the
 * route tables by their tag: so one that comes later, with another zone, gets all routes too, and no user data changes.
 */
export class PodRoutes extends Construct {
  private readonly clusterName: string;
  private readonly tableIds: readonly string[];

  constructor(scope: Construct, id: string, { clusterName, vpc }: PodRoutesProps) {
    super(scope, id);
    this.clusterName = clusterName;
    this.tableIds = vpc.privateSubnets.map((subnet) => {
      const table = subnet.node.findChild('RouteTable');
      if (!(table instanceof CfnRouteTable)) throw new Error(`${subnet.node.path} has no route table of its own.`);
      Tags.of(table).add(clusterTag(clusterName), 'owned');
      return table.attrRouteTableId;
    });
  }

  /**
   * What control planes may do. The call that turns off the check of a packet's source could change other attributes
   * too, the user data of a machine for example: a condition allows this one only. With `IfExists`, since reports differ
   * on whether EC2 gives the key to IAM for every attribute, and in which case.
   */
  statements(): readonly PolicyStatement[] {
    const arn = (resource: string, resourceName: string) =>
      Stack.of(this).formatArn({ service: 'ec2', resource, resourceName });
    return [
      new PolicyStatement({ actions: ['ec2:DescribeInstances', 'ec2:DescribeRouteTables'], resources: ['*'] }),
      new PolicyStatement({
        actions: ['ec2:CreateRoute', 'ec2:DeleteRoute', 'ec2:ReplaceRoute'],
        resources: this.tableIds.map((tableId) => arn('route-table', tableId)),
      }),
      new PolicyStatement({
        actions: ['ec2:ModifyInstanceAttribute'],
        resources: [arn('instance', '*')],
        conditions: {
          StringEquals: { [`aws:ResourceTag/${clusterTag(this.clusterName)}`]: 'owned' },
          StringEqualsIgnoreCaseIfExists: { 'ec2:Attribute': 'SourceDestCheck' },
        },
      }),
    ];
  }

  /** Says why the findings about {@link statements} in a role stand. */
  acknowledgeIn(role: Role): void {
    acknowledge(role, {
      'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ec2:<AWS::Region>:<AWS::AccountId>:instance/*]':
        'Instances of this cluster and no others, held by a condition; none has a name before it runs.',
    });
  }
}
