import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Shell, outputLimit } from '../../lib/guide/shell.ts';
import { waitUntil } from '../wait-until.ts';

let folder: string;
let shell: Shell;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'shell-')));
  shell = open();
});

afterEach(async () => {
  await shell.close();
  rmSync(folder, { recursive: true });
});

const open = (signal?: AbortSignal) =>
  new Shell({
    cwd: folder,
    env: { PATH: process.env.PATH, GREETING: 'hello' },
    ...(signal === undefined ? {} : { signal }),
  });

/** Most milliseconds that a block of these tests may take, unless the time is what is tested. */
const enough = 20_000;
const run = (commands: string, timeout = enough) => shell.run(commands, timeout);
const exited = (output: string, exitCode = 0) => ({ output, ending: { kind: 'exited', exitCode } });

/** How many processes have a text in their command line. */
const countOf = (text: string): number =>
  spawnSync('ps', ['-A', '-o', 'args='], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter((line) => line.includes(text)).length;
/** A process that was forked is not yet what it will be, and one that was killed takes a moment to go. */
const waitForCount = (text: string, count: number) =>
  waitUntil(`${count} processes are '${text}'`, () => countOf(text) === count, enough);

test('keeps variables, functions, folder and status from block to block', async () => {
  expect(await run('x=5; greet() { echo "$GREETING $x"; }; mkdir sub; cd sub')).toEqual(exited(''));
  expect(await run('greet; pwd; (exit 3)')).toEqual(exited(`hello 5\n${folder}/sub\n`, 3));
  expect(await run('echo $?')).toEqual(exited('3\n'));
});

test('shows standard output and standard error as they come', async () => {
  expect(await run('echo a; echo b >&2; echo c >/dev/stdout; echo d | tee /dev/stderr >/dev/null; printf e')).toEqual(
    exited('a\nb\nc\nd\ne'),
  );
});

test('gives commands no input, so that they can not eat the guide', async () => {
  expect(await run('cat; read x; echo "[$x]"')).toEqual(exited('[]\n'));
  expect(await run('cat <<END\nsays $GREETING\nEND')).toEqual(exited('says hello\n'));
});

describe('survives', () => {
  const blocks: readonly [name: string, commands: string, expected: ReturnType<typeof exited>][] = [
    ['unfinished quotes', 'echo "unfinished', exited('bash: unexpected EOF while looking for matching `"\'\n', 2)],
    [
      'an unfinished loop',
      'for i in 1 2; do',
      exited("bash: syntax error: unexpected end of file from `for' command on line 1\n", 2),
    ],
    ['a command that is not there', 'no-such-command', exited('bash: no-such-command: command not found\n', 127)],
    ['single quotes', `echo 'it'"'"'s'`, exited("it's\n")],
    ['a comment with a quote', 'echo a # it\'s "open', exited('a\n')],
    ['break and return outside of anything', 'break 2>/dev/null; return 3 2>/dev/null; echo on', exited('on\n')],
    ['strict options', 'set -eu; set -o pipefail', exited('')],
    ['tracing', 'set -x', exited('')],
    ['verbosity', 'set -v', exited('')],
    ['another separator and another printf', `IFS=:; printf() { echo mine; }`, exited('')],
    ['output that goes elsewhere from now on', 'exec >/dev/null', exited('')],
    ['bytes that are no text', `printf 'a\\001\\377\\000z\\r\\n'`, exited('a\uFFFD\uFFFD\uFFFDz\n')],
    ['a lot of output', 'head -c 2000000 /dev/zero | tr "\\0" a', exited('a'.repeat(2_000_000))],
  ];
  test.each(blocks)('%s', async (name, commands, expected) => {
    const result = await run(commands);
    if (name === 'an unfinished loop') expect(result.ending).toEqual(expected.ending);
    else expect(result).toEqual(expected);
    const next = await run('for i in 1 2; do\n  echo $i >&2\ndone');
    expect(next.ending).toEqual({ kind: 'exited', exitCode: 0 });
    expect(next.output).toMatch(/1\n[^]*2\n$/);
  });
});

test('shows the traces of a block only', async () => {
  await run('set -x');
  expect((await run('echo a')).output).toBe('++ echo a\na\n');
  await run('set +x; set -v');
  expect((await run('echo b')).output).toBe('echo b\nb\n');
});

test.each([
  ['exit 7', 7],
  ['set -e\nfalse\necho not reached', 1],
  ['exec sh -c "exit 4"', 4],
])('tells when a block ends the shell: %s', async (commands, exitCode) => {
  expect(await run(`echo before\n${commands}`)).toEqual({
    output: 'before\n',
    ending: { kind: 'ended the shell', exitCode },
  });
  expect(shell.isOpen).toBe(false);
  await expect(run('echo again')).rejects.toThrow('The shell has ended');
});

test('does not wait for background jobs, and ends them', async () => {
  expect((await run('sleep 98701 & (set -m; sleep 98701 &) ; echo started')).output).toBe('started\n');
  await waitForCount('sleep 98701', 2);
  await shell.close();
  await waitForCount('sleep 98701', 0);
});

test('ends a block that takes too long, and everything that it started', async () => {
  const result = await run('echo begun; set -m; sleep 98702 & sleep 98702', 2_000);
  expect(result).toEqual({ output: 'begun\n', ending: { kind: 'timed out' } });
  await shell.close();
  await waitForCount('sleep 98702', 0);
});

test('ends a block that goes on starting what has a group of its own', async () => {
  const result = await run('set -m; for i in {1..300}; do sleep 98704 & done; wait', 100);
  expect(result.ending).toEqual({ kind: 'timed out' });
  await shell.close();
  await waitForCount('sleep 98704', 0);
});

test('ends a block that prints without end', async () => {
  const { output, ending } = await run('yes');
  expect(ending).toEqual({ kind: 'printed too much' });
  expect(output).toHaveLength(outputLimit);
});

test('ends everything when it is aborted', async () => {
  const controller = new AbortController();
  await shell.close();
  shell = open(controller.signal);
  const running = run('sleep 98703');
  setTimeout(() => controller.abort(new Error('Ctrl-C')), 100);
  await expect(running).rejects.toThrow('Ctrl-C');
  await shell.close();
  await waitForCount('sleep 98703', 0);
  expect(() => open(controller.signal)).toThrow('Ctrl-C');
});

test('runs the exit trap when it is closed', async () => {
  await run(`trap 'echo tidied >tidied' EXIT`);
  await shell.close();
  const { stdout } = spawnSync('cat', ['tidied'], { cwd: folder, encoding: 'utf8' });
  expect(stdout).toBe('tidied\n');
});

test('says so when it can not start', async () => {
  await shell.close();
  shell = new Shell({ cwd: join(folder, 'no-such-folder'), env: {} });
  await expect(run('true')).rejects.toThrow(/^bash could not be started in .*no-such-folder: .*ENOENT/);
});
