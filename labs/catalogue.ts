import { UsageError } from '../lib/errors.ts';
import { unknownName } from '../lib/closest.ts';
import type { Lab, Task } from '../lib/lab.ts';
import { clusterAnatomyLab } from './cluster-anatomy/lab.ts';
import { ec2AndFargateLab } from './ec2-and-fargate/lab.ts';
import { ecsAndEksLab } from './ecs-and-eks/lab.ts';
import { eksEc2Lab } from './eks-ec2/lab.ts';
import { eksFargateLab } from './eks-fargate/lab.ts';

/** Every lab, in the order of the chapter. A new lab is one folder and one line here. */
export const labs: readonly Lab[] = [eksEc2Lab, ec2AndFargateLab, eksFargateLab, ecsAndEksLab, clusterAnatomyLab];

/**
 * The lab of that id.
 *
 * @throws UsageError with the nearest name for an unknown one
 */
export function labOf(id: string): Lab {
  const lab = labs.find((candidate) => candidate.id === id);
  if (lab !== undefined) return lab;
  throw new UsageError(
    unknownName(
      'lab',
      id,
      labs.map((candidate) => candidate.id),
    ),
  );
}

/**
 * The task of that id.
 *
 * @throws UsageError with the nearest name for an unknown one
 */
export function taskOf(lab: Lab, id: string): Task {
  const task = lab.tasks.find((candidate) => candidate.id === id);
  if (task !== undefined) return task;
  throw new UsageError(
    unknownName(
      `task of lab ${lab.id}`,
      id,
      lab.tasks.map((candidate) => candidate.id),
    ),
  );
}
