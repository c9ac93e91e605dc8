import stringWidth from 'string-width';

/** The most columns of a comment's line, without its indentation. */
const columns = 96;

/** Lines of a comment. Between Japanese characters a line may break anywhere. */
export function wrapComment(text: string): readonly string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = [];
    let line = '';
    // Words with the space after them, or single wide characters.
    for (const piece of paragraph.match(/[\u3000-\u9fff\uff00-\uffef]|[^\s\u3000-\u9fff\uff00-\uffef]+\s*|\s+/g) ??
      []) {
      // No line begins with the end of a sentence.
      const stays = /^[、。）」]/.test(piece);
      if (line !== '' && !stays && stringWidth(line + piece.trimEnd()) > columns) {
        lines.push(line.trimEnd());
        line = '';
      }
      line += piece;
    }
    return [...lines, line.trimEnd()];
  });
}
