import { readFileSync } from 'node:fs';
import { chown, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';

/** The person behind `sudo`, whose files stay theirs. */
export interface Caller {
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/** Who called `sudo`; undefined when nobody did, or root did. */
export function caller(env: NodeJS.ProcessEnv = process.env, users = '/etc/passwd'): Caller | undefined {
  const { SUDO_UID: uid = '0', SUDO_GID: gid = '0' } = env;
  if (process.getuid?.() !== 0 || !/^[1-9]\d*$/.test(uid) || !/^\d+$/.test(gid)) return undefined;
  const fields = readFileSync(users, 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const home = fields.find(([, , id]) => id === uid)?.[5];
  return home === undefined || home === '' ? undefined : { uid: Number(uid), gid: Number(gid), home };
}

/** Makes a folder, with those above it that are missing, and gives what it made to the caller. */
export async function makeFolder(folder: string, mode = 0o755): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode });
  const who = caller();
  if (first === undefined || who === undefined) return;
  for (let each = folder; each.startsWith(first); each = path.dirname(each)) await chown(each, who.uid, who.gid);
}

/** Gives a folder and all that is in it to the caller. */
export async function giveToCaller(folder: string): Promise<void> {
  const who = caller();
  if (who === undefined) return;
  await chown(folder, who.uid, who.gid);
  for (const name of await readdir(folder, { recursive: true })) {
    await chown(path.join(folder, name), who.uid, who.gid);
  }
}
