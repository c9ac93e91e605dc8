import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ExternalError } from '../../../lib/core/errors.ts';
import { neededPackages, requireSystemPrerequisites } from '../../../lib/targets/linux/system-prerequisites.ts';
import { removeFolder, temporaryFolder } from '../../temporary-folder.ts';

/** Files of a machine that has everything, as Debian installs them. */
const files = [
  ...['ip', 'nsenter', 'unshare', 'mount', 'ps', 'pkill', 'tar', 'nft', 'busybox', 'curl', 'openssl'].map(inBin),
  ...['pivot_root', 'haproxy', 'xtables-nft-multi', 'conntrack', 'ethtool'].map((name) => `sbin/${name}`),
  ...['gcc', 'cc', 'pkg-config'].map(inBin),
  ...['include/stdlib.h', 'include/seccomp.h', 'lib/libc.a', 'lib/libseccomp.so'],
];

function inBin(name: string): string {
  return `bin/${name}`;
}

let root: string;
beforeEach(async () => {
  root = await temporaryFolder('system');
  for (const file of files) {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), '');
  }
});
afterEach(() => removeFolder(root));

const requireFor = (building: boolean) => () => requireSystemPrerequisites({ building, roots: ['/nowhere', root] });

test('a machine that has everything is accepted', () => {
  expect(requireFor(true)).not.toThrow();
});

test('an empty machine is told of everything in one line', async () => {
  await rm(root, { recursive: true });
  await mkdir(root);
  expect(requireFor(true)).toThrow(ExternalError);
  expect(requireFor(true)).toThrow(`sudo apt-get install --no-install-recommends ${neededPackages.join(' ')}`);
  for (const file of files) expect(requireFor(true)).toThrow(path.basename(file));
});

test('headers, which a fresh Debian lacks, are asked for by name before anything is built', async () => {
  for (const file of ['include/seccomp.h', 'lib/libseccomp.so', 'sbin/haproxy']) await rm(path.join(root, file));
  expect(requireFor(true)).toThrow(
    'Target linux needs what is not installed on this machine: haproxy, seccomp.h, libseccomp.so. ' +
      'On Debian and Ubuntu, install it with: sudo apt-get install --no-install-recommends haproxy libseccomp-dev',
  );
});

test('no compiler is asked for when everything is built', async () => {
  for (const file of ['bin/gcc', 'bin/cc', 'bin/pkg-config', 'include/seccomp.h']) await rm(path.join(root, file));
  expect(requireFor(false)).not.toThrow();
});
