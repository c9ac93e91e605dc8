import { existsSync } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { environmentOf } from '../../platform/program-environment.ts';
import { ExternalError } from '../../core/errors.ts';

const folders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** The file of a program; undefined when it is not installed. Administrators' folders are looked at, whatever PATH says. */
export const systemProgram = (name: string): string | undefined =>
  folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));

/** Programs with every library that they load, by their path in an image. */
export async function withLibraries(programs: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const files: Record<string, string> = { ...programs };
  for (const program of Object.values(programs)) {
    const { stdout } = await execa('ldd', [program], { ...environmentOf('system'), reject: false });
    for (const [, file] of stdout.matchAll(/(?:=>\s*|^\s*)(\/\S+)\s+\(0x/gm)) files[file!] = await realpath(file!);
  }
  return files;
}

/** The extensions of iptables: each match and target is a library of its own. */
export async function xtablesExtensions(): Promise<Record<string, string>> {
  const { stdout } = await execa('ldd', [systemProgram('xtables-nft-multi')!], environmentOf('system'));
  const library = /\/\S+\/libxtables\.so\S*/.exec(stdout)?.[0];
  const folder = library === undefined ? '' : path.join(path.dirname(await realpath(library)), 'xtables');
  if (!existsSync(folder))
    throw new ExternalError({
      ja: `iptables の拡張が ${folder} にありません。`,
      en: `The extensions of iptables are not in ${folder}.`,
    });
  const names = (await readdir(folder)).filter((name) => name.endsWith('.so'));
  return Object.fromEntries(names.map((name) => [path.join(folder, name), path.join(folder, name)]));
}
