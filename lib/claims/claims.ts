import { checkCommands } from './check-commands.ts';
import type { Claim } from './claim.ts';
import { componentCommands } from './component-commands.ts';
import { components } from './components.ts';
import { diagrams } from './diagrams.ts';
import { ecsTable } from './ecs-table.ts';
import { eksPromises } from './eks-promises.ts';
import { highAvailability } from './high-availability.ts';
import { nextSteps } from './next-steps.ts';
import { security } from './security.ts';
import { troubleshooting } from './troubleshooting.ts';

const all = {
  ...diagrams,
  ...components,
  ...componentCommands,
  ...checkCommands,
  ...ecsTable,
  ...eksPromises,
  ...security,
  ...highAvailability,
  ...troubleshooting,
  ...nextSteps,
} as const;

/**
 * The id of a claim of the textbook chapter, by its first letter: D diagrams, C components, Y manifests, K commands, T
 * rows of the ECS table, P promises of EKS, S security, H high availability, M monitoring and troubleshooting, N next
 * steps.
 */
export type ClaimId = keyof typeof all;

/** All claims of the chapter, by id, in the order of the ids. */
export const claims: Readonly<Record<ClaimId, Claim>> = all;

/** The ids of {@link claims}. */
export const claimIds = Object.keys(claims) as readonly ClaimId[];
