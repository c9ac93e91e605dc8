import { kubernetesVersions } from '../catalog/versions.ts';
import type { Run } from './run.ts';

/**
 * How much of the tests runs. `ci` is what holds each change, in half an hour: every lab at the newest Kubernetes version
 * on the target where it matters most. `all` is everything: each version, each target, each fault.
 */
export const tiers = ['ci', 'all'] as const;
export type Tier = (typeof tiers)[number];

/**
 * The labs that tier `ci` plays on real nodes: what they teach happens on hosts, in containers or in packets, which a
 * simulated node has none of. Those that also run on `local` are played there too.
 */
export const labsOnRealNodes: readonly string[] = ['cluster-anatomy', 'networking'];

/** The smallest tier that plays a lab's guide on that target with that Kubernetes version. */
export const tierOf = ({ lab, target, kubernetes }: Run): Tier =>
  kubernetes === kubernetesVersions[0] && (target === 'local' || labsOnRealNodes.includes(lab)) ? 'ci' : 'all';

/** Whether a tier plays what belongs to `other`: tier `all` includes tier `ci`. */
export const includesTier = (tier: Tier, other: Tier): boolean => tier === 'all' || other === 'ci';
