import type { RootContent } from 'mdast';
import type { ClaimId } from '../claims/claims.ts';
import type { KubernetesVersionName } from '../catalog/versions.ts';
import type { TargetName } from '../core/target-name.ts';
import type { Need } from './needs.ts';

/** Where something stands in a guide. */
export interface SourceLine {
  /** Path of the guide's file, as it was given to the parser. */
  readonly file: string;
  /** Line of its first character, counted from 1. */
  readonly line: number;
}

/** The place of a fenced block in the guide's source, for programs that rewrite it. */
export interface SourceRange {
  /** Offset of the opening fence's first character. */
  readonly start: number;
  /** Offset after the closing fence's last character. */
  readonly end: number;
}

/** What a command prints: a fenced block with the info string `output`. */
export interface ExpectedOutput extends SourceLine {
  readonly range: SourceRange;
  /** Shown on this target only; on all if absent. */
  readonly on?: TargetName;
  /** Shown on this Kubernetes version only; on all if absent. */
  readonly kubernetes?: KubernetesVersionName;
  /** The text between the fences, without the last line's end. */
  readonly text: string;
}

/** Commands that a learner pastes into the shell: a fenced block with the info string `bash`. */
export interface CommandBlock extends SourceLine {
  readonly range: SourceRange;
  /** Position among all command blocks of the guide, counted from 0. It is the same in every language. */
  readonly index: number;
  /** The task whose section holds the block, if that section is one. */
  readonly taskId?: string;
  readonly text: string;
  /**
   * The claims of its task that this very block makes real: they count as executed only where it ran.
   * @default none: they count wherever the task was executed
   */
  readonly claims?: readonly ClaimId[];
  /** What the block needs; without it, the block runs everywhere. */
  readonly need?: Need;
  /** Why the block has a need or an unchecked output: a sentence in the guide's language. */
  readonly why?: string;
  /** Exit status that the block is to end with. @default 0 */
  readonly exit: number;
  /** Most seconds that the block may take. @default 60 */
  readonly timeout: number;
  /** True when the author said that the output is not to be compared. @default false */
  readonly unchecked: boolean;
  /** The variants of its output, in the guide's order. */
  readonly outputs: readonly ExpectedOutput[];
}

/** A part of a guide: what stands before the first `##` heading, or such a heading and all below it. */
export interface Section extends SourceLine {
  /** The heading's text; absent for what stands before the first one. */
  readonly heading?: string;
  /** The task that the section is about, if it is about one. */
  readonly taskId?: string;
  readonly blocks: readonly CommandBlock[];
  /** The section's Markdown, heading included, to be shown. */
  readonly nodes: readonly RootContent[];
}

/** One lab's prose and commands in one language. */
export interface Guide {
  readonly file: string;
  readonly title: string;
  /** The Markdown that the guide was read from. */
  readonly source: string;
  readonly sections: readonly Section[];
}

/** All command blocks of a guide, from top to bottom. */
export const blocksOf = (guide: Guide): readonly CommandBlock[] => guide.sections.flatMap((section) => section.blocks);

/** The ids of a guide's tasks, from top to bottom. */
export const taskIdsOf = (guide: Guide): readonly string[] =>
  guide.sections.flatMap((section) => (section.taskId === undefined ? [] : [section.taskId]));

/** `guide.ja.md:12`: a place as messages name it. */
export const nameOf = (place: SourceLine): string => `${place.file}:${place.line}`;
