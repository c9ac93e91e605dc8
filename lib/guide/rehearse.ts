import { unknownName } from '../core/closest.ts';
import { UsageError } from '../core/errors.ts';
import type { Verdict } from '../model/verdict.ts';
import { compareOutputs } from './compare.ts';
import { taskIdsOf, type CommandBlock, type Guide, type Section } from './guide.ts';
import { targetsOf, type Need } from './needs.ts';
import { Shell, type ShellOptions } from './shell.ts';
import { expectedOutput, type Surroundings } from './variants.ts';

/** What playing one command block came to. */
export type BlockOutcome =
  /** It ended as expected; `compared` says whether its output was held against the guide's. */
  | { readonly kind: 'passed'; readonly compared: boolean; readonly output: string }
  | { readonly kind: 'output differs'; readonly diff: string; readonly output: string }
  | { readonly kind: 'wrong exit'; readonly exitCode: number; readonly output: string }
  | { readonly kind: 'ended the shell'; readonly exitCode: number; readonly output: string }
  | { readonly kind: 'timed out'; readonly output: string }
  | { readonly kind: 'printed too much'; readonly output: string }
  /** It needs something that this target does not have. */
  | { readonly kind: 'not here'; readonly need: Need; readonly why: string };

/** One command block and what playing it came to. */
export interface BlockResult {
  readonly block: CommandBlock;
  readonly outcome: BlockOutcome;
  /** Milliseconds that it took. */
  readonly duration: number;
}

/** A task and what its check said after the task's section had been played. */
export interface TaskResult {
  readonly taskId: string;
  readonly verdict: Verdict;
}

/** What a rehearsal reports while it goes on. */
export type RehearsalEvent =
  | { readonly kind: 'section started'; readonly section: Section }
  | { readonly kind: 'block started'; readonly block: CommandBlock }
  | { readonly kind: 'block finished'; readonly result: BlockResult }
  | { readonly kind: 'task finished'; readonly result: TaskResult };

/** What a rehearsal came to. */
export interface Rehearsal {
  /** True if every block that ran, and every check, passed. */
  readonly passed: boolean;
  readonly counts: {
    /** Blocks that ran. */
    readonly ran: number;
    /** Blocks that ran and passed. */
    readonly passed: number;
    /** Blocks that ran and failed. */
    readonly failed: number;
    /** Checks that failed. */
    readonly failedChecks: number;
    /** Blocks that were not reached because one before them failed. */
    readonly notReached: number;
    /** Blocks that this target can't run, by what they need. */
    readonly notHere: Readonly<Partial<Record<Need, number>>>;
  };
  readonly blocks: readonly BlockResult[];
  readonly tasks: readonly TaskResult[];
}

/** How a guide is played. */
export interface RehearsalOptions extends Surroundings {
  readonly guide: Guide;
  readonly shell: Pick<ShellOptions, 'cwd' | 'env'>;
  /** Called before the first block of a task: for what has to be true before it. */
  readonly beforeTask?: (taskId: string) => Promise<void>;
  /** Called after the last block of a task: the task's check. */
  readonly afterTask?: (taskId: string) => Promise<Verdict>;
  readonly onEvent?: (event: RehearsalEvent) => void;
  /** Plays this task only, and what stands before the first task. @default all of the guide */
  readonly onlyTask?: string;
  /**
   * Goes on after a failure. Later blocks depend on earlier ones, so that one failure makes others; a block that ended
   * the shell leaves them a new one, without its variables.
   * @default false
   */
  readonly keepGoing?: boolean;
  /** Holds no output against the guide's, because they are about to be recorded. @default false */
  readonly recording?: boolean;
  /** Ends the rehearsal and everything that its blocks started. */
  readonly signal?: AbortSignal;
}

/**
 * Plays a guide from top to bottom in one shell, and holds what it prints against what the guide shows.
 *
 * @throws UsageError for an unknown task; the signal's reason when it is aborted; whatever a hook throws
 */
