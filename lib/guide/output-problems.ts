import { kubernetesVersions } from '../catalog/versions.ts';
import type { CommandBlock, ExpectedOutput, SourceLine } from './guide.ts';
import type { TargetName } from '../core/target-name.ts';
import { rehearsedTargets, targetsOf } from './needs.ts';
import { silentCommands } from './silent-commands.ts';
import { mostSpecific } from './variants.ts';

/** Something wrong with a guide, and where. */
export interface Problem {
  readonly place: SourceLine;
  readonly sentence: string;
}

/**
 * What is wrong with the outputs of a block: two that are equally specific somewhere, one for a target that the block
 * does not run on, none where CI rehearses it, one without a line of each command.
 *
 * @param targets those that the guide's lab runs on
 * @param mayMissOutputs whether a run is about to record them
 */
export function outputProblems(
  block: CommandBlock,
  targets: readonly TargetName[],
  mayMissOutputs: boolean,
): readonly Problem[] {
  return [
    ...ambiguousOutputs(block),
    ...uselessOutputs(block),
    ...(mayMissOutputs || block.unchecked ? [] : [...missingOutputs(block, targets), ...silentOutputs(block)]),
  ];
}

const surroundingsOf = (block: CommandBlock) =>
  targetsOf(block.need).flatMap((target) => kubernetesVersions.map((kubernetes) => ({ target, kubernetes })));

function ambiguousOutputs(block: CommandBlock): readonly Problem[] {
  const problems = new Map<ExpectedOutput, Problem>();
  for (const surroundings of surroundingsOf(block)) {
    const [output, rival] = mostSpecific(block, surroundings);
    if (output === undefined || rival === undefined || problems.has(rival)) continue;
    const where = `on ${surroundings.target} with Kubernetes ${surroundings.kubernetes}`;
    const sentence = `Of this output and the one at line ${output.line} neither is more specific ${where}. Add on=… or kubernetes=… to one, or remove it.`;
    problems.set(rival, { place: rival, sentence });
  }
  return [...problems.values()];
}

function uselessOutputs(block: CommandBlock): readonly Problem[] {
  return block.outputs
    .filter((output) => output.on !== undefined && !targetsOf(block.need).includes(output.on))
    .map((output) => ({
      place: output,
      sentence: `This output is for ${output.on}, where a block with needs=${block.need} does not run. Remove it.`,
    }));
}

/** A filter that found nothing leaves the prose without what it explains. */
function silentOutputs(block: CommandBlock): readonly Problem[] {
  return block.outputs.flatMap((output) => {
    const commands = silentCommands(block, output);
    if (commands === undefined) return [];
    const which = commands.join(' / ');
    const sentence = `One of these commands prints nothing here, and each should print a line: ${which}. Correct it, or say output=unchecked why="…" at the block.`;
    return [{ place: output, sentence }];
  });
}

function missingOutputs(block: CommandBlock, targets: readonly TargetName[]): readonly Problem[] {
  const rehearsed = rehearsedTargets.filter((target) => targets.includes(target));
  const missing = surroundingsOf(block).filter(
    (surroundings) => rehearsed.includes(surroundings.target) && mostSpecific(block, surroundings).length === 0,
  );
  if (missing.length === 0) return [];
  const where = missing.map(({ target, kubernetes }) => `on ${target} with Kubernetes ${kubernetes}`).join(' and ');
  return [
    {
      place: block,
      sentence: `This block shows no output ${where}. Put an output block below it (an empty one if it prints nothing), or say output=unchecked why="…".`,
    },
  ];
}
