import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { projectFolder } from '../../lib/platform/paths.ts';

/** Runs `labs --help` on a Node.js that calls itself by this version. */
function helpOn(version: string) {
  const versions = JSON.stringify({ ...process.versions, node: version });
  const disguise =
    `Object.defineProperty(process, 'versions', { value: ${versions} });` +
    `Object.defineProperty(process, 'version', { value: 'v${version}' });`;
  const imported = `data:text/javascript,${encodeURIComponent(disguise)}`;
  return execa(process.execPath, ['--import', imported, path.join(projectFolder, 'bin', 'labs.mjs'), '--help'], {
    reject: false,
  });
}

describe('on Node.js', () => {
  test.each(['20.10.0', '18.20.8'])(
    '%s, labs ends with 3 and says in both languages what it needs',
    async (version) => {
      const { exitCode, stdout, stderr } = await helpOn(version);
      expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
      expect(stderr).toBe(
        `The labs need Node.js 20.11 or later; this is v${version}. Install a current release from https://nodejs.org.\n` +
          `ラボには Node.js 20.11 以降が必要です（これは v${version}）。https://nodejs.org から新しいものをインストールしてください。`,
      );
    },
  );

  test.each(['20.11.0', '22.0.0'])('%s, labs runs', async (version) => {
    expect((await helpOn(version)).exitCode).toBe(0);
  });
});
