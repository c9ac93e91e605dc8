import { existsSync } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { ExternalError } from '../../core/errors.ts';

/** A program of the machine's own that target linux needs, with the Debian package that has it. */
interface SystemProgram {
  readonly name: string;
  readonly debianPackage: string;
}

/** What a machine has to have installed; all of it is in Debian and Ubuntu under these names. */
const needed: readonly SystemProgram[] = [
  { name: 'ip', debianPackage: 'iproute2' },
  { name: 'nsenter', debianPackage: 'util-linux' },
  { name: 'unshare', debianPackage: 'util-linux' },
  { name: 'pivot_root', debianPackage: 'util-linux' },
  { name: 'mount', debianPackage: 'mount' },
  { name: 'tar', debianPackage: 'tar' },
  { name: 'haproxy', debianPackage: 'haproxy' },
  { name: 'xtables-nft-multi', debianPackage: 'iptables' },
  { name: 'nft', debianPackage: 'nftables' },
  { name: 'conntrack', debianPackage: 'conntrack' },
  { name: 'ethtool', debianPackage: 'ethtool' },
  { name: 'busybox', debianPackage: 'busybox-static' },
  { name: 'curl', debianPackage: 'curl' },
  { name: 'openssl', debianPackage: 'openssl' },
];

/** The Debian packages of all that a machine has to have installed. */
export const neededPackages: readonly string[] = [...new Set(needed.map(({ debianPackage }) => debianPackage))];

const folders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** The file of a program; undefined when it is not installed. Administrators' folders are looked at, whatever PATH says. */
export const systemProgram = (name: string): string | undefined =>
  folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));

/**
 * Makes sure that the machine has what target linux needs.
 *
 * @throws ExternalError that says what to install
 */
export function requireSystemPrograms(): void {
  const missing = needed.filter(({ name }) => systemProgram(name) === undefined);
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map(({ debianPackage }) => debianPackage))].join(' ');
  const names = missing.map(({ name }) => name);
  const install = `sudo apt-get install --no-install-recommends ${packages}`;
  throw new ExternalError({
    ja:
      `ターゲット linux に必要なプログラムが、このマシンにインストールされていません: ${names.join('、')}　` +
      `Debian と Ubuntu でインストールするには: ${install}`,
    en:
      `Target linux needs programs that are not installed here: ${names.join(', ')}. ` +
      `On Debian and Ubuntu, install them with: ${install}`,
  });
}

/** Programs with every library that they load, by their path in an image. */
export async function withLibraries(programs: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const files: Record<string, string> = { ...programs };
  for (const program of Object.values(programs)) {
    const { stdout } = await execa('ldd', [program], { reject: false });
    for (const [, file] of stdout.matchAll(/(?:=>\s*|^\s*)(\/\S+)\s+\(0x/gm)) files[file!] = await realpath(file!);
  }
  return files;
}

/** The extensions of iptables: each match and target is a library of its own. */
export async function xtablesExtensions(): Promise<Record<string, string>> {
  const { stdout } = await execa('ldd', [systemProgram('xtables-nft-multi')!]);
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
