import { type IVpc, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { apiPort } from '../self-managed/kubeadm-config.ts';

/**
 * Properties of {@link NodeSecurityGroups}.
 *
 * @see https://kubernetes.io/docs/reference/networking/ports-and-protocols/
 */
export interface NodeSecurityGroupsProps {
  /** The network of the cluster. */
  readonly vpc: IVpc;
  /** The addresses of pods, which are none of the VPC's. */
  readonly podCidr: string;
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
 * Who may call whom in a self-managed cluster. Packets between pods and nodes keep their addresses, and a rule that names
 * a group is about the private addresses of the machines in it (Amazon VPC User Guide, "Security group rules", read
 * November 2026); so pods are named by theirs. Kubelets and etcd are not open to pods.
 */
export class NodeSecurityGroups extends Construct {
  /** Of the load balancer in front of the API servers. */
  readonly loadBalancer: SecurityGroup;
  readonly controlPlane: SecurityGroup;
  readonly workers: SecurityGroup;

  constructor(scope: Construct, id: string, { vpc, podCidr }: NodeSecurityGroupsProps) {
    super(scope, id);
    const group = (name: string, description: string, allowAllOutbound: boolean) =>
      new SecurityGroup(this, name, { vpc, description, allowAllOutbound });
    this.loadBalancer = group('LoadBalancer', 'Load balancer of the API servers', false);
    this.controlPlane = group('ControlPlane', 'Control-plane nodes', true);
    this.workers = group('Workers', 'Worker nodes', true);
    const { loadBalancer, controlPlane, workers } = this;

    for (const nodes of [controlPlane, workers]) {
      loadBalancer.addIngressRule(nodes, ports.api, 'Nodes to the API by its name');
      controlPlane.addIngressRule(nodes, ports.api, 'Nodes to the API as a Service');
      for (const dns of ports.dns) controlPlane.addIngressRule(nodes, dns, 'Nodes to CoreDNS');
    }
    const pods = Peer.ipv4(podCidr);
    controlPlane.addIngressRule(pods, ports.api, 'Pods to the API as a Service');
    for (const dns of ports.dns) controlPlane.addIngressRule(pods, dns, 'Pods to CoreDNS');
    // By addresses: a rule that names a group is a resource of its own, and leaves the one for everything in place.
    loadBalancer.addEgressRule(Peer.ipv4(vpc.vpcCidrBlock), ports.api, 'To the API servers');
    controlPlane.addIngressRule(loadBalancer, ports.api, 'Load balancer to the API servers');
    controlPlane.addIngressRule(controlPlane, ports.etcd, 'API servers and members of etcd to etcd');
    controlPlane.addIngressRule(controlPlane, ports.kubelet, 'API servers to kubelets');

    workers.addIngressRule(controlPlane, Port.allTraffic(), 'API servers to kubelets and to pods');
    for (const range of ports.pods) {
      workers.addIngressRule(workers, range, 'Nodes to pods');
      workers.addIngressRule(pods, range, 'Pods to pods');
    }
  }
}
