import { describe } from '@jest/globals';
import { kubernetesVersions, type KubernetesVersionName } from '../lib/catalog/versions.ts';
import type { Run } from '../lib/coverage/run.ts';
import { includesTier, tierOf, tiers, type Tier } from '../lib/coverage/tiers.ts';

const named = process.env.LABS_TEST_TIER ?? 'ci';
if (!tiers.includes(named as Tier)) {
  throw new Error(`LABS_TEST_TIER is '${named}'. Set it to one of: ${tiers.join(', ')}.`);
}

/** How much of the tests of clusters runs: `npm run test:all` sets `LABS_TEST_TIER` to `all`. */
export const tier = named as Tier;

/** The Kubernetes versions that this run tests on. */
export const testedVersions: readonly KubernetesVersionName[] =
  tier === 'all' ? kubernetesVersions : kubernetesVersions.slice(0, 1);

/** Whether this run plays the guide of that lab on that target with that version. */
export const isPlayed = (run: Run): boolean => includesTier(tier, tierOf(run));

/** `describe` for tests that only tier `all` runs: a tour through every fault of a lab takes many minutes. */
export const describeTour = (name: string, tests: () => void): void => {
  if (tier === 'all') describe(name, tests);
};
