import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseGuide } from '../../lib/guide/parse.ts';
import { rehearse, type RehearsalEvent, type RehearsalOptions } from '../../lib/guide/rehearse.ts';
import { failed, passed } from '../../lib/model/verdict.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rehearse-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const block = (info: string, text: string) => ['```' + info, text, '```', ''].join('\n');
const section = (taskId: string, ...parts: readonly string[]) =>
  [`## ${taskId}`, `<!-- task: ${taskId} -->`, '', ...parts].join('\n');
const guideOf = (...parts: readonly string[]) => parseGuide(['# Title', '', ...parts].join('\n'), 'guide.en.md');

const play = (guide: RehearsalOptions['guide'], options: Partial<RehearsalOptions> = {}) =>
  rehearse({
    guide,
    target: 'local',
    kubernetes: '1.36',
    shell: { cwd: folder, env: { PATH: process.env.PATH } },
    ...options,
  });

const guide = guideOf(
  block('bash', 'name=web'),
  block('output', ''),
  section('first', block('bash', 'echo "pod/$name-b4c886499-8bsgb"'), block('output', 'pod/web-b4c886499-tmpp6')),
  section(
    'second',
    block('bash exit=3', '(echo failing; exit 3)'),
    block('output', 'failing'),
    block('bash needs=aws why="AWS only."', 'aws sts get-caller-identity'),
    block('bash needs=host why="A host."', 'crictl ps'),
    block('output', 'CONTAINER'),
    block('bash needs=aws why="AWS only."', 'aws eks list-clusters'),
    block('bash output=unchecked why="Random."', 'echo $RANDOM'),
  ),
);

test('plays a guide from top to bottom and counts', async () => {
  const rehearsal = await play(guide);
  expect(rehearsal).toMatchObject({
    passed: true,
    counts: { ran: 4, passed: 4, failed: 0, failedChecks: 0, notReached: 0, notHere: { aws: 2, host: 1 } },
  });
  expect(rehearsal.blocks.map(({ outcome }) => outcome)).toMatchObject([
    { kind: 'passed', compared: true, output: '' },
    { kind: 'passed', compared: true, output: 'pod/web-b4c886499-8bsgb\n' },
    { kind: 'passed', compared: true, output: 'failing\n' },
    { kind: 'not here', need: 'aws', why: 'AWS only.' },
    { kind: 'not here', need: 'host', why: 'A host.' },
    { kind: 'not here', need: 'aws', why: 'AWS only.' },
    { kind: 'passed', compared: false, output: expect.stringMatching(/^\d+\n$/) },
  ]);
});

test('says what it does, in order', async () => {
  const said: string[] = [];
  const say = (event: RehearsalEvent) => {
    if (event.kind === 'section started') said.push(`section ${event.section.heading ?? 'opening'}`);
    else if (event.kind === 'block started') said.push(`block ${event.block.index}`);
    else if (event.kind === 'block finished') said.push(`${event.result.outcome.kind} ${event.result.block.index}`);
    else said.push(`check ${event.result.taskId} ${event.result.verdict.passed}`);
  };
  await play(guide, {
    onlyTask: 'first',
    onEvent: say,
    beforeTask: async (taskId) => void said.push(`before ${taskId}`),
    afterTask: async () => passed,
  });
  expect(said).toEqual([
    'section opening',
    'block 0',
    'passed 0',
    'section first',
    'before first',
    'block 1',
    'passed 1',
    'check first true',
  ]);
});

describe('fails', () => {
  const after = [block('bash', 'echo after'), block('output', 'after')];
  test.each([
    [
      'an output that differs',
      block('bash', 'echo 2/3') + block('output', '3/3'),
      { kind: 'output differs', diff: expect.stringContaining('-3/3\n+2/3') },
    ],
    ['an exit status', block('bash', 'false') + block('output', ''), { kind: 'wrong exit', exitCode: 1 }],
    [
      'an exit status that was to be',
      block('bash exit=1', 'true') + block('output', ''),
      { kind: 'wrong exit', exitCode: 0 },
    ],
    [
      'a block that ends the shell',
      block('bash', 'exit') + block('output', ''),
      { kind: 'ended the shell', exitCode: 0 },
    ],
    ['a block that takes too long', block('bash timeout=1', 'sleep 9') + block('output', ''), { kind: 'timed out' }],
  ])('%s; what comes after is not reached, or goes on when asked', async (_, failing, outcome) => {
    const failingGuide = guideOf(failing, ...after);
    const stopped = await play(failingGuide);
    expect(stopped.blocks.map((result) => result.outcome)).toEqual([expect.objectContaining(outcome)]);
    expect(stopped).toMatchObject({ passed: false, counts: { ran: 1, passed: 0, failed: 1, notReached: 1 } });
    const { counts } = await play(failingGuide, { keepGoing: true });
    expect(counts).toMatchObject({ ran: 2, passed: 1, failed: 1, notReached: 0 });
  });

  test('a check, and does not go on', async () => {
    const hint = { ja: 'まだです', en: 'Not yet' };
    const rehearsal = await play(guide, { afterTask: async (taskId) => (taskId === 'first' ? failed(hint) : passed) });
    expect(rehearsal).toMatchObject({
      passed: false,
      counts: { ran: 2, failed: 0, failedChecks: 1, notReached: 5 },
      tasks: [{ taskId: 'first', verdict: { passed: false, hint } }],
    });
  });

  test('an unknown task', async () => {
    await expect(play(guide, { onlyTask: 'frist' })).rejects.toThrow("Unknown task 'frist'. Did you mean 'first'?");
  });
});

test('takes the variant for where it is', async () => {
  const varied = guideOf(block('bash', 'echo 1.35'), block('output', '1.36'), block('output kubernetes=1.35', '1.35'));
  expect((await play(varied, { kubernetes: '1.35' })).passed).toBe(true);
  expect((await play(varied)).passed).toBe(false);
});

test('stops when it is aborted', async () => {
  const controller = new AbortController();
  const slow = guideOf(block('bash', 'sleep 20'), block('output', ''));
  const onEvent = () => void setTimeout(() => controller.abort(new Error('Ctrl-C')), 50);
  await expect(play(slow, { signal: controller.signal, onEvent })).rejects.toThrow('Ctrl-C');
});
