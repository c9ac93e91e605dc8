import { createHash } from 'node:crypto';

/** Collects the files of a tree, in any order, and hashes them as a `go.sum` does: by content and path, whatever packed them. */
export class ContentHash {
  readonly #files = new Map<string, string>();

  /**
   * @param file path from the root of the tree, with `/`
   * @param sha256 of its content, in hexadecimal
   */
  add(file: string, sha256: string): void {
    this.#files.set(file, sha256);
  }

  /** SHA-256 over a line for each file, sorted by path. */
  get hex(): string {
    const hash = createHash('sha256');
    // By code units, not by a locale.
    const sorted = [...this.#files].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [file, sha256] of sorted) hash.update(`${sha256}  ${file}\n`);
    return hash.digest('hex');
  }
}
