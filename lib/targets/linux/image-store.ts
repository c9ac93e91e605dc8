import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { environmentOf } from '../../platform/program-environment.ts';
import { ExternalError } from '../../core/errors.ts';
import { makeCgroup } from './cgroups.ts';
import type { NodeSoftware } from './install.ts';
import { standInsFolder, type LinuxNode } from './node.ts';

/**
 * Imports a cluster's images once, into a folder that all its nodes begin with.
 *
 * @param folder a containerd's root folder
 * @param cgroup what the import runs in
 */
export async function importImages(
  { programs, images }: NodeSoftware,
  folder: string,
  cgroup: string,
  signal: AbortSignal,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const entries = await makeCgroup(cgroup);
  const script = 'for procs in "${@:2:$1}"; do echo $$ >"$procs"; done; exec "${@:$(($1 + 2))}"';
  const command = [
    path.join(standInsFolder, 'import-images'),
    programs.containerd!,
    programs.ctr!,
    folder,
    ...Object.values(images),
  ];
  const result = await execa('bash', ['-c', script, 'import', String(entries.length), ...entries, ...command], {
    ...environmentOf('system'),
    reject: false,
    cancelSignal: signal,
    // Not a socket, with which bash may take itself for a remote one and read ~/.bashrc.
    stdin: 'ignore',
  });
  signal.throwIfAborted();
  if (result.failed)
    throw new ExternalError({
      ja: `コンテナイメージを取り込めませんでした。\n${result.stderr}`,
      en: `The images could not be imported.\n${result.stderr}`,
    });
}

/** Gives a node the imported images. A second name for each file costs no space and no time; databases change, and are copied. */
export async function giveImages(folder: string, node: LinuxNode): Promise<void> {
  const to = node.own('/var/lib/containerd');
  await mkdir(path.dirname(to), { recursive: true });
  await execa('cp', ['--archive', '--link', folder, to], environmentOf('system'));
  for (const file of await readdir(folder, { recursive: true })) {
    if (!file.endsWith('.db') || file.includes('/snapshots/')) continue;
    await rm(path.join(to, file));
    await cp(path.join(folder, file), path.join(to, file));
  }
}
