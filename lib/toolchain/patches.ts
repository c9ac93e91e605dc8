import { copyFile, lstat, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Patch } from './tool-modules.ts';

/**
 * Copies the Go modules that patches change, changes the copies, and writes a go.mod (with its go.sum) in which they
 * replace the originals, for `go build -modfile`. Go's own cache of modules stays as it is.
 *
 * @param folder where all of that goes; it is made
 * @param source folder of the go.mod and go.sum that are used otherwise
 * @param folderOf finds the source of a Go module
 * @returns the new go.mod
 * @throws Error when what a patch replaces is not there exactly once: after a new pin, look at it again
 */
export async function patchModules(
  patches: readonly Patch[],
  folder: string,
  source: string,
  folderOf: (module: string) => Promise<string>,
): Promise<string> {
  await mkdir(folder);
  let goMod = await readFile(path.join(source, 'go.mod'), 'utf8');
  for (const [index, module] of [...new Set(patches.map((patch) => patch.module))].entries()) {
    const copy = path.join(folder, String(index));
    await copyWritable(await folderOf(module), copy);
    for (const patch of patches.filter((each) => each.module === module)) await apply(patch, copy);
    goMod += `\nreplace ${module} => ${JSON.stringify(copy)}\n`;
  }
  const file = path.join(folder, 'go.mod');
  await writeFile(file, goMod);
  await copyFile(path.join(source, 'go.sum'), path.join(folder, 'go.sum'));
  return file;
}

/** Copies files without the modes of their folders: those in Go's cache can't be written to, nor removed. */
async function copyWritable(from: string, to: string): Promise<void> {
  for (const name of await readdir(from, { recursive: true })) {
    const file = path.join(from, name);
    if (!(await lstat(file)).isFile()) continue;
    await mkdir(path.dirname(path.join(to, name)), { recursive: true });
    await copyFile(file, path.join(to, name));
  }
}

async function apply({ file, from, to }: Patch, folder: string): Promise<void> {
  const changed = path.join(folder, file);
  const parts = (await readFile(changed, 'utf8')).split(from);
  if (parts.length !== 2) {
    throw new Error(`'${from}' stands in ${file} ${parts.length - 1} times, and its patch is for one.`);
  }
  // It may be read-only.
  await rm(changed);
  await writeFile(changed, parts.join(to));
}
