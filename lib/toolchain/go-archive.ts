import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { openPromise } from 'yauzl';
import { ContentHash } from './content-hash.ts';
import { largestToolchain } from './go-release.ts';

/** Folders of Go's own archive that its module lacks, and that no build reads. */
const left = new Set(['api', 'doc', 'misc', 'test']);

/**
 * Unpacks a Go toolchain and hashes its content.
 *
 * @param file the zip of module `golang.org/toolchain`, or Go's own `.tar.gz`
 * @param folder becomes GOROOT
 * @returns the hash that `go-release.ts` pins; until it was compared, nothing in the folder may be run
 * @throws Error when the file is no such archive, or broken
 */
export async function unpackGo(file: string, folder: string, signal: AbortSignal): Promise<string> {
  const hash = new ContentHash();
  const made = new Set<string>();
  let size = 0;
  const put = async (name: string, content: Buffer): Promise<void> => {
    signal.throwIfAborted();
    const relative = belowRoot(name);
    if (relative === undefined) return;
    if ((size += content.length) > largestToolchain) throw new Error('it is larger than a Go toolchain');
    hash.add(relative, createHash('sha256').update(content).digest('hex'));
    const target = path.join(folder, relative);
    if (!made.has(path.dirname(target))) await mkdir(path.dirname(target), { recursive: true });
    made.add(path.dirname(target));
    await writeFile(target, content, { mode: isProgram(relative) ? 0o755 : 0o644 });
  };
  await (file.endsWith('.zip') ? readZip(file, put) : readTar(file, put));
  return hash.hex;
}

/** Zips of modules carry no modes: programs are what Go's own archive has as such, as far as a build runs them. */
const isProgram = (relative: string): boolean => /^(bin|pkg\/tool)\//.test(relative);

/**
 * The path below GOROOT; undefined for what is not unpacked.
 *
 * @throws Error for a path that leads elsewhere
 */
function belowRoot(name: string): string | undefined {
  const parts = name.split('/');
  // `golang.org/toolchain@v0.0.1-go….linux-amd64/` in the module, `go/` in the archive.
  const relative = parts.slice(parts[0] === 'golang.org' ? 2 : 1);
  if (name.includes('\\') || parts.some((part) => part === '' || part === '.' || part === '..')) {
    throw new Error(`it has a file with the path '${name}'`);
  }
  if (relative.length === 0 || left.has(relative[0]!)) return undefined;
  // A module may not contain another, so its zip has go.mod under another name.
  if (relative.at(-1) === '_go.mod') relative[relative.length - 1] = 'go.mod';
  return relative.join('/');
}

type Put = (name: string, content: Buffer) => Promise<void>;

async function readZip(file: string, put: Put): Promise<void> {
  const zip = await openPromise(file, { lazyEntries: true, autoClose: false });
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith('/')) continue;
      if (entry.uncompressedSize > largestToolchain) throw new Error('it is larger than a Go toolchain');
      await put(entry.fileName, await contentOf(await zip.openReadStreamPromise(entry)));
    }
  } finally {
    zip.close();
  }
}

async function readTar(file: string, put: Put): Promise<void> {
  const entries = extract();
  const source = createReadStream(file);
  const unzipped = source.pipe(createGunzip());
  source.on('error', (error) => unzipped.destroy(error));
  unzipped.on('error', (error) => entries.destroy(error));
  unzipped.pipe(entries);
  for await (const entry of entries) {
    const { name, type, size } = entry.header;
    if (type === 'directory') {
      entry.resume();
      continue;
    }
    if (type !== 'file') throw new Error(`it has a ${type} with the path '${name}'`);
    if (size > largestToolchain) throw new Error('it is larger than a Go toolchain');
    await put(name, await contentOf(entry));
  }
}

async function contentOf(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
