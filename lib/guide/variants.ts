import type { KubernetesVersionName } from '../catalog/versions.ts';
import type { CommandBlock, ExpectedOutput } from './guide.ts';
import type { TargetName } from '../core/target-name.ts';

/** Where a guide is rehearsed. */
export interface Surroundings {
  readonly target: TargetName;
  readonly kubernetes: KubernetesVersionName;
}

const specificity = (output: ExpectedOutput): number =>
  (output.on === undefined ? 0 : 1) + (output.kubernetes === undefined ? 0 : 1);

/** The outputs of a block that match these surroundings and that no other matches more specifically. */
export function mostSpecific(block: CommandBlock, { target, kubernetes }: Surroundings): readonly ExpectedOutput[] {
  const matching = block.outputs.filter(
    (output) => (output.on ?? target) === target && (output.kubernetes ?? kubernetes) === kubernetes,
  );
  const most = Math.max(...matching.map(specificity));
  return matching.filter((output) => specificity(output) === most);
}

/** The output that a block is to have in these surroundings; undefined where the guide shows none. */
export const expectedOutput = (block: CommandBlock, surroundings: Surroundings): ExpectedOutput | undefined =>
  mostSpecific(block, surroundings)[0];
