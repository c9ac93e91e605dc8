import type { Environment } from '../model/environment.ts';
import { nodeVolumeGib } from '../catalog/instance-types.ts';
import type { Billed } from '../catalog/prices.ts';
import type { Settings } from '../settings/settings.ts';
import { fewestZones } from '../settings/zone-list.ts';

const zones = ['a', 'c', 'd'] as const;

/** One zone for each control plane, so that the loss of a zone takes one member of etcd; and two for the workers at least. */
export const zoneCountOf = ({ controlPlanes }: Settings): number => Math.max(fewestZones, controlPlanes);

/** Size of a control plane's volume for etcd in GiB: etcd takes 2 unless it is told otherwise, and a restore keeps the data before it. */
export const etcdVolumeGib = 8;

/** Diagram D1: the whole cluster on EC2, its control plane too. */
export const selfManaged: Environment = {
  id: 'self-managed',
  stack: 'SelfManaged',
  diagram: 'D1',
  title: {
    ja: '自前で運用するクラスター',
    en: 'A self-managed cluster',
  },
  nodes: (settings) =>
    Array.from({ length: settings.nodeCount }, (_, index) => ({
      zone: zones[index % zoneCountOf(settings)]!,
      instanceType: settings.instanceType,
      labels: {},
    })),
  controlPlanes: ({ controlPlanes }) => controlPlanes,
  fargateProfiles: () => [],
  // The local control plane is processes on the reader's machine, and no node of the cluster.
  targets: ['linux', 'aws'],
  billed,
  // kubeadm brings kube-proxy and CoreDNS; none is an add-on of EKS.
  addOns: [],
  sampleNamespace: 'self-managed',
  reachedThroughNode: true,
};

function billed({ controlPlanes, nodeCount, instanceType }: Settings): readonly Billed[] {
  const instances = controlPlanes + nodeCount;
  return [
    { name: instanceType, quantity: instances },
    { name: 'gp3Gib', quantity: instances * nodeVolumeGib + controlPlanes * etcdVolumeGib },
    { name: 'networkLoadBalancer', quantity: 1 },
    { name: 'natGateway', quantity: 1 },
    // The NAT gateway's; nothing else has one.
    { name: 'publicIpv4', quantity: 1 },
    { name: 'kmsKey', quantity: 1 },
    { name: 'privateHostedZone', quantity: 1 },
  ];
}
