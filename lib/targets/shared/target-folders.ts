import path from 'node:path';
import type { TargetName } from '../../core/target-name.ts';
import { cacheFolder, dataFolder } from '../../platform/paths.ts';

/** Folders of a target that runs environments on this machine. */
export interface TargetFolders {
  /** Where programs and images are kept. @default the user's cache folder */
  readonly cache?: string;
  /** Where running environments keep their state. @default the user's data folder */
  readonly data?: string;
}

/** The folder of a target's programs, and the folder of its environments. */
export const foldersOf = (target: TargetName, { cache = cacheFolder, data = dataFolder }: TargetFolders) => ({
  cache,
  root: path.join(data, target),
});
