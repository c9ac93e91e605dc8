import { describe, expect, test } from '@jest/globals';
import { blocksOf, type Guide } from '../../lib/guide/guide.ts';
import { parseGuide } from '../../lib/guide/parse.ts';
import { differencesBetween } from '../../lib/guide/parity.ts';
import { record } from '../../lib/guide/record.ts';
import type { BlockResult } from '../../lib/guide/rehearse.ts';
import type { Surroundings } from '../../lib/guide/variants.ts';

const here: Surroundings = { target: 'local', kubernetes: '1.36' };
const read = (source: string, file = 'guide.ja.md') => parseGuide(source, file, { recording: true });
const lines = (...parts: readonly string[]) => `${parts.join('\n')}\n`;

/** A run in which each block printed the next of these outputs. */
const runOf = (guide: Guide, outputs: readonly string[]): readonly BlockResult[] =>
  blocksOf(guide).map((block, index) => ({
    block,
    outcome: { kind: 'passed', compared: false, output: outputs[index] ?? '' },
    duration: 0,
  }));

function recorded(source: string, outputs: readonly string[], surroundings = here): string {
  const guide = read(source);
  const once = record(guide, runOf(guide, outputs), surroundings);
  const again = read(once);
  // Recording the same run a second time changes nothing.
  expect(record(again, runOf(again, outputs), surroundings)).toBe(once);
  return once;
}

test('rewrites what differs, adds what is missing, leaves the rest byte for byte', () => {
  const source = lines(
    '# 題  ',
    '',
    '```bash',
    'a',
    '```',
    '',
    '散文 *と*   ',
    '',
    '~~~output',
    'old',
    '~~~',
    '',
    '* リスト',
    '```bash',
    'b',
    '```',
    '終わり',
    '',
    '```bash output=unchecked why="w"',
    'c',
    '```',
    '```output',
    'example',
    '```',
  );
  expect(recorded(source, ['new\nlines  \n\n', 'bees\n', 'seas\n'])).toBe(
    lines(
      '# 題  ',
      '',
      '```bash',
      'a',
      '```',
      '',
      '散文 *と*   ',
      '',
      '```output',
      'new',
      'lines',
      '```',
      '',
      '* リスト',
      '```bash',
      'b',
      '```',
      '',
      '```output',
      'bees',
      '```',
      '終わり',
      '',
      '```bash output=unchecked why="w"',
      'c',
      '```',
      '```output',
      'example',
      '```',
    ),
  );
});

test('keeps an output that says the same', () => {
  const pods = (suffix: string, age: string) =>
    `NAME                  READY   STATUS    RESTARTS   AGE\nweb-b4c886499-${suffix}   1/1     Running   0          ${age}`;
  const source = lines('# T', '', '```bash', 'kubectl get pods', '```', '', '```output', pods('8bsgb', '5s'), '```');
  expect(recorded(source, [pods('tmpp6', '3m12s')])).toBe(source);
  expect(recorded(source, [pods('tmpp6', '3m12s').replace('1/1', '0/1')])).toContain('tmpp6   0/1');
});

test('rewrites the variant that counts, or adds one', () => {
  const source = lines(
    '# T',
    '',
    '```bash',
    'x',
    '```',
    '```output on=local kubernetes=1.36',
    'v1.36',
    '```',
    '```output on=aws',
    'aws',
    '```',
  );
  expect(recorded(source, ['v1.36.9'])).toBe(source.replace('v1.36', 'v1.36.9'));
  expect(recorded(source, ['v1.35.4'], { target: 'linux', kubernetes: '1.35' })).toBe(
    source + lines('', '```output on=linux kubernetes=1.35', 'v1.35.4', '```'),
  );
});

describe('keeps the form of its surroundings', () => {
  test('within a list', () => {
    const source = lines('# T', '', '- ```bash', '  x', '  ```', '', '  Prose.');
    expect(recorded(source, ['a\n\n  b'])).toBe(
      lines('# T', '', '- ```bash', '  x', '  ```', '', '  ```output', '  a', '', '    b', '  ```', '', '  Prose.'),
    );
  });

  test('within a quotation', () => {
    const source = lines('# T', '', '> ```bash', '> x', '> ```');
    expect(recorded(source, ['a\n\nb'])).toBe(
      lines('# T', '', '> ```bash', '> x', '> ```', '>', '> ```output', '> a', '>', '> b', '> ```'),
    );
  });

  test('with Windows line ends', () => {
    const source = lines('# T', '', '```bash', 'x', '```', '', '```output', 'old', '```').replaceAll('\n', '\r\n');
    expect(recorded(source, ['new\nlines'])).toBe(source.replace('old', 'new\r\nlines'));
  });

  test('around an output that holds fences and tabs', () => {
    const source = lines('# T', '', '```bash', 'cat README.md', '```', '', '```output', 'old', '```');
    const output = '```yaml\na:\tb\n```\n<!-- task: x -->\n## heading\n    indented';
    const [block] = blocksOf(read(recorded(source, [output])));
    expect(block?.outputs).toMatchObject([{ text: output }]);
  });

  test('around nothing', () => {
    const source = lines('# T', '', '```bash', 'true', '```');
    expect(recorded(source, [''])).toBe(`${source.trimEnd()}${lines('', '', '```output', '```')}`);
  });
});

test('one run serves both languages, which agree afterwards', () => {
  const japanese = lines(
    '# 題',
    '',
    '散文。',
    '',
    '```bash',
    'x',
    '```',
    '',
    '```bash needs=aws why="AWS だけ。"',
    'y',
    '```',
  );
  const english = lines('# Title', '', '```bash', 'x', '```', '', '```bash needs=aws why="AWS only."', 'y', '```');
  const results = runOf(read(japanese), ['printed']).map((result): BlockResult =>
    result.block.need === undefined ? result : { ...result, outcome: { kind: 'not here', need: 'aws', why: '' } },
  );
  const [first, second] = [japanese, english].map((source) => read(record(read(source), results, here)));
  if (first === undefined || second === undefined) throw new Error('There are two.');
  expect(differencesBetween(first, second)).toEqual([]);
  expect(blocksOf(second).map(({ outputs }) => outputs.map(({ text }) => text))).toEqual([['printed'], []]);
});
