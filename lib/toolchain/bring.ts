import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Report } from '../core/step.ts';
import { build, buildFolder } from './build.ts';
import { localModules } from './local-modules.ts';
import { archiveOf, bringArchive, packSource, readIndex } from './pack-source.ts';
import { thisPlatform } from './platforms.ts';
import { makeProgramFolder } from './program-folder.ts';
import type { ToolModule } from './tool-modules.ts';

/**
 * Brings a module's programs into the cache unless they are there, and returns their folder: from the packs that
 * `LABS_PROGRAMS` names or this project publishes, or else built. Packs have the programs of target local; others are
 * always built.
 *
 * @throws UsageError when `LABS_PROGRAMS` is no folder and no address
 * @throws ExternalError when they can't be had
 */
export async function bring(module: ToolModule, cache: string, report: Report, signal: AbortSignal): Promise<string> {
  const folder = await buildFolder(module, cache);
  if (existsSync(folder)) return folder;
  const source = await packSource();
  const modules = await localModules(thisPlatform());
  const packed = modules.find(({ name }) => name === path.basename(folder));
  if (source === undefined || packed === undefined) return build(module, cache, report, signal);
  await makeProgramFolder(folder, report, signal, async (unfinished) => {
    const index = await readIndex(source, signal);
    const archive = await archiveOf(packed, index, source);
    await bringArchive(archive, source, cache, unfinished, report, signal);
  });
  return folder;
}
