import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chown, lchown, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { environmentOf } from './program-environment.ts';

/** The person behind `sudo`, whose files stay theirs. */
export interface SudoUser {
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/** Who called `sudo`; undefined when nobody did, or root did. */
export function sudoUser(env: NodeJS.ProcessEnv = process.env, users = '/etc/passwd'): SudoUser | undefined {
  const { SUDO_UID: uid = '0', SUDO_GID: gid = '0' } = env;
  if (process.getuid?.() !== 0 || !/^[1-9]\d*$/.test(uid) || !/^\d+$/.test(gid)) return undefined;
  const home = homeOf(uid, readFileSync(users, 'utf8')) ?? homeInDirectory(uid);
  return home === undefined || home === '' ? undefined : { uid: Number(uid), gid: Number(gid), home };
}

/** The home folder that a list of users, in the format of passwd(5), gives a user. */
const homeOf = (uid: string, users: string): string | undefined =>
  users
    .split('\n')
    .map((line) => line.split(':'))
    .find(([, , id]) => id === uid)?.[5];

/** Users that were asked for in {@link homeInDirectory}. */
const asked = new Map<string, string | undefined>();

/** The home folder of a user who is in a company's directory, not in the file; undefined where nobody knows. */
function homeInDirectory(uid: string): string | undefined {
  if (!asked.has(uid)) {
    const { error, stdout } = spawnSync('getent', ['passwd', uid], {
      ...environmentOf('system'),
      encoding: 'utf8',
      timeout: 5_000,
    });
    // macOS has no getent, and no target there that needs root.
    asked.set(uid, error === undefined ? homeOf(uid, stdout) : undefined);
  }
  return asked.get(uid);
}

/** Whether the person types `sudo` before a command that needs root. */
export const usesSudo = (): boolean => process.getuid?.() !== 0 || sudoUser() !== undefined;

/** Makes a folder, with those above it that are missing, and gives what it made to the user behind sudo. */
export async function makeFolder(folder: string, mode = 0o755): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode });
  const who = sudoUser();
  if (first === undefined || who === undefined) return;
  for (let each = folder; each.startsWith(first); each = path.dirname(each)) await chown(each, who.uid, who.gid);
}

/**
 * Gives a file or folder to the user behind sudo.
 *
 * @param recursive whether all that is in it goes along
 */
export async function giveToSudoUser(file: string, recursive = true): Promise<void> {
  const who = sudoUser();
  if (who === undefined) return;
  await lchown(file, who.uid, who.gid);
  if (!recursive) return;
  // A link is given, not what it leads to.
  for (const name of await readdir(file, { recursive: true })) await lchown(path.join(file, name), who.uid, who.gid);
}