export async function rehearse(options: RehearsalOptions): Promise<Rehearsal> {
  const { guide, onEvent = () => undefined, keepGoing = false } = options;
  const sections = sectionsToPlay(guide, options.onlyTask);
  const blocks: BlockResult[] = [];
  const tasks: TaskResult[] = [];
  const mayGoOn = () =>
    keepGoing || (!blocks.some(({ outcome }) => hasFailed(outcome)) && tasks.every(({ verdict }) => verdict.passed));
  const shells = new ShellSupply(options);
  try {
    for (const section of sections) {
      if (!mayGoOn()) break;
      onEvent({ kind: 'section started', section });
      if (section.taskId !== undefined) await options.beforeTask?.(section.taskId);
      for (const block of section.blocks) {
        if (!mayGoOn()) break;
        onEvent({ kind: 'block started', block });
        const result = await play(block, options, shells);
        blocks.push(result);
        onEvent({ kind: 'block finished', result });
      }
      if (section.taskId === undefined || options.afterTask === undefined || !mayGoOn()) continue;
      options.signal?.throwIfAborted();
      const result = { taskId: section.taskId, verdict: await options.afterTask(section.taskId) };
      tasks.push(result);
      onEvent({ kind: 'task finished', result });
    }
  } finally {
    await shells.close();
  }
  options.signal?.throwIfAborted();
  return summary(blocks, tasks, sections.flatMap((section) => section.blocks).length);
}

/** Opens the shell when the first block asks for it, and another one when that has ended. */
class ShellSupply {
  readonly #options: ShellOptions;
  #shell: Shell | undefined;

  constructor({ shell, signal }: RehearsalOptions) {
    this.#options = { ...shell, ...(signal === undefined ? {} : { signal }) };
  }

  async get(): Promise<Shell> {
    if (this.#shell?.isOpen === true) return this.#shell;
    await this.#shell?.close();
    this.#shell = new Shell(this.#options);
    return this.#shell;
  }

  async close(): Promise<void> {
    await this.#shell?.close();
  }
}

async function play(block: CommandBlock, options: RehearsalOptions, shells: ShellSupply): Promise<BlockResult> {
  if (block.need !== undefined && !targetsOf(block.need).includes(options.target)) {
    return { block, outcome: { kind: 'not here', need: block.need, why: block.why ?? '' }, duration: 0 };
  }
  const shell = await shells.get();
  const start = performance.now();
  const { output, ending } = await shell.run(block.text, block.timeout * 1000);
  const duration = performance.now() - start;
  if (ending.kind !== 'exited') return { block, outcome: { ...ending, output }, duration };
  return { block, outcome: judge(block, ending.exitCode, output, options), duration };
}

function judge(block: CommandBlock, exitCode: number, output: string, options: RehearsalOptions): BlockOutcome {
  if (exitCode !== block.exit) return { kind: 'wrong exit', exitCode, output };
  const expected = block.unchecked || options.recording === true ? undefined : expectedOutput(block, options);
  if (expected === undefined) return { kind: 'passed', compared: false, output };
  const comparison = compareOutputs(expected.text, output);
  return comparison.same
    ? { kind: 'passed', compared: true, output }
    : { kind: 'output differs', diff: comparison.diff, output };
}

function sectionsToPlay(guide: Guide, onlyTask: string | undefined): readonly Section[] {
  if (onlyTask === undefined) return guide.sections;
  const taskIds = taskIdsOf(guide);
  if (!taskIds.includes(onlyTask)) throw new UsageError(unknownName('task', onlyTask, taskIds));
  const firstTask = guide.sections.findIndex(({ taskId }) => taskId !== undefined);
  return guide.sections.filter(({ taskId }, index) => index < firstTask || taskId === onlyTask);
}

const hasFailed = (outcome: BlockOutcome): boolean => outcome.kind !== 'passed' && outcome.kind !== 'not here';

function summary(blocks: readonly BlockResult[], tasks: readonly TaskResult[], inAll: number): Rehearsal {
  const notHere: Partial<Record<Need, number>> = {};
  for (const { outcome } of blocks) {
    if (outcome.kind === 'not here') notHere[outcome.need] = (notHere[outcome.need] ?? 0) + 1;
  }
  const failed = blocks.filter(({ outcome }) => hasFailed(outcome)).length;
  const passed = blocks.filter(({ outcome }) => outcome.kind === 'passed').length;
  const failedChecks = tasks.filter(({ verdict }) => !verdict.passed).length;
  return {
    passed: failed === 0 && failedChecks === 0,
    counts: { ran: passed + failed, passed, failed, failedChecks, notReached: inAll - blocks.length, notHere },
    blocks,
    tasks,
  };
}
