import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, copyFile, link, mkdir, readFile, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { environmentOf } from '../../platform/program-environment.ts';
import { withLock } from '../../platform/lock.ts';
import type { Report } from '../../core/step.ts';
import { programsIn } from '../../toolchain/program-folder.ts';
import { partial, removePartials } from '../../platform/partials.ts';

/** A container image of one layer, from scratch. */
export interface ImageRecipe {
  /** Full name with tag, for example `registry.k8s.io/pause:3.10.2`. */
  readonly name: string;
  /** Files of this machine by their path in the image. */
  readonly files: Readonly<Record<string, string>>;
  /** Symbolic links by their path in the image. @default none */
  readonly links?: Readonly<Record<string, string>>;
  /** Empty folders that anyone may write to, as in `/tmp`. @default none */
  readonly writableFolders?: readonly string[];
  /** Small files by their path in the image. @default none */
  readonly texts?: Readonly<Record<string, string>>;
  /** @default none: the pod's command says it all */
  readonly entrypoint?: readonly string[];
  /** @default none */
  readonly command?: readonly string[];
}

/**
 * The archive of an image, or where it will be. Its name changes with everything that changes the image: built programs
 * are known by their folder's name, all else by content.
 */
async function archiveOf(recipe: ImageRecipe, cache: string): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([recipe, process.arch]));
  for (const file of Object.values(recipe.files)) {
    if (!file.startsWith(programsIn(cache))) hash.update(await readFile(file));
  }
  const short = path.basename(recipe.name).replace(':', '-');
  return path.join(cache, 'images', `${short}-${hash.digest('hex').slice(0, 12)}.tar`);
}

/**
 * Writes the images that are not there yet, as docker archives, and returns all their files.
 * Each appears in one rename, so an interrupted run leaves nothing half-made.
 */
export async function buildImages(
  recipes: readonly ImageRecipe[],
  cache: string,
  report: Report,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const archives: Record<string, string> = {};
  for (const recipe of recipes) archives[recipe.name] = await archiveOf(recipe, cache);
  if (Object.values(archives).every((archive) => existsSync(archive))) return archives;

  const folder = path.join(cache, 'images');
  await withLock(
    folder,
    () =>
      report({
        ja: 'ほかのイメージを作成中です。終わるのを待っています',
        en: 'other images are being built: waiting for them',
      }),
    signal,
    async () => {
      await removePartials(folder);
      for (const recipe of recipes) {
        const archive = archives[recipe.name]!;
        if (existsSync(archive)) continue;
        signal.throwIfAborted();
        report(recipe.name);
        await writeArchive(recipe, archive, signal);
      }
    },
  );
  return archives;
}

async function writeArchive(recipe: ImageRecipe, archive: string, signal: AbortSignal): Promise<void> {
  const work = archive + partial;
  const root = path.join(work, 'root');
  try {
    await fillRoot(recipe, root);
    await tar(path.join(work, 'layer.tar'), root, ['.'], signal);
    const digest = createHash('sha256')
      .update(await readFile(path.join(work, 'layer.tar')))
      .digest('hex');
    const config = JSON.stringify(imageConfig(recipe, digest));
    const manifest = [{ Config: 'config.json', RepoTags: [recipe.name], Layers: ['layer.tar'] }];
    await writeFile(path.join(work, 'config.json'), config);
    await writeFile(path.join(work, 'manifest.json'), JSON.stringify(manifest));
    await tar(path.join(work, 'image.tar'), work, ['manifest.json', 'config.json', 'layer.tar'], signal);
    await rename(path.join(work, 'image.tar'), archive);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function fillRoot(recipe: ImageRecipe, root: string): Promise<void> {
  const inRoot = async (name: string): Promise<string> => {
    const file = path.join(root, name);
    await mkdir(path.dirname(file), { recursive: true, mode: 0o755 });
    return file;
  };
  await mkdir(root, { recursive: true });
  for (const [to, from] of Object.entries(recipe.files)) await linkOrCopy(from, await inRoot(to));
  for (const [to, target] of Object.entries(recipe.links ?? {})) await symlink(target, await inRoot(to));
  for (const [to, text] of Object.entries(recipe.texts ?? {})) await writeFile(await inRoot(to), text);
  for (const folder of recipe.writableFolders ?? []) {
    await mkdir(await inRoot(folder), { recursive: true });
    await chmod(path.join(root, folder), 0o1777);
  }
}

/** A second name costs nothing; between two file systems it has to be a copy. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  const file = await realpath(from);
  await link(file, to).catch(() => copyFile(file, to));
}

const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

const imageConfig = (recipe: ImageRecipe, layerDigest: string) => ({
  architecture: architectures[process.arch] ?? process.arch,
  os: 'linux',
  config: {
    Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    ...(recipe.entrypoint === undefined ? {} : { Entrypoint: recipe.entrypoint }),
    ...(recipe.command === undefined ? {} : { Cmd: recipe.command }),
  },
  rootfs: { type: 'layers', diff_ids: [`sha256:${layerDigest}`] },
  history: [{ created_by: 'kubernetes-textbook-labs' }],
});

/** Writes an archive: the same files give the same bytes, independent of the user and the time. */
const tar = (archive: string, folder: string, names: readonly string[], signal: AbortSignal) =>
  execa(
    'tar',
    [
      '--create',
      '--sort=name',
      '--mtime=@0',
      '--owner=0',
      '--group=0',
      '--numeric-owner',
      '--file',
      archive,
      '--directory',
      folder,
      ...names,
    ],
    { ...environmentOf('system'), cancelSignal: signal },
  );
