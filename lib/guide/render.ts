import type { Code, List, Nodes, PhrasingContent, Table } from 'mdast';
import pc from 'picocolors';
import { unknownName } from '../core/closest.ts';
import { UsageError } from '../core/errors.ts';
import type { Language, Text } from '../core/text.ts';
import { blocksOf, taskIdsOf, type CommandBlock, type Guide, type Section } from './guide.ts';
import { targetsOf } from './needs.ts';
import { cut, hardBreak, plain, widthOf, wrap, type Span, type Style } from './rich-text.ts';
import { expectedOutput, type Surroundings } from './variants.ts';

/** How a guide is shown. Of an output's variants the one for these surroundings is shown. */
export interface RenderOptions extends Surroundings {
  /** Columns that prose may take. */
  readonly width: number;
  /** Columns of the terminal, where outputs that are longer go on below. @default there is no terminal: they stay as they are */
  readonly terminal?: number | undefined;
  /** Whether the terminal shows colours; what they say is then also said without them. */
  readonly color: boolean;
  readonly language: Language;
}

/** The guide as a terminal shows it. */
export const renderGuide = (guide: Guide, options: RenderOptions): string =>
  new Renderer(guide, options).sections(guide.sections);

/** What stands before the first task: what the lab is about. */
export function renderOpening(guide: Guide, options: RenderOptions): string {
  const first = guide.sections.findIndex(({ taskId }) => taskId !== undefined);
  return new Renderer(guide, options).sections(guide.sections.slice(0, first));
}

/** What stands behind the last task: what the learner can do now. Empty where a guide has nothing there. */
export function renderClosing(guide: Guide, options: RenderOptions): string {
  const last = guide.sections.findLastIndex(({ taskId }) => taskId !== undefined);
  return new Renderer(guide, options).sections(guide.sections.slice(last + 1));
}

/**
 * One task's section as a terminal shows it.
 *
 * @throws UsageError for a task that the guide does not have
 */
export function renderTask(guide: Guide, taskId: string, options: RenderOptions): string {
  const section = guide.sections.find((candidate) => candidate.taskId === taskId);
  if (section === undefined) throw new UsageError(unknownName('task', taskId, taskIdsOf(guide)));
  return new Renderer(guide, options).sections([section]);
}

const printsNothing: Text = { ja: '(何も表示されません)', en: '(prints nothing)' };
const onlyOn: Record<Language, (targets: string) => string> = {
  ja: (targets) => `※ ${targets} でのみ動きます。`,
  en: (targets) => `Only on ${targets}: `,
};

/** Columns by which code stands apart from prose. */
const codeIndent = '    ';
/** As many columns, with a bar that tells what is printed from what is typed without colours too. */
const outputIndent = '  │ ';
/** The same before what is left of a line that is longer than the terminal. */
const restIndent = '  ┆   ';

class Renderer {
  readonly #options: RenderOptions;
  readonly #colors: ReturnType<typeof pc.createColors>;
  readonly #blocks: readonly CommandBlock[];

  constructor(guide: Guide, options: RenderOptions) {
    this.#options = options;
    this.#colors = pc.createColors(options.color);
    this.#blocks = blocksOf(guide);
  }

  sections(sections: readonly Section[]): string {
    const nodes = sections.flatMap((section) => section.nodes);
    return `${this.#flow(nodes, this.#options.width).join('\n')}\n`;
  }

  /** The lines of some blocks, with an empty line between each two unless they are to stand close. */
  #flow(nodes: readonly Nodes[], width: number, isClose = false): readonly string[] {
    return nodes
      .map((node) => this.#block(node, width))
      .filter((lines) => lines.length > 0)
      .flatMap((lines, index) => (index === 0 || isClose ? lines : ['', ...lines]));
  }

  #block(node: Nodes, width: number): readonly string[] {
    switch (node.type) {
      case 'heading':
        return this.#heading(node.children, node.depth, width);
      case 'paragraph':
        return wrap(this.#inline(node.children), width);
      case 'code':
        return this.#code(node, width);
      case 'list':
        return this.#list(node, width);
      case 'blockquote':
        return this.#flow(node.children, width - 2).map((line) => `│ ${line}`.trimEnd());
      case 'table':
        return this.#table(node, width);
      case 'thematicBreak':
        return ['─'.repeat(width)];
      default:
        return [];
    }
  }

