import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * A file of this project by its path from the root. It is looked for in the folders above this code, so that it is found
 * from the source and from the bundles in `node_modules/.cache` (of `cdk.json` and of `lib/platform/load.mjs`) alike, and from any
 * working folder.
 */
export function projectFile(relative: string): string {
  // A CommonJS bundle has `__filename` and no `import.meta.url`; a module has it the other way round.
  const here = typeof __filename === 'string' ? __filename : fileURLToPath(import.meta.url);
  for (let folder = path.dirname(here); folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const file = path.join(folder, relative);
    if (existsSync(file)) return file;
  }
  throw new Error(`The project has no file ${relative} in a folder above ${here}.`);
}
