import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { UsageError } from '../core/errors.ts';
import type { Step } from '../core/step.ts';
import { partial, removePartials } from '../platform/partials.ts';
import type { KubernetesVersionName } from '../catalog/versions.ts';
import { build } from './build.ts';
import { sha256Of } from './download.ts';
import { localModules, releaseName, type LocalModule } from './local-modules.ts';
import { archiveSuffix, writeArchive } from './pack-archive.ts';
import { indexFile, parseIndex, type PackArchive, type PackIndex } from './pack-index.ts';
import type { Platform } from './platforms.ts';
import { megabytes } from './transfer.ts';

/** Name of the list of hashes, for `sha256sum --check`. */
export const checksumFile = 'SHA256SUMS';

/** What goes into a pack. */
export interface PackContents {
  readonly platforms: readonly Platform[];
  readonly versions: readonly KubernetesVersionName[];
}

/** The steps of making a pack, and its index's hash once they are done. */
export interface PackPlan {
  readonly steps: readonly Step[];
  digest(): string;
}

/**
 * Plans a pack: builds what is not in the cache, for other platforms too, and writes archives, their hashes and an index.
 *
 * @param output the folder; it may be missing, empty, or hold a pack, which is replaced
 * @throws UsageError when something else is in it
 */
export async function planPack(contents: PackContents, output: string, cache: string): Promise<PackPlan> {
  const old = await filesOfPack(output);
  const archives: PackArchive[] = [];
  let digest = '';
  const steps: Step[] = [];
  for (const platform of contents.platforms) {
    for (const local of await localModules(platform, contents.versions)) {
      steps.push(archiveStep(local, platform, output, cache, archives));
    }
  }
  steps.push({
    title: { ja: `${indexFile} と ${checksumFile} を書く`, en: `Write ${indexFile} and ${checksumFile}` },
    run: async () => {
      digest = await writeIndex(archives, output);
      const written = new Set([indexFile, checksumFile, ...archives.map(({ file }) => file)]);
      for (const file of old) if (!written.has(file)) await rm(path.join(output, file), { force: true });
      const size = archives.reduce((sum, archive) => sum + archive.size, 0);
      return `${archives.length} × ${archiveSuffix}, ${megabytes(size)}`;
    },
  });
  return { steps, digest: () => digest };
}

/** The files of the pack that is in a folder already. */
async function filesOfPack(output: string): Promise<readonly string[]> {
  const there = await readdir(output).catch(() => []);
  const relevant = there.filter((name) => !name.endsWith(partial));
  if (relevant.length === 0) return [];
  if (!relevant.includes(indexFile)) {
    // An attempt that was interrupted has archives, and no index yet.
    if (relevant.every((name) => name.endsWith(archiveSuffix))) return relevant;
    throw new UsageError({
      ja: `${output} には、パックでないものがあります。空のフォルダーか、前に作ったパックのフォルダーを --output に指定してください。`,
      en: `${output} holds something that is no pack. Give --output an empty folder, or one with an earlier pack.`,
    });
  }
  const { archives } = parseIndex(await readFile(path.join(output, indexFile), 'utf8'), path.join(output, indexFile));
  return archives.map(({ file }) => file);
}

function archiveStep(
  { module, name, versions }: LocalModule,
  platform: Platform,
  output: string,
  cache: string,
  archives: PackArchive[],
): Step {
  const programs = Object.keys(module.programs).sort();
  const what = `${programs.join(', ')} (${platform.name})`;
  return {
    title: { ja: `パック: ${what}`, en: `Pack ${what}` },
    run: async (report, signal) => {
      const folder = await build(module, cache, report, signal, platform);
      report({ ja: '圧縮しています', en: 'compressing' });
      await mkdir(output, { recursive: true });
      await removePartials(output);
      const file = `${name}-${platform.name}${archiveSuffix}`;
      const target = path.join(output, file);
      try {
        await writeArchive(folder, programs, target + partial, signal);
        await rename(target + partial, target);
      } finally {
        await rm(target + partial, { force: true });
      }
      const { size } = await stat(target);
      const sizes = await Promise.all(programs.map(async (each) => (await stat(path.join(folder, each))).size));
      archives.push({
        platform: platform.name,
        name,
        programs,
        kubernetes: [...versions],
        file,
        size,
        unpackedSize: sizes.reduce((sum, each) => sum + each, 0),
        sha256: await sha256Of(createReadStream(target)),
      });
      return megabytes(size);
    },
  };
}

/** Writes what describes a pack; the index last, which makes it one. Returns the index's hash. */
async function writeIndex(archives: readonly PackArchive[], output: string): Promise<string> {
  const sorted = archives.toSorted((a, b) => (a.file < b.file ? -1 : 1));
  const index: PackIndex = { schemaVersion: 1, release: await releaseName(), archives: sorted };
  const text = JSON.stringify(index, undefined, 2) + '\n';
  const digest = createHash('sha256').update(text).digest('hex');
  const lines = [...sorted.map(({ sha256, file }) => `${sha256}  ${file}`), `${digest}  ${indexFile}`];
  await writeFile(path.join(output, checksumFile), lines.join('\n') + '\n');
  await writeFile(path.join(output, indexFile + partial), text);
  await rename(path.join(output, indexFile + partial), path.join(output, indexFile));
  return digest;
}
