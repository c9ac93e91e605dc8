import { Fn, Stack, Tags } from 'aws-cdk-lib/core';
import { CfnSubnet, IpAddresses, type ISubnet, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { vpcCidr } from '../settings/cluster-networks.ts';
import { fewestZones, isZoneId } from '../settings/zone-list.ts';
import { acknowledge } from './acknowledge.ts';

/**
 * Properties of {@link LabNetwork}.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
 */
export interface LabNetworkProps {
  /** The Availability Zones: names, IDs or tokens. @default the first two that the region has */
  readonly zones?: readonly string[];
}

/**
 * The zones of a network.
 *
 * @param chosen names or IDs; none: the first ones that the region has
 */
export const zonesOf = (chosen: readonly string[], count: number): readonly string[] =>
  // By number: a stack without a fixed region knows of two zones only.
  Array.from({ length: count }, (_, index) => chosen[index] ?? Fn.select(index, Fn.getAzs()));

/**
 * A VPC over two zones or more: private subnets for nodes and pods, public ones that hold nothing but the NAT gateway
 * and what load balancers a lab makes. EKS tags both kinds for the load balancers that it places.
 */
export class LabNetwork extends Construct {
  readonly vpc: Vpc;

  constructor(scope: Construct, id: string, { zones = zonesOf([], fewestZones) }: LabNetworkProps = {}) {
    super(scope, id);
    this.vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr(vpcCidr),
      availabilityZones: [...zones],
      // One, not one for each zone: it is the dearest part after the control plane. A lab may lose its way out with a zone.
      natGateways: 1,
      subnetConfiguration: [
        { name: 'Public', subnetType: SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
        // Wide, because the VPC CNI plugin gives every pod an address of its subnet.
        { name: 'Private', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 19 },
      ],
      // Emptying the default security group takes a Lambda function; nothing here uses that group.
      restrictDefaultSecurityGroup: false,
    });
    const subnets = [...this.vpc.publicSubnets, ...this.vpc.privateSubnets];
    subnets.forEach(nameZoneById);
    // CDK calls them by their path in the app, in which the stack has its id and not its name.
    const { node, stackName } = Stack.of(this);
    for (const each of [this.vpc, ...subnets]) {
      Tags.of(each).add('Name', `${stackName}${each.node.path.slice(node.path.length)}`, { priority: 200 });
    }
    acknowledge(this.vpc, {
      'AwsSolutions-VPC7':
        'Flow logs are billed by volume and no lab reads them; the VPC lives for hours and holds a sample.',
    });
  }
}

/** CloudFormation takes a zone's ID by another property than its name. */
function nameZoneById(subnet: ISubnet): void {
  const resource = subnet.node.defaultChild;
  if (!(resource instanceof CfnSubnet) || !isZoneId(subnet.availabilityZone)) return;
  resource.availabilityZone = undefined;
  resource.availabilityZoneId = subnet.availabilityZone;
}
