import { kubernetesVersions } from '../../../../lib/catalog/versions.ts';
import { EcsAndEks } from '../../../../lib/environments/ecs-and-eks.ts';
import { EksEc2 } from '../../../../lib/environments/eks-ec2.ts';
import { EksFargate } from '../../../../lib/environments/eks-fargate.ts';
import type { EnvironmentStack } from '../../../../lib/environments/environment-stack.ts';
import { SelfManaged } from '../../../../lib/environments/self-managed.ts';
import { defaultPodCidr } from '../../../../lib/settings/cluster-networks.ts';
import { controlPlaneCounts } from '../../../../lib/settings/quorum.ts';
import { defaultBootstrapQualifier } from '../../../../lib/settings/schema.ts';
import type { SettingName } from '../../../../lib/settings/settings.ts';

const [aya, ben] = ['arn:aws:iam::111122223333:role/Aya', 'arn:aws:iam::111122223333:role/Ben'];

/** Values of each setting: all that there are, or the ends and a few of what has no end. */
export const samples: Readonly<Record<SettingName, readonly string[]>> = {
  kubernetes: kubernetesVersions,
  nodeCount: ['2', '3', '10'],
  controlPlanes: controlPlaneCounts.map(String),
  // Two of each architecture: nothing else of a type is in a template.
  instanceType: ['t3.medium', 'm7i.large', 't4g.medium', 'm7g.large'],
  compute: ['ec2', 'both'],
  allowedCidrs: ['', '203.0.113.7/32', '198.51.100.0/24,203.0.113.7/32'],
  admins: ['', aya, ben, `${aya},${ben}`, `${ben},${aya}`],
  customerKey: ['false', 'true'],
  logRetentionDays: ['1', '7', '90'],
  podCidr: [defaultPodCidr, '172.16.0.0/12'],
  name: ['', 'aya', 'ben'],
  zones: ['', 'us-east-1a,us-east-1b,us-east-1c', 'us-east-1b,us-east-1c,us-east-1d', 'use1-az1,use1-az2,use1-az4'],
  bootstrapQualifier: [defaultBootstrapQualifier, 'team'],
};

/** The stack of each environment, by the environment's id. */
export const stacks: Readonly<Record<string, EnvironmentStack>> = {
  'self-managed': SelfManaged,
  'eks-ec2': EksEc2,
  'eks-fargate': EksFargate,
  'ecs-and-eks': EcsAndEks,
};

/** Both orders of each two values. */
export const pairsOf = <T>(values: readonly T[]): readonly (readonly [T, T])[] =>
  values.flatMap((from) => values.filter((to) => to !== from).map((to) => [from, to] as const));
