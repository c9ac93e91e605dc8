import { claimIds, claims, type ClaimId } from '../claims/claims.ts';
import type { ExecutingTarget } from '../claims/claim.ts';
import type { Lab } from '../model/lab.ts';
import type { Text } from '../core/text.ts';
import { executingTargets, type Execution } from './execution.ts';

/** A task that makes a claim real, and where CI executed it. */
export interface ClaimTask {
  /** `lab/task`. */
  readonly name: string;
  /** The targets where CI executed the claim with this task. */
  readonly executedOn: readonly ExecutingTarget[];
}

/** A row of the coverage matrix: a claim of the chapter, its tasks, and where CI executed it. */
export interface CoverageRow {
  readonly id: ClaimId;
  readonly tasks: readonly ClaimTask[];
  /** The targets where CI executed at least one of the tasks for it. */
  readonly executedOn: readonly ExecutingTarget[];
  /** Why only AWS can execute it, where that is so. */
  readonly reason?: Text;
}

/** The targets where running a claim's task proves it. */
export const countsOn = (id: ClaimId): readonly ExecutingTarget[] => {
  const claim = claims[id];
  return 'counts' in claim ? claim.counts : [];
};

/** The matrix: a row for each claim of the chapter, in the order of their ids. */
export function coverageMatrix(
  labs: readonly Pick<Lab, 'id' | 'tasks'>[],
  executions: readonly Execution[],
): readonly CoverageRow[] {
  return claimIds.map((id) => {
    const tasks = labs.flatMap((lab) =>
      lab.tasks
        .filter((task) => task.claims.includes(id))
        .map((task) => ({
          name: `${lab.id}/${task.id}`,
          executedOn: targetsThatExecuted(executions, lab.id, task.id, id),
        })),
    );
    const claim = claims[id];
    return {
      id,
      tasks,
      executedOn: executingTargets.filter((target) => tasks.some(({ executedOn }) => executedOn.includes(target))),
      ...('onlyAws' in claim ? { reason: claim.onlyAws } : {}),
    };
  });
}

function targetsThatExecuted(
  executions: readonly Execution[],
  lab: string,
  task: string,
  id: ClaimId,
): readonly ExecutingTarget[] {
  const executed = executions.filter(
    (execution) => execution.lab === lab && execution.tasks[task]?.includes(id) === true,
  );
  return countsOn(id).filter((target) => executed.some((execution) => execution.target === target));
}
