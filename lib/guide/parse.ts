import { readFile } from 'node:fs/promises';
import type { Code, Html, Nodes, RootContent } from 'mdast';
import { toString } from 'mdast-util-to-string';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { closest, unknownName } from '../core/closest.ts';
import { codeOf, ExternalError, UsageError } from '../core/errors.ts';
import { commandAttributes, outputAttributes } from './attributes.ts';
import { nameOf, type CommandBlock, type ExpectedOutput, type Guide, type SourceLine, type Section } from './guide.ts';
import { outputProblems } from './output-problems.ts';
import { targetNames, type TargetName } from '../core/target-name.ts';

/** What else a guide is held against. */
export interface ParseOptions {
  /** The lab's tasks: a section for any other task is refused. Not checked if absent. */
  readonly taskIds?: readonly string[];
  /** The targets that the lab runs on. @default all */
  readonly targets?: readonly TargetName[];
  /** Accept command blocks that show no output yet, because a run is about to record it. @default false */
  readonly recording?: boolean;
}

/** Info strings that would be shown but never run, although they look like commands. */
const otherShells = ['sh', 'shell', 'zsh', 'console', 'shellsession', 'terminal'];

const taskComment = /^<!--\s*task\s*:\s*(\S+)\s*-->$/;
const processor = unified().use(remarkParse).use(remarkGfm);

/** A command block while its outputs are still being collected. */
type OpenBlock = Omit<CommandBlock, 'outputs'> & { readonly outputs: ExpectedOutput[] };

/**
 * Reads a guide's file.
 *
 * @throws UsageError as {@link parseGuide} does.
 */
export async function readGuide(file: string, options?: ParseOptions): Promise<Guide> {
  const source = await readFile(file, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') throw new UsageError(`There is no guide ${file}. Write it, or correct the name.`);
    throw new ExternalError(`${file} cannot be read (${codeOf(error) ?? 'unknown error'}).`);
  });
  return parseGuide(source, file, options);
}

/**
 * Reads a guide from its Markdown.
 *
 * @throws UsageError with a sentence for everything that is wrong, each beginning with `file:line:`.
 */
export function parseGuide(source: string, file: string, options: ParseOptions = {}): Guide {
  const parser = new GuideParser(file, options);
  const guide = parser.parse(source);
  if (parser.problems.length > 0) throw new UsageError(parser.problems.join('\n'));
  return guide;
}

class GuideParser {
  readonly problems: string[] = [];
  readonly #file: string;
  readonly #options: ParseOptions;
  #blockCount = 0;

  constructor(file: string, options: ParseOptions) {
    this.#file = file;
    this.#options = options;
  }

