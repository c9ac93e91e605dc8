import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { projectFolder } from '../../../lib/platform/paths.ts';
import { shellWord } from '../../../lib/core/shell-quote.ts';
import { writeLauncher, type LabsProgram } from '../../../lib/targets/shared/launcher.ts';
import { removeFolder, temporaryFolder } from '../../temporary-folder.ts';

let root: string;
beforeEach(async () => {
  root = await temporaryFolder("launcher's");
});
afterEach(() => removeFolder(root));

/** A project whose command prints where it is and what it is given. */
async function project(name: string): Promise<LabsProgram> {
  const script = path.join(root, name, 'labs.mjs');
  await mkdir(path.dirname(script), { recursive: true });
  await writeFile(script, 'console.log(JSON.stringify(process.argv.slice(1))); process.exitCode = 7;\n');
  return { node: process.execPath, script };
}

/** Runs `labs` as a terminal does that has nothing else on PATH. */
async function labs(bin: string, args: readonly string[]) {
  const result = await execa('labs', args, { env: { PATH: bin }, extendEnv: false, reject: false, all: true });
  return { code: result.exitCode, said: result.all };
}

const bin = () => path.join(root, "Application Support's", '$HOME', 'bin');

describe('the launcher', () => {
  test('hands arguments and the exit code on, whatever is in paths and words', async () => {
    const program = await project(`it's a "project" $HOME \`x\``);
    await writeLauncher(bin(), program);
    const args = ['node', 'worker-1', '--', 'sh', '-c', `echo "it's $HOME" *`, ''];
    const { code, said } = await labs(bin(), args);
    expect(JSON.parse(said)).toEqual([program.script, ...args]);
    expect(code).toBe(7);
  });

  test('is this project’s command', async () => {
    const file = await writeLauncher(bin());
    expect(file).toBe(path.join(bin(), 'labs'));
    expect((await stat(file)).mode & 0o111).toBe(0o111);
    const script = path.join(projectFolder, 'bin', 'labs.mjs');
    expect(await readFile(file, 'utf8')).toContain(`exec ${shellWord(process.execPath)} ${shellWord(script)} "$@"`);
  });

  test('of a project that was moved says so, and leads to it after the next up', async () => {
    const before = await project('before');
    await writeLauncher(bin(), before);
    await rename(path.join(root, 'before'), path.join(root, 'after'));
    expect(await labs(bin(), ['list'])).toEqual({
      code: 3,
      said:
        `The labs command is not where it was: ${before.node} or ${before.script} is gone. ` +
        "Run this once in the project's folder: npx labs up LAB",
    });
    const after = path.join(root, 'after', 'labs.mjs');
    await writeLauncher(bin(), { ...before, script: after });
    expect(await labs(bin(), ['list'])).toEqual({ code: 7, said: JSON.stringify([after, 'list']) });
    expect(await readdir(bin())).toEqual(['labs']);
  });

  test('that is right already is left alone', async () => {
    const program = await project('project');
    const file = await writeLauncher(bin(), program);
    const { ino } = await stat(file);
    await writeLauncher(bin(), program);
    expect((await stat(file)).ino).toBe(ino);
  });
});
