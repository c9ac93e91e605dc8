import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { keptRunning } from '../../../lib/targets/local/keep-running.ts';
import { removeFolder, temporaryFolder } from '../../temporary-folder.ts';
import { waitUntil } from '../../wait-until.ts';

let folder: string;
let child: ChildProcess | undefined;
beforeEach(async () => {
  folder = await temporaryFolder('keep running');
});
afterEach(async () => {
  if (child?.exitCode === null) child.kill('SIGTERM');
  await removeFolder(folder);
});

/** Keeps a script running that notes when it was started, where PATH leads to no program at all. */
async function keep(ending: string): Promise<void> {
  const program = path.join(folder, 'program');
  await writeFile(program, `#!/bin/sh\n/bin/date +%s.%N >>'${folder}/starts'\n${ending}\n`, { mode: 0o755 });
  const script = await keptRunning(path.join(folder, 'kept'), program);
  child = spawn(script, ['one argument'], { env: { PATH: folder }, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr!.on('data', (data) => (said += String(data)));
  child.once('close', () => expect(said).not.toMatch(/not found/));
}
const starts = async (): Promise<number[]> =>
  (await readFile(path.join(folder, 'starts'), 'utf8').catch(() => '')).trim().split('\n').map(Number);

test('a program that fails is started again, each time after a longer pause', async () => {
  await keep('exit 1');
  await waitUntil('it was started four times', async () => (await starts()).length === 4, 20_000);
  const [first = 0, second = 0, third = 0, fourth = 0] = await starts();
  expect(second - first).toBeGreaterThan(0.15);
  expect(third - second).toBeGreaterThan(0.45);
  expect(fourth - third).toBeGreaterThan(0.95);
});

test('a program that ends as it should stays ended', async () => {
  await keep('exit 0');
  const [code] = (await once(child!, 'exit')) as [number];
  expect([code, (await starts()).length]).toEqual([0, 1]);
});

test('the end of the script is the end of its program, and of its pause', async () => {
  await keep('exit 1');
  await waitUntil('it pauses', async () => (await starts()).length === 3);
  const asked = Date.now();
  child!.kill('SIGTERM');
  await once(child!, 'exit');
  expect(Date.now() - asked).toBeLessThan(900);
});
