import LineBreaker from 'linebreak';
import stringWidth from 'string-width';

/** Puts a terminal's attributes around a text. */
export type Style = (text: string) => string;

/** A piece of text in one style. */
export interface Span {
  readonly text: string;
  readonly style: Style;
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
  const { text, styles } = joined(spans);
  const lines: string[] = [];
  let start = 0;
  let end = 0;
  const finish = () => {
    lines.push(styled(text, styles, start, end));
    start = end;
  };
  for (const piece of piecesOf(text, width)) {
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

/** The pieces that no line break may divide. */
function piecesOf(text: string, width: number): readonly Piece[] {
  const pieces: Piece[] = [];
  const breaker = new LineBreaker(text);
  let start = 0;
  // A terminal makes an address a link only if it stands on one line.
  const addresses = [...text.matchAll(/https?:\/\/[!-'*-~]+/g)];
  const isWithinAddress = (position: number) =>
    addresses.some(({ index, 0: address }) => position > index && position < index + address.length);
  for (let found = breaker.nextBreak(); found !== null; found = breaker.nextBreak()) {
    if (isWithinAddress(found.position)) continue;
    const isLast = found.position === text.length || text.charAt(found.position - 1) === hardBreak;
    for (const end of cutsOf(text.slice(start, found.position), width))
      pieces.push({ end: start + end, isLast: false });
    pieces.push({ end: found.position, isLast });
    start = found.position;
  }
  return pieces;
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

/** One text, with a style for each of its characters. */
function joined(spans: readonly Span[]): { readonly text: string; readonly styles: readonly Style[] } {
  const source = spans.map((span) => span.text).join('');
  const sourceStyles = spans.flatMap((span) => Array.from({ length: span.text.length }, () => span.style));
  const seams = [...source.matchAll(seamlessBreak)].map((match) => match.index);
  let text = '';
  const styles: Style[] = [];
  let position = 0;
  const copyTo = (end: number) => {
    text += source.slice(position, end);
    styles.push(...sourceStyles.slice(position, end));
  };
  for (const match of source.matchAll(softBreak)) {
    copyTo(match.index);
    position = match.index + match[0].length;
    if (seams.includes(match.index)) continue;
    text += ' ';
    styles.push(plain);
  }
  copyTo(source.length);
  return { text, styles };
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
