import type { Environment, FargateProfile } from '../model/environment.ts';
import type { Settings } from '../settings/settings.ts';
import { billedForWorkers, workerAddOns, workerShapes } from './eks-workers.data.ts';
import { billedForPods, samplePods } from './fargate-compute.data.ts';

/** The namespace that runs on Fargate, with a sample workload of its own, if settings say that both kinds run pods. */
export const onFargate = 'on-fargate';

const fargateProfiles = ({ compute }: Settings): readonly FargateProfile[] =>
  compute === 'both' ? [{ name: 'serverless', namespaces: [onFargate] }] : [];

/** Diagram D2: a control plane that AWS runs, EC2 workers in the reader's VPC. */
export const eksEc2: Environment = {
  id: 'eks-ec2',
  stack: 'EksEc2',
  diagram: 'D2',
  title: {
    ja: 'EKS と EC2 ワーカーノード',
    en: 'EKS with EC2 worker nodes',
  },
  nodes: workerShapes,
  fargateProfiles,
  billed: (settings) => [
    ...billedForWorkers(settings),
    ...(settings.compute === 'both' ? billedForPods(samplePods) : []),
  ],
  addOns: workerAddOns,
  sampleNamespace: 'eks-ec2',
  loadManifests: async (settings) => {
    const { loadBalancerAdmissionYaml } = await import('../../charts/load-balancer-admission.ts');
    if (settings.compute !== 'both') return loadBalancerAdmissionYaml();
    const { fargateAdmissionYaml } = await import('../../charts/fargate-admission.ts');
    return [loadBalancerAdmissionYaml(), fargateAdmissionYaml(fargateProfiles(settings))].join('---\n');
  },
};
