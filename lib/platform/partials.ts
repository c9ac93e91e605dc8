import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';

/** Ends the name of what is still being made in the cache; a rename takes it off when all is there. */
export const partial = '.partial';

/** Removes what somebody left in a folder who was killed outright while they made it. Call it only under the folder's lock. */
export async function removePartials(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.endsWith(partial)) await rm(path.join(folder, name), { recursive: true, force: true });
  }
}
