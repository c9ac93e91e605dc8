import { claimIds, claims } from '../claims/claims.ts';
import { targetsOfLab } from '../model/lab-targets.ts';
import type { Lab } from '../model/lab.ts';
import { kubernetesVersions } from '../catalog/versions.ts';
import type { ExecutingTarget } from '../claims/claim.ts';
import { executingTargets, isSameRun, type Execution } from './execution.ts';
import { countsOn, coverageMatrix } from './matrix.ts';
import { includesTier, tierOf, type Tier } from './tiers.ts';

/** How many of the chapter's claims CI has to execute for real, at least. */
export const leastExecuted = 60;

type CoveredLab = Pick<Lab, 'id' | 'tasks' | 'environment' | 'targets'>;

/** A sentence for each claim that no task makes real. */
export const claimsWithoutTask = (labs: readonly CoveredLab[]): readonly string[] =>
  coverageMatrix(labs, [])
    .filter(({ tasks }) => tasks.length === 0)
    .map(
      ({ id }) =>
        `Claim ${id} (${claims[id].subject.en}) has no task. Name it in the claims of the task that makes it real.`,
    );

/** A sentence for each claim that could be executed without AWS and was not, and one if those that were are too few. */
export function claimsNotExecuted(labs: readonly CoveredLab[], executions: readonly Execution[]): readonly string[] {
  const rows = coverageMatrix(labs, executions);
  const executed = rows.filter(({ executedOn }) => executedOn.length > 0).length;
  return [
    ...rows
      .filter(({ executedOn, reason }) => executedOn.length === 0 && reason === undefined)
      .map(
        ({ id }) =>
          `Claim ${id} (${claims[id].subject.en}) was executed nowhere where it counts (${countsOn(id).join(', ')}). ` +
          'Give it a task that runs there, or say in lib/claims why only AWS can show it.',
      ),
    ...(executed >= leastExecuted
      ? []
      : [`${executed} of ${claimIds.length} claims were executed. At least ${leastExecuted} have to be.`]),
  ];
}

/** A sentence for each rehearsal that a tier owes and has not played. */
export const rehearsalsMissing = (
  labs: readonly CoveredLab[],
  executions: readonly Execution[],
  tier: Tier = 'all',
): readonly string[] =>
  labs.flatMap((lab) =>
    executingTargets
      .filter((target) => targetsOfLab(lab).includes(target))
      .flatMap((target) => owedVersions(target).map((kubernetes) => ({ lab: lab.id, target, kubernetes })))
      .filter((owed) => includesTier(tier, tierOf(owed)))
      .filter((owed) => !executions.some((execution) => isSameRun(execution, owed)))
      .map(
        ({ target, kubernetes }) =>
          `CI has not played the guide of lab ${lab.id} on ${target} with Kubernetes ${kubernetes}. Add it to the tests of that target.`,
      ),
  );

/** On simulated nodes, every version: that is quick. */
const owedVersions = (target: ExecutingTarget) =>
  target === 'local' ? kubernetesVersions : kubernetesVersions.slice(0, 1);

/** A sentence for everything that has to be otherwise before CI may say that the textbook is executed. */
export const coverageProblems = (labs: readonly CoveredLab[], executions: readonly Execution[]): string[] => [
  ...claimsWithoutTask(labs),
  ...rehearsalsMissing(labs, executions),
  ...claimsNotExecuted(labs, executions),
];
