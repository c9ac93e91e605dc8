import type { Lab } from '../model/lab.ts';
import type { Execution } from './execution.ts';
import { countsOn } from './matrix.ts';

type Tasks = Pick<Lab, 'id' | 'tasks'>;

/** A sentence for everything that executions say of labs, tasks and claims that cannot be so. */
export const untrueExecutions = (labs: readonly Tasks[], executions: readonly Execution[]): readonly string[] =>
  executions.flatMap((execution) => {
    const lab = labs.find(({ id }) => id === execution.lab);
    if (lab === undefined) return [`Lab ${execution.lab} was executed, and there is none of that name.`];
    return Object.entries(execution.tasks).flatMap(([taskId, executed]) => {
      const name = `${lab.id}/${taskId}`;
      const task = lab.tasks.find(({ id }) => id === taskId);
      if (task === undefined) return [`Task ${name} was executed, and there is none of that name.`];
      return executed.flatMap((id) => [
        ...(task.claims.includes(id) ? [] : [`Claim ${id} was executed by task ${name}, which does not claim it.`]),
        ...(countsOn(id).includes(execution.target)
          ? []
          : [`Claim ${id} was executed on ${execution.target}, where it does not count.`]),
      ]);
    });
  });

/** What is left of executions without what cannot be so, since labs, tasks or claims have changed. */
export const withoutUntrue = (labs: readonly Tasks[], executions: readonly Execution[]): readonly Execution[] =>
  executions.flatMap((execution) => {
    const lab = labs.find(({ id }) => id === execution.lab);
    if (lab === undefined) return [];
    const tasks = lab.tasks.flatMap(({ id, claims }) => {
      const executed = execution.tasks[id];
      if (executed === undefined) return [];
      return [[id, executed.filter((claim) => claims.includes(claim) && countsOn(claim).includes(execution.target))]];
    });
    return [{ ...execution, tasks: Object.fromEntries(tasks) as Execution['tasks'] }];
  });
