import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execa, execaSync } from 'execa';
import { shellExports } from '../../bin/shell-exports.ts';
import { parseSettings } from '../../lib/settings/settings.ts';
import type { LabAccess } from '../../lib/targets/target.ts';
import { removeFolder, temporaryFolder } from '../temporary-folder.ts';

const shells = (['bash', 'zsh', 'fish'] as const).filter(
  (shell) => !execaSync(shell, ['--version'], { reject: false }).failed,
);

let root: string;
let access: LabAccess;
beforeAll(async () => {
  // What a path may hold: spaces, quotation marks, a backslash or two, a dollar, letters of other languages.
  root = path.join(await temporaryFolder('exports'), String.raw`it's "a" \ \\ $HOME 実験 ラボ`);
  const bin = path.join(root, 'bin');
  await mkdir(bin, { recursive: true });
  await writeFile(path.join(bin, 'kubectl'), '#!/bin/sh\necho "kubectl of the lab"\n', { mode: 0o755 });
  await symlink('/bin/true', path.join(bin, 'labs'));
  access = {
    bin,
    kubeconfig: path.join(root, 'kubeconfig.yaml'),
    kubectlCache: path.join(root, 'cache'),
    folder: root,
    settings: parseSettings({}),
    direct: ['192.168.177.0/24'],
  };
});
afterAll(() => removeFolder(path.dirname(root)));

test('are tried in every shell that learners have, in CI', () => {
  expect(process.env.CI === 'true' ? shells : ['bash', 'zsh']).toEqual(expect.arrayContaining(['bash', 'zsh']));
});

describe.each(shells)('what labs env prints, in %s', (shell) => {
  const evaluate = async (command: string, env: Record<string, string> = {}) => {
    const exports = path.join(path.dirname(root), `exports-${shell}`);
    await writeFile(exports, shellExports(access, env).join('\n') + '\n');
    const { stdout, stderr } = await execa(shell, ['-c', `eval "$(/bin/cat '${exports}')"; ${command}`], {
      env: { PATH: '/usr/bin:/bin', HOME: path.dirname(root), LANG: 'C.UTF-8', ...env },
      extendEnv: false,
      stdin: 'ignore',
    });
    expect(stderr).toBe('');
    return stdout.split('\n');
  };

  test('exports the variables as they are, and puts the programs first on PATH', async () => {
    const printed = await evaluate('/usr/bin/env; kubectl');
    expect(printed).toEqual(
      expect.arrayContaining([
        `KUBECONFIG=${access.kubeconfig}`,
        `KUBECACHEDIR=${access.kubectlCache}`,
        'KUBERC=off',
        `PATH=${access.bin}:/usr/bin:/bin`,
        'kubectl of the lab',
      ]),
    );
    expect(printed.filter((line) => /no_proxy/i.test(line))).toEqual([]);
  });

  test('keeps a proxy from what is on this machine', async () => {
    const printed = await evaluate('/usr/bin/env', {
      HTTPS_PROXY: 'http://proxy:3128',
      NO_PROXY: '.example.com, intra',
    });
    const exceptions = '.example.com,intra,127.0.0.1,localhost,192.168.177.0/24';
    expect(printed).toEqual(expect.arrayContaining([`NO_PROXY=${exceptions}`, `no_proxy=${exceptions}`]));
  });
});

test('a proxy that is used for nothing stays so', () => {
  const lines = shellExports(access, { https_proxy: 'http://proxy:3128', no_proxy: '*' });
  expect(lines.join('\n')).not.toMatch(/no_proxy/i);
});
