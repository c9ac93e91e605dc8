import LineBreaker from 'linebreak';
import stringWidth from 'string-width';

/** Puts a terminal's attributes around a text. */
export type Style = (text: string) => string;

/** A piece of text in one style. */
export interface Span {
  readonly text: string;
  readonly style: Style;
  /** True for code: its words, with hyphens and dots in them, stay whole. @default false */
  readonly isCode?: boolean;
}

/** The style of what has none. */
export const plain: Style = (text) => text;

/** Columns that a text takes in a terminal: East Asian characters take two. */
export const widthOf = (text: string): number => stringWidth(text);

const cjk = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303F\uFF00-\uFFEF]`;
const closing = '[、。，．・：；！？）」』】]';
const opening = '[（「『【]';
/** The end of a source line that is no space: between two East Asian characters, or beside their punctuation. */
const seamlessBreak = new RegExp(
  String.raw`(?<=${closing})[ \t]*\n[ \t]*|[ \t]*\n[ \t]*(?=${opening})|(?<=${cjk})[ \t]*\n[ \t]*(?=${cjk})`,
  'gu',
);
const softBreak = /[ \t]*\n[ \t]*/g;

/** Marks a line break that the author asked for, which is not one of the source. */
export const hardBreak = '\u2028';

/**
 * Breaks spans into lines of at most `width` columns, where the rules of the text's language allow it: between words,
 * between most East Asian characters, not before a full stop or a closing bracket. What has no such place and is too
 * long is broken anywhere.
 */
export function wrap(spans: readonly Span[], width: number): readonly string[] {
  const { text, styles, code } = joined(spans);
  const lines: string[] = [];
  let start = 0;
  let end = 0;
  const finish = () => {
    lines.push(styled(text, styles, start, end));
    start = end;
  };
  for (const piece of piecesOf(text, code, width)) {
    const visible = text.slice(start, piece.end).trimEnd();
    if (end > start && widthOf(visible) > width) finish();
    end = piece.end;
    if (piece.isLast) finish();
  }
  return lines;
}

interface Piece {
  readonly end: number;
  /** True if a line ends after it whatever comes. */
  readonly isLast: boolean;
}

/**
 * The pieces that no line break may divide.
 *
 * @param code for each character, the span of code that it belongs to, if it belongs to one
 */
function piecesOf(text: string, code: readonly (Span | undefined)[], width: number): readonly Piece[] {
  const pieces: Piece[] = [];
  const breaker = new LineBreaker(text);
  let start = 0;
  // A terminal makes an address a link only if it stands on one line.
  const addresses = [...text.matchAll(/https?:\/\/[!-'*-~]+/g)];
  const isWithinAddress = (position: number) =>
    addresses.some(({ index, 0: address }) => position > index && position < index + address.length);
  const isWithinWordOfCode = (position: number) =>
    code[position] !== undefined && code[position] === code[position - 1] && text.charAt(position - 1) !== ' ';
  for (let found = breaker.nextBreak(); found !== null; found = breaker.nextBreak()) {
    if (isWithinAddress(found.position) || isWithinWordOfCode(found.position)) continue;
    const isLast = found.position === text.length || text.charAt(found.position - 1) === hardBreak;
    for (const end of cutsOf(text.slice(start, found.position), width))
      pieces.push({ end: start + end, isLast: false });
    pieces.push({ end: found.position, isLast });
    start = found.position;
  }
  return pieces;
}

/**
 * Cuts a text into parts of at most so many columns, whatever it says: at a space where that is not too early.
 *
 * @param first columns of the first part
 * @param rest columns of each other part
 */
export function cut(text: string, first: number, rest: number): readonly string[] {
  const parts: string[] = [];
  let part = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    const columns = parts.length === 0 ? first : rest;
    if (part !== '' && widthOf(part + segment) > columns) {
      const space = segment === ' ' ? part.length : part.lastIndexOf(' ');
      const end = space > columns / 2 ? space : part.length;
      parts.push(part.slice(0, end));
      part = part.slice(end).trimStart();
    }
    part += segment;
  }
  return [...parts, part];
}

/** Where a piece that is wider than a line has to be cut. */
function cutsOf(piece: string, width: number): readonly number[] {
  if (widthOf(piece.trimEnd()) <= width) return [];
  const cuts: number[] = [];
  let used = 0;
  for (const { segment, index } of new Intl.Segmenter().segment(piece.trimEnd())) {
    used += widthOf(segment);
    if (used <= width || index === 0) continue;
    cuts.push(index);
    used = widthOf(segment);
  }
  return cuts;
}

/** Spans as one text. */
interface Joined {
  readonly text: string;
  /** The style of each character. */
  readonly styles: readonly Style[];
  /** For each character, the span of code that it belongs to, if it belongs to one. */
  readonly code: readonly (Span | undefined)[];
}

function joined(spans: readonly Span[]): Joined {
  const source = spans.map((span) => span.text).join('');
  const owners = spans.flatMap((span) => Array.from({ length: span.text.length }, () => span));
  const seams = [...source.matchAll(seamlessBreak)].map((match) => match.index);
  let text = '';
  const styles: Style[] = [];
  const code: (Span | undefined)[] = [];
  let position = 0;
  const copyTo = (end: number) => {
    text += source.slice(position, end);
    for (const owner of owners.slice(position, end)) {
      styles.push(owner.style);
      code.push(owner.isCode === true ? owner : undefined);
    }
  };
  for (const match of source.matchAll(softBreak)) {
    copyTo(match.index);
    position = match.index + match[0].length;
    if (seams.includes(match.index)) continue;
    text += ' ';
    styles.push(plain);
    code.push(undefined);
  }
  copyTo(source.length);
  return { text, styles, code };
}

function styled(text: string, styles: readonly Style[], start: number, end: number): string {
  const visible = text.slice(start, end).replaceAll(hardBreak, '').trimEnd();
  let line = '';
  let position = 0;
  while (position < visible.length) {
    const style = styles[start + position] ?? plain;
    let next = position + 1;
    while (next < visible.length && styles[start + next] === style) next += 1;
    line += style(visible.slice(position, next));
    position = next;
  }
  return line;
}
