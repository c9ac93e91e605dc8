import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Report } from '../core/step.ts';
import { build, buildFolder } from './build.ts';
import { localModules, type LocalModule } from './local-modules.ts';
import type { PackIndex } from './pack-index.ts';
import { archiveOf, bringArchive, packSource, readIndex, type PackSource } from './pack-source.ts';
import { thisPlatform } from './platforms.ts';
import { makeProgramFolder } from './program-folder.ts';
import type { ToolModule } from './tool-modules.ts';

/**
 * Installs programs in the cache: from the packs that `LABS_PROGRAMS` names or this project publishes, or else built.
 * Packs have the programs of target local; others are always built. Use one for each run of a command: it reads the packs'
 * index and the modules' hashes once.
 */
export class ProgramInstaller {
  readonly #cache: string;
  #source: Promise<PackSource | undefined> | undefined;
  #index: Promise<PackIndex> | undefined;
  #packed: Promise<readonly LocalModule[]> | undefined;

  /** @param cache folder of all programs */
  constructor(cache: string) {
    this.#cache = cache;
  }

  /**
   * The packs that programs come from; undefined when all are built.
   *
   * @throws UsageError when `LABS_PROGRAMS` is no folder and no address
   */
  source(): Promise<PackSource | undefined> {
    return (this.#source ??= packSource());
  }

  /**
   * Installs a module's programs unless they are in the cache, and returns their folder.
   *
   * @throws UsageError when `LABS_PROGRAMS` is no folder and no address
   * @throws ExternalError when they can be neither fetched nor built
   */
  async install(module: ToolModule, report: Report, signal: AbortSignal): Promise<string> {
    const folder = await buildFolder(module, this.#cache);
    if (existsSync(folder)) return folder;
    const source = await this.source();
    const packed = (await this.#packedModules()).find(({ name }) => name === path.basename(folder));
    if (source === undefined || packed === undefined) return build(module, this.#cache, report, signal);
    await makeProgramFolder(folder, report, signal, async (unfinished) => {
      const index = await (this.#index ??= readIndex(source, signal));
      const archive = await archiveOf(packed, index, source);
      await bringArchive(archive, source, this.#cache, unfinished, report, signal);
    });
    return folder;
  }

  #packedModules(): Promise<readonly LocalModule[]> {
    return (this.#packed ??= localModules(thisPlatform()));
  }
}
