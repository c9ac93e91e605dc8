import { existsSync } from 'node:fs';
import path from 'node:path';
import { ExternalError } from '../../core/errors.ts';

/** A file of the machine's own that target linux needs, with the Debian package that has it. */
interface Prerequisite {
  /** As it is called in the error. */
  readonly name: string;
  /** File below a folder of {@link roots}, in each place that distributions put it. */
  readonly files: readonly string[];
  readonly debianPackage: string;
}

const program = (name: string, debianPackage: string): Prerequisite => ({
  name,
  files: ['sbin', 'bin'].map((folder) => path.join(folder, name)),
  debianPackage,
});

/** Folders on Debian and Ubuntu that have files of one architecture. */
const multiarch: Readonly<Partial<Record<NodeJS.Architecture, string>>> = {
  x64: 'x86_64-linux-gnu',
  arm64: 'aarch64-linux-gnu',
};

const inArchitecture = (folder: string, name: string): readonly string[] =>
  ['', multiarch[process.arch] ?? ''].map((architecture) => path.join(folder, architecture, name));

const header = (name: string, debianPackage: string): Prerequisite => ({
  name,
  files: inArchitecture('include', name),
  debianPackage,
});

/** What running nodes need; all of it is in Debian and Ubuntu under these names. */
const toRun: readonly Prerequisite[] = [
  program('ip', 'iproute2'),
  program('nsenter', 'util-linux'),
  program('unshare', 'util-linux'),
  program('pivot_root', 'util-linux'),
  program('mount', 'mount'),
  program('ps', 'procps'),
  program('pkill', 'procps'),
  program('tar', 'tar'),
  program('haproxy', 'haproxy'),
  program('xtables-nft-multi', 'iptables'),
  program('nft', 'nftables'),
  program('conntrack', 'conntrack'),
  program('ethtool', 'ethtool'),
  program('busybox', 'busybox-static'),
  program('curl', 'curl'),
  program('openssl', 'openssl'),
];

/** What compiling runc and pause needs beside that: the other programs are Go alone. */
const toBuild: readonly Prerequisite[] = [
  program('gcc', 'gcc'),
  program('cc', 'gcc'),
  header('stdlib.h', 'libc6-dev'),
  { name: 'libc.a', files: inArchitecture('lib', 'libc.a'), debianPackage: 'libc6-dev' },
  header('seccomp.h', 'libseccomp-dev'),
  { name: 'libseccomp.so', files: inArchitecture('lib', 'libseccomp.so'), debianPackage: 'libseccomp-dev' },
  program('pkg-config', 'pkg-config'),
];

/** Packages of Debian and Ubuntu that target linux and its builds need. */
export const neededPackages: readonly string[] = packagesOf([...toRun, ...toBuild]);

/** Where a machine has programs, headers and libraries. PATH is not asked: it often lacks the folders of administrators. */
const roots = ['/usr/local', '/usr', '/'];

/** Properties of {@link requireSystemPrerequisites}. */
export interface SystemPrerequisitesOptions {
  /** Whether programs that need a C compiler are going to be built. */
  readonly building: boolean;
  /** Folders that are searched. @default /usr/local, /usr and / */
  readonly roots?: readonly string[];
}

/**
 * Requires what target linux needs of the machine.
 *
 * @throws ExternalError that names all that is missing, and how to install it
 */
export function requireSystemPrerequisites({ building, roots: searched = roots }: SystemPrerequisitesOptions): void {
  const missing = [...toRun, ...(building ? toBuild : [])].filter(
    ({ files }) => !searched.some((root) => files.some((file) => existsSync(path.join(root, file)))),
  );
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name);
  const install = `sudo apt-get install --no-install-recommends ${packagesOf(missing).join(' ')}`;
  throw new ExternalError({
    ja:
      `ターゲット linux に必要なものが、このマシンにインストールされていません: ${names.join('、')}　` +
      `Debian と Ubuntu でインストールするには: ${install}`,
    en:
      `Target linux needs what is not installed on this machine: ${names.join(', ')}. ` +
      `On Debian and Ubuntu, install it with: ${install}`,
  });
}

function packagesOf(prerequisites: readonly Prerequisite[]): readonly string[] {
  return [...new Set(prerequisites.map(({ debianPackage }) => debianPackage))];
}
