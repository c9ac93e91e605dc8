import { Duration } from 'aws-cdk-lib/core';
import { type CfnInstance, type ISecurityGroup, type IVpc, SubnetType } from 'aws-cdk-lib/aws-ec2';
import { NetworkLoadBalancer, NetworkTargetGroup, Protocol } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { InstanceIdTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import { ARecord, PrivateHostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import { UsageError } from '../core/errors.ts';
import { apiPort } from '../self-managed/kubeadm-config.ts';
import { acknowledge } from './acknowledge.ts';

/**
 * Properties of {@link ApiLoadBalancer}.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/network/introduction.html
 */
export interface ApiLoadBalancerProps {
  /** Unique in the VPC. The API servers are `api.NAME.labs.internal`, in small letters. */
  readonly clusterName: string;
  /** The network of the cluster. */
  readonly vpc: IVpc;
  /** Security group of the load balancer. */
  readonly securityGroup: ISecurityGroup;
}

/** An internal Network Load Balancer in front of the API servers, under a name that is known before it is made. */
export class ApiLoadBalancer extends Construct {
  /** The name of the API servers, which is in their certificates. */
  readonly endpoint: string;
  /** The endpoint's record. Who asks for the name before it is there is told for minutes that there is none. */
  readonly record: ARecord;
  private readonly loadBalancer: NetworkLoadBalancer;
  private readonly vpc: IVpc;

  /** @throws UsageError when the cluster's name can't be a part of a domain name */
  constructor(scope: Construct, id: string, { clusterName, vpc, securityGroup }: ApiLoadBalancerProps) {
    super(scope, id);
    this.vpc = vpc;
    this.loadBalancer = new NetworkLoadBalancer(this, 'LoadBalancer', {
      vpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      internetFacing: false,
      // One control plane serves every zone.
      crossZoneEnabled: true,
      securityGroups: [securityGroup],
    });
    acknowledge(this.loadBalancer, {
      'AwsSolutions-ELB2':
        'A Network Load Balancer logs TLS listeners only; this one passes TCP on to the API servers.',
    });
    // kubeadm takes small letters only, and the names that load balancers get have capital ones.
    const zone = new PrivateHostedZone(this, 'Zone', { vpc, zoneName: `${domainLabel(clusterName)}.labs.internal` });
    this.record = new ARecord(this, 'Record', {
      zone,
      recordName: 'api',
      target: RecordTarget.fromAlias(new LoadBalancerTarget(this.loadBalancer)),
    });
    this.endpoint = `api.${zone.zoneName}`;
  }

  /** Sends what comes for the endpoint to these instances, to those among them that can serve. */
  serve(instances: readonly CfnInstance[]): void {
    const targets = new NetworkTargetGroup(this, 'ApiServers', {
      vpc: this.vpc,
      port: apiPort,
      protocol: Protocol.TCP,
      targets: instances.map((instance) => new InstanceIdTarget(instance.ref)),
      // A control plane whose own call came back to it with its own address would not answer it.
      preserveClientIp: false,
      // Connections to an API server that is gone end, so that kubelets notice it.
      connectionTermination: true,
      deregistrationDelay: Duration.seconds(10),
      healthCheck: {
        protocol: Protocol.HTTPS,
        path: '/readyz',
        interval: Duration.seconds(10),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 2,
      },
    });
    this.loadBalancer.addListener('Api', { port: apiPort, protocol: Protocol.TCP, defaultTargetGroups: [targets] });
  }
}

function domainLabel(clusterName: string): string {
  const label = clusterName.toLowerCase();
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label)) return label;
  throw new UsageError(
    `'${clusterName}' can't be a part of the domain name of the API servers. Give the stack a name of at most 63 ` +
      'letters, digits and hyphens that ends in a letter or a digit.',
  );
}
