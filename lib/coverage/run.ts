import type { KubernetesVersionName } from '../catalog/versions.ts';
import type { ExecutingTarget } from '../claims/claim.ts';

/** What tells one rehearsal from another. */
export interface Run {
  /** Id of the lab whose guide is played. */
  readonly lab: string;
  readonly target: ExecutingTarget;
  readonly kubernetes: KubernetesVersionName;
}
