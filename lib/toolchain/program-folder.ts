import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { withLock } from '../platform/lock.ts';
import type { Report } from '../core/step.ts';
import { partial, removePartials } from '../platform/partials.ts';

/** Where the cache has what is being downloaded. */
export const downloadsIn = (cache: string): string => path.join(cache, 'downloads');

/** Where the cache has its programs, a folder for each module. */
export const programsIn = (cache: string): string => path.join(cache, 'bin');

/**
 * Makes a folder of programs unless it is there. Two that make any at once wait for each other. The folder appears in one
 * rename, so an attempt that was interrupted leaves nothing half-made.
 *
 * @param folder in {@link programsIn} of the cache
 * @param fill puts the programs into the folder that it is given
 */
export async function makeProgramFolder(
  folder: string,
  report: Report,
  signal: AbortSignal,
  fill: (unfinished: string) => Promise<void>,
): Promise<void> {
  if (existsSync(folder)) return;
  const bin = path.dirname(folder);
  await withLock(
    bin,
    () =>
      report({
        ja: '別のビルドが進行中です。終わるのを待っています',
        en: 'another build is under way: waiting for it',
      }),
    signal,
    async () => {
      if (existsSync(folder)) return;
      await removePartials(bin);
      const unfinished = folder + partial;
      try {
        await mkdir(unfinished);
        await fill(unfinished);
        await rename(unfinished, folder);
      } finally {
        await rm(unfinished, { recursive: true, force: true });
      }
    },
  );
}