  #heading(children: readonly PhrasingContent[], depth: number, width: number): readonly string[] {
    const lines = wrap(this.#inline(children, this.#colors.bold), width);
    const rule = depth === 1 ? '═' : depth === 2 ? '─' : '';
    return rule === '' ? lines : [...lines, this.#colors.bold(rule.repeat(Math.max(...lines.map(widthOf))))];
  }

  #code(node: Code, width: number): readonly string[] {
    const start = node.position?.start.offset;
    const command = this.#blocks.find((block) => block.range.start === start);
    if (command !== undefined) return this.#command(command, width);
    const owner = this.#blocks.find((block) => block.outputs.some((output) => output.range.start === start));
    if (owner === undefined) return indented(node.value.split('\n'));
    if (expectedOutput(owner, this.#options)?.range.start !== start) return [];
    const text = node.value === '' ? printsNothing[this.#options.language] : node.value;
    return text
      .split('\n')
      .flatMap((line) => folded(line, this.#options.terminal))
      .map((line) => this.#colors.dim(line.trimEnd()));
  }

  #command(block: CommandBlock, width: number): readonly string[] {
    const targets = targetsOf(block.need);
    if (targets.includes(this.#options.target))
      return indented(block.text.split('\n').map((line) => this.#shell(line)));
    const notice = `${onlyOn[this.#options.language](targets.join(', '))}${block.why ?? ''}`;
    const commands = block.text.split('\n').map((line) => this.#colors.dim(line));
    return [...wrap([{ text: notice, style: this.#colors.yellow }], width), ...indented(commands)];
  }

  /** The program of a line of shell in a colour of its own, a comment dimmed. */
  #shell(line: string): string {
    const [, indent = '', program = '', rest = ''] = /^(\s*)([A-Za-z][\w./-]*(?=\s|$))?(.*)$/.exec(line) ?? [];
    if (rest.startsWith('#') && program === '') return indent + this.#colors.dim(rest);
    return indent + this.#colors.cyan(program) + rest;
  }

  #list(node: List, width: number): readonly string[] {
    const first = node.start ?? 1;
    return node.children.flatMap((item, index) => {
      const mark = node.ordered === true ? `${first + index}. ` : '• ';
      const lines = this.#flow(item.children, width - widthOf(mark), item.spread !== true);
      const gap = node.spread === true && index > 0 ? [''] : [];
      const rest = ' '.repeat(widthOf(mark));
      return [...gap, ...lines.map((line, at) => (at === 0 ? mark + line : (rest + line).trimEnd()))];
    });
  }

  #table(node: Table, width: number): readonly string[] {
    const cells = node.children.map((row, index) =>
      row.children.map((cell) => this.#inline(cell.children, index === 0 ? this.#colors.bold : plain)),
    );
    const widths = columnWidths(cells, width);
    const rows = cells.map((row) => {
      const columns = row.map((cell, index) => wrap(cell, widths[index] ?? width));
      const height = Math.max(1, ...columns.map((lines) => lines.length));
      return Array.from({ length: height }, (_, line) =>
        columns
          .map((lines, index) => padded(lines[line] ?? '', widths[index] ?? 0))
          .join('  ')
          .trimEnd(),
      );
    });
    const [header = [], ...body] = rows;
    return [...header, widths.map((columns) => '─'.repeat(columns)).join('  '), ...body.flat()];
  }

  #inline(nodes: readonly PhrasingContent[], style: Style = plain): readonly Span[] {
    return nodes.flatMap((node): readonly Span[] => {
      switch (node.type) {
        case 'text':
          return [{ text: node.value, style }];
        case 'strong':
          return this.#inline(node.children, (text) => this.#colors.bold(style(text)));
        case 'emphasis':
          return this.#inline(node.children, (text) => this.#colors.italic(style(text)));
        case 'delete':
          return this.#inline(node.children, (text) => this.#colors.strikethrough(style(text)));
        case 'inlineCode':
          return this.#options.color
            ? [{ text: node.value, style: (text) => this.#colors.cyan(style(text)), isCode: true }]
            : [{ text: `\`${node.value}\``, style, isCode: true }];
        case 'break':
          return [{ text: hardBreak, style }];
        case 'link':
          return this.#link(node.children, node.url, style);
        case 'image':
          return [{ text: `${node.alt ?? ''} (${node.url})`, style }];
        default:
          return [];
      }
    });
  }

  #link(children: readonly PhrasingContent[], url: string, style: Style): readonly Span[] {
    const spans = this.#inline(children, style);
    const isBare = spans.map(({ text }) => text).join('') === url;
    return isBare ? spans : [...spans, { text: ` (${url})`, style: (text) => this.#colors.dim(style(text)) }];
  }
}

/** A line of output, in as many lines as the terminal needs for it. */
function folded(line: string, terminal: number | undefined): readonly string[] {
  if (terminal === undefined || widthOf(outputIndent + line) <= terminal) return [outputIndent + line];
  const [first = '', ...rest] = cut(line, terminal - outputIndent.length, terminal - restIndent.length);
  return [outputIndent + first, ...rest.map((part) => restIndent + part)];
}

const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => (codeIndent + line).trimEnd());

const padded = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)));

/** As wide as each column needs; where that is more than there is, the widest give way. */
function columnWidths(cells: readonly (readonly (readonly Span[])[])[], width: number): readonly number[] {
  const count = Math.max(...cells.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(1, ...cells.map((row) => widthOf((row[column] ?? []).map(({ text }) => text).join('')))),
  );
  const available = Math.max(count, width - 2 * (count - 1));
  const sum = () => widths.reduce((total, columns) => total + columns, 0);
  while (sum() > available) {
    const widest = widths.indexOf(Math.max(...widths));
    widths[widest] = (widths[widest] ?? 2) - 1;
  }
  return widths;
}
