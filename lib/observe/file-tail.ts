import { open, stat, type FileHandle } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** How often a file is looked at, in milliseconds. */
const pause = 100;

/** How much is read at once, in bytes. */
const chunkSize = 256 * 1024;

/** Longest line that is read, in bytes. The API server takes no request above 3 MB; audit events hold it twice. */
const longestLine = 8 * 1024 * 1024;

/** Options of {@link followFile}. */
export interface FollowOptions {
  /** Told each whole line that is added. */
  readonly onLine: (line: string) => void;
  /** Told when the file can be read, and when it can't. */
  readonly onLive?: (live: boolean) => void;
  readonly signal: AbortSignal;
}

/**
 * Follows a log from its present end, through rotation and truncation, until it is aborted. A file that is not there is
 * waited for, and read from its beginning then.
 */
export async function followFile(
  file: string,
  { onLine, onLive = () => undefined, signal }: FollowOptions,
): Promise<void> {
  const lines = new Lines(onLine);
  let live: boolean | undefined;
  const setLive = (now: boolean): void => {
    if (now !== live) onLive((live = now));
  };
  let current = await openAt(file, 'end');
  try {
    while (!signal.aborted) {
      current ??= await openAt(file, 'beginning');
      setLive(current !== undefined);
      if (current !== undefined) {
        const there = await stat(file).catch(() => undefined);
        if (there?.ino === current.inode && there.size < current.position) {
          current.position = 0;
          lines.forget();
        }
        // What was still written to a file that was rotated away counts, too.
        if (there?.size !== current.position || there.ino !== current.inode) await readOn(current, lines);
        if (there?.ino !== current.inode) {
          await current.handle.close();
          lines.forget();
          current = undefined;
          if (there !== undefined) continue;
        }
      }
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
    if (current !== undefined) await readOn(current, lines);
  } finally {
    await current?.handle.close();
  }
}

/** A file that is being read. */
interface OpenFile {
  readonly handle: FileHandle;
  readonly inode: number;
  /** Offset of the first byte that was not read. */
  position: number;
}

async function openAt(file: string, place: 'beginning' | 'end'): Promise<OpenFile | undefined> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (handle === undefined) return undefined;
  const { ino, size } = await handle.stat();
  return { handle, inode: ino, position: place === 'end' ? size : 0 };
}

async function readOn(file: OpenFile, lines: Lines): Promise<void> {
  const buffer = Buffer.allocUnsafe(chunkSize);
  for (;;) {
    const { bytesRead } = await file.handle.read(buffer, 0, chunkSize, file.position);
    if (bytesRead === 0) return;
    file.position += bytesRead;
    lines.add(buffer.subarray(0, bytesRead));
  }
}

const newline = 0x0a;

/** Puts chunks of bytes together to lines. A line that is too long is left out. */
class Lines {
  readonly #onLine: (line: string) => void;
  #rest: Buffer[] = [];
  #size = 0;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  add(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      this.#keep(chunk.subarray(start, end));
      if (this.#size <= longestLine) this.#onLine(Buffer.concat(this.#rest).toString('utf8'));
      this.forget();
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
  }

  /** What came of a line so far is no beginning of what comes next. */
  forget(): void {
    [this.#rest, this.#size] = [[], 0];
  }

  #keep(part: Buffer): void {
    this.#size += part.length;
    // Copied: the buffer is used again.
    if (this.#size <= longestLine) this.#rest.push(Buffer.from(part));
    else this.#rest = [];
  }
}
