import { type IVpc, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { apiPort } from '../kubeadm-config.ts';

/** What the security groups need to know. */
export interface NodeSecurityGroupsProps {
  readonly vpc: IVpc;
}

/** Ports as upstream documentation has them ("Ports and Protocols", kubernetes.io). */
const ports = {
  api: Port.tcp(apiPort),
  etcd: Port.tcpRange(2379, 2380),
  kubelet: Port.tcp(10_250),
  dns: [Port.udp(53), Port.tcp(53)],
  /** What pods may listen on: all but the port of the kubelet. */
  pods: [Port.tcpRange(0, 10_249), Port.tcpRange(10_251, 65_535), Port.allUdp(), Port.allIcmp()],
} as const;

/**
 * Who may call whom in a self-managed cluster. A pod counts as its node: its packets leave through the node's network
 * interface, and groups are told apart by interfaces.
 */
export class NodeSecurityGroups extends Construct {
  /** Of the load balancer in front of the API servers. */
  readonly loadBalancer: SecurityGroup;
  readonly controlPlane: SecurityGroup;
  readonly workers: SecurityGroup;

  constructor(scope: Construct, id: string, { vpc }: NodeSecurityGroupsProps) {
    super(scope, id);
    const group = (name: string, description: string, allowAllOutbound: boolean) =>
      new SecurityGroup(this, name, { vpc, description, allowAllOutbound });
    this.loadBalancer = group('LoadBalancer', 'Load balancer of the API servers', false);
    this.controlPlane = group('ControlPlane', 'Control-plane nodes', true);
    this.workers = group('Workers', 'Worker nodes', true);
    const { loadBalancer, controlPlane, workers } = this;

    for (const nodes of [controlPlane, workers]) {
      loadBalancer.addIngressRule(nodes, ports.api, 'Nodes to the API by its name');
      controlPlane.addIngressRule(nodes, ports.api, 'Pods to the API as a Service');
      for (const dns of ports.dns) controlPlane.addIngressRule(nodes, dns, 'Pods to CoreDNS');
    }
    // By addresses: a rule that names a group is a resource of its own, and leaves the one for everything in place.
    loadBalancer.addEgressRule(Peer.ipv4(vpc.vpcCidrBlock), ports.api, 'To the API servers');
    controlPlane.addIngressRule(loadBalancer, ports.api, 'Load balancer to the API servers');
    controlPlane.addIngressRule(controlPlane, ports.etcd, 'API servers and members of etcd to etcd');
    controlPlane.addIngressRule(controlPlane, ports.kubelet, 'API servers to kubelets');

    workers.addIngressRule(controlPlane, Port.allTraffic(), 'API servers to kubelets and to pods');
    for (const range of ports.pods) workers.addIngressRule(workers, range, 'Pods to pods');
  }
}
