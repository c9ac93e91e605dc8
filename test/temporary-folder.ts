import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A folder that its user removes. Its name holds a space, as the folders for data and caches do on some systems. */
export async function temporaryFolder(purpose: string): Promise<string> {
  return realpath(await mkdtemp(path.join(tmpdir(), `labs ${purpose}-`)));
}

/** Removes a folder and all that is in it. */
export const removeFolder = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true, maxRetries: 3 });
