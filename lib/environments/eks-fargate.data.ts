import type { Environment, FargateProfile } from '../model/environment.ts';
import { billedForPods, samplePods, systemPods } from './fargate-compute.data.ts';

/** The namespace of the sample workload and of the labs. */
const namespace = 'eks-fargate';

const profiles: readonly FargateProfile[] = [
  { name: 'system', namespaces: ['kube-system'] },
  { name: 'labs', namespaces: [namespace] },
];

/** The service account that has an IAM role, on AWS. */
export const clusterReader = 'cluster-reader';

/** Diagram D3: a control plane that AWS runs, and every pod on Fargate: no EC2 instance at all. */
export const eksFargate: Environment = {
  id: 'eks-fargate',
  stack: 'EksFargate',
  diagram: 'D3',
  title: {
    ja: 'EKS と Fargate',
    en: 'EKS on Fargate',
  },
  // Target linux has no Fargate.
  targets: ['local', 'aws'],
  nodes: () => [],
  fargateProfiles: () => profiles,
  billed: ({ customerKey }) => [
    { name: 'eksControlPlane', quantity: 1 },
    ...billedForPods([...systemPods, ...samplePods]),
    { name: 'natGateway', quantity: 1 },
    // The NAT gateway's; nothing else has one.
    { name: 'publicIpv4', quantity: 1 },
    ...(customerKey ? [{ name: 'kmsKey', quantity: 1 } as const] : []),
  ],
  addOns: ['coredns', 'metrics-server'],
  sampleNamespace: namespace,
  loadManifests: async () => (await import('../../charts/fargate-admission.ts')).fargateAdmissionYaml(profiles),
};
