import { eksEc2 } from '../../lib/environments/eks-ec2.data.ts';
import type { ClaimId } from '../../lib/claims/claims.ts';
import type { Lab, Task } from '../../lib/model/lab.ts';
import { targetNames, type TargetName } from '../../lib/core/target-name.ts';

const task = (id: string, claims: readonly ClaimId[]): Task => ({
  id,
  kind: 'do',
  title: { ja: id, en: id },
  claims,
});

/** A lab whose tasks have these claims. */
export const labWith = (
  id: string,
  tasks: Readonly<Record<string, readonly ClaimId[]>>,
  targets: readonly TargetName[] = targetNames,
): Pick<Lab, 'id' | 'tasks' | 'environment' | 'targets'> => ({
  id,
  environment: eksEc2,
  targets,
  tasks: Object.entries(tasks).map(([taskId, claims]) => task(taskId, claims)),
});
