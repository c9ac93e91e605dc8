/** The most columns of a comment's line, without its indentation. */
const columns = 96;

/** Characters that take two columns, and between which a line may break anywhere. */
const wide = /[\u3000-\u9fff\uff00-\uffef]/;

/** Words with the space after them, or single wide characters. */
const pieces = /[\u3000-\u9fff\uff00-\uffef]|[^\s\u3000-\u9fff\uff00-\uffef]+\s*|\s+/g;

/** Columns that a piece takes. Comments have only these two kinds of characters. */
const widthOf = (piece: string): number => (wide.test(piece) ? 2 : piece.length);

/** Lines of a comment. */
export function wrapComment(text: string): readonly string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = [];
    let line = '';
    let width = 0;
    for (const piece of paragraph.match(pieces) ?? []) {
      // No line begins with the end of a sentence.
      const stays = /^[、。）」]/.test(piece);
      if (line !== '' && !stays && width + widthOf(piece.trimEnd()) > columns) {
        lines.push(line.trimEnd());
        line = '';
        width = 0;
      }
      line += piece;
      width += widthOf(piece);
    }
    return [...lines, line.trimEnd()];
  });
}
