import type { Environment } from '../model/environment.ts';
import { containerInstanceVolumeGib, instanceTypes } from '../catalog/instance-types.ts';
import type { Billed } from '../catalog/prices.ts';
import type { Settings } from '../settings/settings.ts';
import { webDescription } from './ecs-and-eks.application.ts';
import { billedForWorkers, workerAddOns, workerShapes } from './eks-workers.data.ts';

/**
 * The fewest and the most EC2 instances of the ECS cluster. Two, one a zone, as there are two nodes. Each task has a
 * network interface of its own, and the smallest instance type takes two of them beside its own: four instances take
 * the application at its largest, and one instance may be missing then.
 */
export const containerInstanceCount = { min: 2, max: 4 } as const;

/** The table of the chapter, ECS beside Kubernetes: an ECS cluster and an EKS cluster in one VPC, with the same application. */
export const ecsAndEks: Environment = {
  id: 'ecs-and-eks',
  stack: 'EcsAndEks',
  diagram: 'T1',
  title: {
    ja: 'ECS と EKS を並べる',
    en: 'ECS beside EKS',
  },
  nodes: workerShapes,
  fargateProfiles: () => [],
  billed: (settings) => [...billedForWorkers(settings), ...billedForEcs(settings)],
  addOns: workerAddOns,
  sampleNamespace: 'ecs-and-eks',
  usesEcs: true,
};

/** ECS itself costs nothing; its instances do, and the replicas on Fargate, which are of the instances' architecture. */
function billedForEcs({ instanceType }: Settings): readonly Billed[] {
  const { replicas, vcpus, memoryMib } = webDescription;
  const arm = instanceTypes[instanceType].architecture === 'arm64';
  return [
    { name: instanceType, quantity: containerInstanceCount.min },
    { name: 'gp3Gib', quantity: containerInstanceCount.min * containerInstanceVolumeGib },
    { name: arm ? 'fargateArmVcpu' : 'fargateVcpu', quantity: replicas * vcpus },
    { name: arm ? 'fargateArmGib' : 'fargateGib', quantity: (replicas * memoryMib) / 1024 },
  ];
}