  parse(source: string): Guide {
    const root = processor.parse(source);
    useUnixLineEnds(root);
    const [first] = root.children;
    if (first?.type !== 'heading' || first.depth !== 1) {
      this.#report({ file: this.#file, line: 1 }, `A guide begins with its title: write '# Title' on the first line.`);
    }
    const sections = splitAtHeadings(root.children).map((nodes) => this.#section(nodes));
    this.#checkTaskIds(sections);
    return { file: this.#file, title: first === undefined ? '' : toString(first), source, sections };
  }

  #section(nodes: readonly RootContent[]): Section {
    const [first, second] = nodes;
    const isHeaded = first?.type === 'heading' && first.depth === 2;
    const task = isHeaded && second?.type === 'html' ? second : undefined;
    const taskId = task === undefined ? undefined : taskComment.exec(task.value)?.[1];
    const blocks = this.#blocks(nodes, taskId);
    for (const node of nodes) {
      if (node.type === 'html' && (node !== task || taskId === undefined)) this.#checkStrayComment(node);
      if (node !== first && node.type === 'heading' && node.depth === 1) {
        this.#report(this.#place(node), `A guide has one title. Write '## ${toString(node)}' for a section.`);
      }
    }
    return {
      ...(first === undefined ? { file: this.#file, line: 1 } : this.#place(first)),
      ...(isHeaded ? { heading: toString(first) } : {}),
      ...(taskId === undefined ? {} : { taskId }),
      blocks,
      nodes,
    };
  }

  #blocks(nodes: readonly RootContent[], taskId: string | undefined): readonly CommandBlock[] {
    const problemsBefore = this.problems.length;
    const blocks: OpenBlock[] = [];
    for (const code of nodes.flatMap(codesIn)) {
      const place = this.#place(code);
      if (code.lang === 'bash') {
        blocks.push(this.#command(code, taskId));
      } else if (code.lang === 'output') {
        const block = blocks.at(-1);
        const output = this.#output(code);
        if (block === undefined)
          this.#report(place, 'This output follows no bash block of its section. Put it below one.');
        else block.outputs.push(output);
      } else {
        this.#checkProse(code, place);
      }
    }
    // What an output with an unknown attribute is meant for is not known.
    if (this.problems.length > problemsBefore) return blocks;
    for (const { place, sentence } of blocks.flatMap((block) =>
      outputProblems(block, this.#options.targets ?? targetNames, this.#options.recording ?? false),
    )) {
      this.#report(place, sentence);
    }
    return blocks;
  }

  #command(code: Code, taskId: string | undefined): OpenBlock {
    const place = this.#place(code);
    if (code.value.trim() === '') this.#report(place, 'This bash block is empty. Write its commands, or remove it.');
    return {
      ...place,
      range: rangeOf(code),
      index: this.#blockCount++,
      ...(taskId === undefined ? {} : { taskId }),
      text: code.value,
      ...commandAttributes(code.meta ?? '', (sentence) => this.#report(place, sentence)),
      outputs: [],
    };
  }

  #output(code: Code): ExpectedOutput {
    const place = this.#place(code);
    const attributes = outputAttributes(code.meta ?? '', (sentence) => this.#report(place, sentence));
    return { ...place, range: rangeOf(code), ...attributes, text: code.value };
  }

  #checkProse(code: Code, place: SourceLine): void {
    if (code.lang === null || code.lang === undefined) {
      this.#report(
        place,
        'This block has no info string. Write bash (it runs), output, or what it is, such as yaml or text.',
      );
    } else if (otherShells.includes(code.lang)) {
      this.#report(place, `A block that is to run is marked bash, not ${code.lang}; one that is only shown, text.`);
    } else {
      const meant = closest(code.lang, ['bash', 'output']);
      if (meant !== undefined) this.#report(place, `Unknown info string '${code.lang}'. Did you mean '${meant}'?`);
    }
  }

  #checkStrayComment(node: Html): void {
    if (!/<!--\s*task/i.test(node.value)) return;
    this.#report(
      this.#place(node),
      `A task's comment stands alone, directly under its '## …' heading, as <!-- task: id -->.`,
    );
  }

  #checkTaskIds(sections: readonly Section[]): void {
    const seen = new Map<string, Section>();
    for (const section of sections) {
      if (section.taskId === undefined) continue;
      const { taskIds } = this.#options;
      const twin = seen.get(section.taskId);
      if (twin !== undefined)
        this.#report(section, `Task '${section.taskId}' has a section already, at line ${twin.line}.`);
      else if (taskIds?.includes(section.taskId) === false)
        this.#report(section, unknownName('task', section.taskId, taskIds));
      seen.set(section.taskId, section);
    }
    for (const id of this.#options.taskIds ?? []) {
      if (!seen.has(id))
        this.#report(
          { file: this.#file, line: 1 },
          `Task '${id}' of the lab has no section. Add '## …' with <!-- task: ${id} --> under it, or remove the task.`,
        );
    }
  }

  #place(node: Nodes): SourceLine {
    return { file: this.#file, line: node.position?.start.line ?? 1 };
  }

  #report(place: SourceLine, sentence: string): void {
    this.problems.push(`${nameOf(place)}: ${sentence}`);
  }
}

function splitAtHeadings(nodes: readonly RootContent[]): readonly (readonly RootContent[])[] {
  const sections: RootContent[][] = [[]];
  for (const node of nodes) {
    if (node.type === 'heading' && node.depth === 2) sections.push([node]);
    else sections.at(-1)?.push(node);
  }
  return sections;
}

const codesIn = (node: Nodes): readonly Code[] =>
  node.type === 'code' ? [node] : 'children' in node ? node.children.flatMap(codesIn) : [];

const rangeOf = (node: Nodes) => ({
  start: node.position?.start.offset ?? 0,
  end: node.position?.end.offset ?? 0,
});

/** Line ends of Windows would reach the shell as characters. Positions stay those of the source, which is recorded into. */
function useUnixLineEnds(node: Nodes): void {
  if ('value' in node) node.value = node.value.replaceAll('\r\n', '\n');
  if ('children' in node) node.children.forEach(useUnixLineEnds);
}
