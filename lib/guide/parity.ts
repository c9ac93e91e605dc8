import { diffArrays } from 'diff';
import {
  blocksOf,
  nameOf,
  taskIdsOf,
  type CommandBlock,
  type ExpectedOutput,
  type Guide,
  type SourceLine,
} from './guide.ts';

/** Something in which two languages of a guide differ, although they are to be the same. */
export interface Difference {
  /** Where it stands in the first guide, or after what it is missing. */
  readonly first: SourceLine;
  /** Where it stands in the second guide, or after what it is missing. */
  readonly second: SourceLine;
  /** Names both places and shows both texts. */
  readonly message: string;
}

/**
 * Everything in which two languages of a guide differ, prose aside: the tasks and their order, the commands, their
 * attributes (but the text of `why`), the outputs. Empty if they agree.
 */
export function differencesBetween(first: Guide, second: Guide): readonly Difference[] {
  const tasks = taskDifference(first, second);
  return [...(tasks === undefined ? [] : [tasks]), ...blockDifferences(first, second)];
}

function taskDifference(first: Guide, second: Guide): Difference | undefined {
  const [ids, otherIds] = [taskIdsOf(first), taskIdsOf(second)];
  const index = Array.from({ length: Math.max(ids.length, otherIds.length) }, (_, at) => at).find(
    (at) => ids[at] !== otherIds[at],
  );
  if (index === undefined) return undefined;
  const placeOf = (guide: Guide) => guide.sections.filter(({ taskId }) => taskId !== undefined)[index] ?? endOf(guide);
  return difference(
    `The task at position ${index + 1} differs.`,
    [placeOf(first), ids[index] ?? nothing],
    [placeOf(second), otherIds[index] ?? nothing],
  );
}

function blockDifferences(first: Guide, second: Guide): readonly Difference[] {
  const differences: Difference[] = [];
  const [mine, theirs] = [[...blocksOf(first)], [...blocksOf(second)]];
  let removed: readonly CommandBlock[] = [];
  let places: readonly [SourceLine, SourceLine] = [startOf(first), startOf(second)];
  const flush = (added: readonly CommandBlock[]) => {
    for (let index = 0; index < Math.max(removed.length, added.length); index += 1) {
      const [one, other] = [removed[index], added[index]];
      differences.push(
        difference(
          'The commands differ.',
          [one ?? places[0], one?.text ?? nothing],
          [other ?? places[1], other?.text ?? nothing],
        ),
      );
    }
    removed = [];
  };
  for (const change of diffArrays(mine.map(commandsOf), theirs.map(commandsOf))) {
    if (change.removed) {
      removed = mine.splice(0, change.count);
    } else if (change.added) {
      flush(theirs.splice(0, change.count));
    } else {
      flush([]);
      const [same, twins] = [mine.splice(0, change.count), theirs.splice(0, change.count)];
      for (const [index, block] of same.entries()) {
        const twin = twins[index];
        if (twin === undefined) continue;
        differences.push(...attributeDifferences(block, twin), ...outputDifferences(block, twin));
        places = [block, twin];
      }
    }
  }
  flush([]);
  return differences;
}

function attributeDifferences(block: CommandBlock, twin: CommandBlock): readonly Difference[] {
  const [attributes, twinAttributes] = [attributesOf(block), attributesOf(twin)];
  if (attributes === twinAttributes) return [];
  return [difference('The attributes of a block differ.', [block, attributes], [twin, twinAttributes])];
}

function outputDifferences(block: CommandBlock, twin: CommandBlock): readonly Difference[] {
  const count = Math.max(block.outputs.length, twin.outputs.length);
  return Array.from({ length: count }, (_, index) => [block.outputs[index], twin.outputs[index]] as const)
    .filter(([one, other]) => shown(one) !== shown(other))
    .map(([one, other]) =>
      difference('The outputs differ.', [one ?? block, shown(one)], [other ?? twin, shown(other)]),
    );
}

const nothing = '(nothing)';
const commandsOf = (block: CommandBlock): string => block.text;
const startOf = (guide: Guide): SourceLine => ({ file: guide.file, line: 1 });
const endOf = (guide: Guide): SourceLine => guide.sections.at(-1) ?? startOf(guide);

const attributesOf = ({ taskId, claims, need, exit, timeout, unchecked, why }: CommandBlock): string =>
  [
    `task ${taskId ?? 'none'}`,
    ...(claims === undefined ? [] : [`claims=${claims.join(',')}`]),
    ...(need === undefined ? [] : [`needs=${need}`]),
    ...(unchecked ? ['output=unchecked'] : []),
    `exit=${exit}`,
    `timeout=${timeout}`,
    ...(why === undefined ? [] : ['why=…']),
  ].join(' ');

const shown = (output: ExpectedOutput | undefined): string => {
  if (output === undefined) return nothing;
  const on = output.on === undefined ? '' : ` on=${output.on}`;
  const kubernetes = output.kubernetes === undefined ? '' : ` kubernetes=${output.kubernetes}`;
  return `output${on}${kubernetes}\n${output.text}`;
};

function difference(
  what: string,
  [first, text]: [SourceLine, string],
  [second, otherText]: [SourceLine, string],
): Difference {
  const quote = (place: SourceLine, quoted: string) => `${nameOf(place)}:\n${quoted.replace(/^/gm, '    ')}`;
  return {
    first: { file: first.file, line: first.line },
    second: { file: second.file, line: second.line },
    message: `${what}\n${quote(first, text)}\n${quote(second, otherText)}`,
  };
}
