import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from '@jest/globals';
import { removeFolder } from './temporary-folder.ts';

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await removeFolder(folder);
});

/** A folder for an app's templates, which goes when the tests of the file are done. One that the CDK makes would stay. */
export function assemblyFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'labs assembly-'));
  folders.push(folder);
  return folder;
}
