import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { projectFolder } from '../../platform/paths.ts';
import { writeAtomically } from '../../platform/write-atomically.ts';
import { shellWord } from '../../core/shell-quote.ts';
import { labsCommand } from '../../model/labs-command.ts';

/** What starts the labs command. */
export interface LabsProgram {
  /** Node.js, as an absolute path. */
  readonly node: string;
  /** The script that it runs, as an absolute path. */
  readonly script: string;
}

/** This very command. */
const thisProgram: LabsProgram = { node: process.execPath, script: path.join(projectFolder, 'bin', 'labs.mjs') };

/**
 * Puts `labs` into a folder that a learner has on PATH. `npx labs` does the same after two seconds in which npm starts,
 * which is long for a command that a guide calls dozens of times. A launcher that names another program is replaced, so
 * a project that was moved is found again after its next `up`.
 *
 * @returns the launcher's path
 */
export async function writeLauncher(bin: string, program: LabsProgram = thisProgram): Promise<string> {
  const file = path.join(bin, 'labs');
  const script = scriptFor(program);
  if ((await readFile(file, 'utf8').catch(() => undefined)) === script) return file;
  // A terminal may be running the one that is there.
  await writeAtomically(file, script, { mode: 0o755 });
  return file;
}

const scriptFor = ({ node, script }: LabsProgram): string => {
  const moved =
    `The labs command is not where it was: ${node} or ${script} is gone. ` +
    `Run this once in the project's folder: ${labsCommand('up', 'LAB', 'local')}`;
  return `#!/bin/sh
if [ -x ${shellWord(node)} ] && [ -f ${shellWord(script)} ]; then
  exec ${shellWord(node)} ${shellWord(script)} "$@"
fi
printf '%s\\n' ${shellWord(moved)} >&2
exit 3
`;
};
