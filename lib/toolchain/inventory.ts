import { existsSync } from 'node:fs';
import { lstat, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { withLock, waitingForAnother } from '../platform/lock.ts';
import { partial } from '../platform/partials.ts';
import type { Report } from '../core/step.ts';
import { kubernetesVersions, type KubernetesVersionName } from '../catalog/versions.ts';
import { buildFolder } from './build.ts';
import { goFolder } from './go-toolchain.ts';
import { nodeModules } from './node-modules.ts';
import { originFile } from './pack-source.ts';
import { platforms, thisPlatform, type Platform } from './platforms.ts';
import { downloadsIn, programsIn } from './program-folder.ts';
import { toolModules, type ToolModule } from './tool-modules.ts';

/** Programs of one module for one platform. */
export interface InventoryRow {
  readonly programs: readonly string[];
  readonly platform: string;
  readonly kubernetes: readonly KubernetesVersionName[];
  /** Targets that run them. */
  readonly targets: readonly ('local' | 'linux')[];
  readonly folder: string;
  /** Bytes on the disk; undefined when they are not there. */
  readonly size?: number;
  /** `built`, or the pack that they came from; undefined when they are not there. */
  readonly from?: string;
}

/** What this release uses: all for this machine, and what is in the cache for others. */
export async function inventory(cache: string): Promise<readonly InventoryRow[]> {
  const rows: InventoryRow[] = [];
  for (const platform of platforms.toSorted((a, b) => Number(isThis(b)) - Number(isThis(a)))) {
    for (const [folder, { module, versions, targets }] of await modulesOf(platform, cache)) {
      const there = existsSync(folder);
      if (!there && !isThis(platform)) continue;
      rows.push({
        programs: Object.keys(module.programs),
        platform: platform.name,
        kubernetes: [...versions],
        targets: [...targets],
        folder,
        ...(there ? { size: await sizeOf(folder), from: await originOf(folder) } : {}),
      });
    }
  }
  return rows;
}

const isThis = ({ name }: Platform): boolean => name === thisPlatform().name;

interface ModuleUse {
  readonly module: ToolModule;
  readonly versions: Set<KubernetesVersionName>;
  readonly targets: Set<'local' | 'linux'>;
}

/** The modules of a platform by their folder. Real nodes run on Linux only. */
async function modulesOf(platform: Platform, cache: string): Promise<ReadonlyMap<string, ModuleUse>> {
  const found = new Map<string, ModuleUse>();
  for (const version of kubernetesVersions) {
    const uses = [
      ...toolModules(version).map((module) => ({ module, target: 'local' as const })),
      ...(platform.os === 'linux' ? nodeModules(version) : []).map((module) => ({ module, target: 'linux' as const })),
    ];
    for (const { module, target } of uses) {
      const folder = await buildFolder(module, cache, platform);
      const use = found.get(folder) ?? { module, versions: new Set(), targets: new Set() };
      use.versions.add(version);
      use.targets.add(target);
      found.set(folder, use);
    }
  }
  return found;
}

const originOf = (folder: string): Promise<string> =>
  readFile(path.join(folder, originFile), 'utf8').then(
    (text) => text.trim(),
    () => 'built',
  );

/**
 * Removes from the cache what this release does not use: programs and Go toolchains of others, and what is left of
 * downloads that were not completed.
 *
 * @param all whether to remove everything
 * @returns the bytes that were freed
 */
export async function clean(cache: string, all: boolean, report: Report, signal: AbortSignal): Promise<number> {
  if (!existsSync(cache)) return 0;
  const bin = programsIn(cache);
  return withLock(
    bin,
    () => report(waitingForAnother),
    signal,
    async () => {
      let freed = 0;
      for (const file of all ? await everything(cache) : await unused(cache)) {
        signal.throwIfAborted();
        freed += await sizeOf(file);
        await rm(file, { recursive: true, force: true });
      }
      return freed;
    },
  );
}

/** The folder of the lock stays, with the lock beside it. */
async function everything(cache: string): Promise<readonly string[]> {
  const bin = programsIn(cache);
  const beside = (await readdir(cache)).map((name) => path.join(cache, name)).filter((file) => !file.startsWith(bin));
  return [...beside, ...(await filesIn(bin))];
}

async function unused(cache: string): Promise<readonly string[]> {
  const used = new Set<string>();
  const names = new Set<string>();
  for (const platform of platforms) {
    for (const [folder, { module }] of await modulesOf(platform, cache)) {
      used.add(folder);
      names.add(module.folder);
    }
  }
  // Of others than these modules, such as what was compiled for real nodes, nothing is known here.
  const isOld = (file: string): boolean => {
    const name = path.basename(file);
    return name.endsWith(partial) || (names.has(name.replace(/-[0-9a-f]{12}$/, '')) && !used.has(file));
  };
  const current = new Set(platforms.map((platform) => goFolder(cache, platform)));
  const toolchains = (await filesIn(path.join(cache, 'go'))).filter((file) => !current.has(file));
  return [...(await filesIn(programsIn(cache))).filter(isOld), ...toolchains, ...(await filesIn(downloadsIn(cache)))];
}

const filesIn = (folder: string): Promise<string[]> =>
  readdir(folder).then(
    (names) => names.map((name) => path.join(folder, name)),
    () => [],
  );

/** Bytes of a file, or of all that is in a folder. */
async function sizeOf(file: string): Promise<number> {
  const found = await lstat(file);
  if (!found.isDirectory()) return found.size;
  let size = 0;
  for (const each of await filesIn(file)) size += await sizeOf(each);
  return size;
}
