import { once } from 'node:events';
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { constants, createGunzip, createGzip, type Gzip } from 'node:zlib';
import { codeOf, UsageError } from '../core/errors.ts';
import type { FrameQueue } from '../log/frame-queue.ts';
import { endLine, headerOf, lineOf, parseRecording, type Recording, type RecordingHeader } from '../log/recording.ts';

/** Largest text of a recording that is read, in bytes: a hundred times what a lab makes. */
const largest = 512 * 1024 * 1024;

/** How much of a recording is lost at most when this process is killed, in milliseconds. */
const flushInterval = 10_000;

/**
 * Writes a recording to a file, compressed with gzip: browsers can unpack that by themselves. What is there already of it
 * can be read while it is being written.
 */
export class RecordingFile {
  readonly #file: WriteStream;
  readonly #gzip: Gzip;
  /** When what was written so far was given to the file. */
  #flushed = performance.now();
  #failure: Error | undefined;
  #frames = 0;

  private constructor(file: WriteStream) {
    this.#file = file;
    this.#gzip = createGzip({ level: constants.Z_BEST_COMPRESSION });
    this.#gzip.pipe(file);
    file.on('error', (error) => {
      this.#failure = error;
      this.#gzip.destroy();
    });
  }

  /**
   * Makes the file, or empties it.
   *
   * @throws UsageError when the path is a folder, or in one that is not there
   */
  static async create(file: string): Promise<RecordingFile> {
    const handle = await open(file, 'w').catch((error: unknown) => {
      const code = codeOf(error);
      if (code === 'EISDIR')
        throw new UsageError({
          ja: `${file} はフォルダーです。--recording には、書き込むファイルを指定してください（例: ${path.join(file, 'lab.rec.gz')}）。`,
          en: `${file} is a folder. Give --recording the file to write, for example ${path.join(file, 'lab.rec.gz')}.`,
        });
      if (code === 'ENOENT' || code === 'ENOTDIR')
        throw new UsageError({
          ja: `フォルダー ${path.dirname(file)} がありません。作成するか、--recording に別のファイルを指定してください。`,
          en: `There is no folder ${path.dirname(file)}. Make it, or give --recording another file.`,
        });
      throw error;
    });
    return new RecordingFile(createWriteStream(file, { fd: handle }));
  }

  /** Writes the header, then all frames of a queue until it ends. */
  async write(facts: Omit<RecordingHeader, 'format' | 'version'>, queue: FrameQueue): Promise<void> {
    await this.#add(lineOf(headerOf(facts)));
    while (await queue.wait()) {
      const { frames } = queue.take();
      this.#frames += frames.length;
      await this.#add(frames.map(lineOf).join(''));
      this.#flush();
    }
  }

  /** Ends the recording. Returns its size in bytes, and how many frames are in it. */
  async end(): Promise<{ readonly bytes: number; readonly frames: number }> {
    await this.#add(endLine(this.#frames));
    return this.close();
  }

  /** Closes the file without the recording's end: it counts as incomplete. */
  async close(): Promise<{ readonly bytes: number; readonly frames: number }> {
    if (this.#failure === undefined) {
      this.#gzip.end();
      if (!this.#file.closed) await once(this.#file, 'close');
    }
    return { bytes: this.#file.bytesWritten, frames: this.#frames };
  }

  /** Not after each frame: what is compressed together is smaller. */
  #flush(): void {
    if (performance.now() - this.#flushed < flushInterval) return;
    this.#flushed = performance.now();
    this.#gzip.flush(constants.Z_SYNC_FLUSH);
  }

  async #add(text: string): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (!this.#gzip.write(text)) await once(this.#gzip, 'drain');
  }
}

/**
 * Reads a recording from a file. One whose end is missing is read up to there.
 *
 * @throws UsageError when there is no such file, or when it is no recording, of another version, or damaged
 */
export async function readRecording(file: string): Promise<Recording> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Without the flush, a truncated file would be an error, and all of it lost.
  const unpacked = createReadStream(file)
    .on('error', (error) => unpacked.destroy(error))
    .pipe(createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }));
  try {
    for await (const chunk of unpacked) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (size > largest)
        throw new UsageError({
          ja: `${file} は展開すると ${largest / 1024 ** 2} MB を超えます。記録ではありません。`,
          en: `${file} unpacks to more than ${largest / 1024 ** 2} MB, so it is not a recording.`,
        });
    }
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT')
      throw new UsageError({ ja: `ファイル ${file} がありません。`, en: `There is no file ${file}.` });
    // Damaged: what came before the damage is read, and said to be incomplete. At its beginning it is no gzip at all.
    if (code !== 'Z_BUF_ERROR' && code !== 'Z_DATA_ERROR') throw error;
  }
  return parseRecording(Buffer.concat(chunks).toString('utf8'), path.basename(file));
}
