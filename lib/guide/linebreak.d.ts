declare module 'linebreak' {
  /** Finds where a line may be broken (Unicode Standard Annex 14). */
  export default class LineBreaker {
    constructor(text: string);
    /** The next place, as an offset into the text, and whether the line has to be broken there; null after the last. */
    nextBreak(): { readonly position: number; readonly required: boolean } | null;
  }
}
