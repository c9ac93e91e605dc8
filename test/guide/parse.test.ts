import { describe, expect, test } from '@jest/globals';
import { UsageError } from '../../lib/core/errors.ts';
import { blocksOf, taskIdsOf } from '../../lib/guide/guide.ts';
import { parseGuide, readGuide, type ParseOptions } from '../../lib/guide/parse.ts';
import { expectedOutput } from '../../lib/guide/variants.ts';

const fence = (info: string, ...lines: readonly string[]) => ['```' + info, ...lines, '```', ''].join('\n');
const printed = fence('output', 'ok');
const guideWith = (...parts: readonly string[]) => ['# Title', '', ...parts].join('\n');

function problemsOf(source: string, options?: ParseOptions): readonly string[] {
  try {
    parseGuide(source, 'guide.en.md', options);
  } catch (error) {
    if (error instanceof UsageError) return error.message.split('\n');
    throw error;
  }
  return [];
}

test('reads title, sections, tasks, commands, attributes and outputs, each with its line', () => {
  const guide = parseGuide(
    guideWith(
      'Opening.',
      '',
      '## Baseline',
      '<!-- task: baseline -->',
      '',
      fence('bash timeout=60 exit=1 claims=K12,M1', 'kubectl version', 'false'),
      'Prose between them.',
      '',
      fence('output kubernetes=1.35', 'v1.35.4'),
      fence('output', 'v1.36.3'),
      fence('bash needs=aws output=unchecked why="Only AWS has it."', 'aws sts get-caller-identity'),
      fence('yaml', 'a: 1'),
      '## Closing',
      'The end.',
    ),
    'guide.en.md',
  );
  expect(guide).toMatchObject({ title: 'Title', file: 'guide.en.md' });
  expect(guide.sections.map(({ heading, taskId, line }) => ({ heading, taskId, line }))).toEqual([
    { heading: undefined, taskId: undefined, line: 1 },
    { heading: 'Baseline', taskId: 'baseline', line: 5 },
    { heading: 'Closing', taskId: undefined, line: 31 },
  ]);
  expect(taskIdsOf(guide)).toEqual(['baseline']);
  const [version, identity] = blocksOf(guide);
  expect(version).toMatchObject({
    index: 0,
    line: 8,
    taskId: 'baseline',
    text: 'kubectl version\nfalse',
    claims: ['K12', 'M1'],
    exit: 1,
    timeout: 60,
    unchecked: false,
    outputs: [
      { line: 15, kubernetes: '1.35', text: 'v1.35.4' },
      { line: 19, text: 'v1.36.3' },
    ],
  });
  expect(identity).toMatchObject({
    index: 1,
    need: 'aws',
    why: 'Only AWS has it.',
    unchecked: true,
    exit: 0,
    timeout: 60,
  });
});

test('takes the most specific output', () => {
  const guide = parseGuide(
    guideWith(
      fence('bash', 'x'),
      fence('output', 'any'),
      fence('output on=aws', 'aws'),
      fence('output on=aws kubernetes=1.35', 'aws 1.35'),
    ),
    'guide.en.md',
  );
  const [block] = blocksOf(guide);
  if (block === undefined) throw new Error('The guide has a block.');
  const textFor = (target: 'local' | 'aws', kubernetes: '1.35' | '1.36') =>
    expectedOutput(block, { target, kubernetes })?.text;
  expect(textFor('local', '1.36')).toBe('any');
  expect(textFor('aws', '1.36')).toBe('aws');
  expect(textFor('aws', '1.35')).toBe('aws 1.35');
});

test('reads blocks within lists', () => {
  const guide = parseGuide(
    guideWith('1. Do:', '', '   ```bash', '   echo a', '   ```', '', '   ```output', '   a', '   ```'),
    'g',
  );
  expect(blocksOf(guide)).toMatchObject([{ text: 'echo a', outputs: [{ text: 'a' }] }]);
});

describe('says what is wrong, where, and what is valid', () => {
  const refused: readonly [name: string, source: string, problem: string | RegExp][] = [
    [
      'an unknown need',
      guideWith(fence('bash needs=asw why="w"', 'x'), printed),
      "guide.en.md:3: Unknown need 'asw'. Did you mean 'aws'? Valid: aws, host, containers, linux, local.",
    ],
    [
      'an unknown claim',
      guideWith(fence('bash claims=K1,K77', 'x'), printed),
      /^guide\.en\.md:3: Unknown claim 'K77'\. Did you mean 'K7'\? Valid: D1, .*, N3\.$/,
    ],
    [
      'an unknown attribute',
      guideWith(fence('bash tiemout=3', 'x'), printed),
      "guide.en.md:3: Unknown attribute 'tiemout'. Did you mean 'timeout'? Valid: claims, needs, exit, timeout, output, why.",
    ],
    [
      'an unknown target',
      guideWith(fence('bash', 'x'), printed, fence('output on=locl', 'y')),
      "guide.en.md:11: Unknown target 'locl'. Did you mean 'local'? Valid: local, linux, aws.",
    ],
    [
      'an unknown version',
      guideWith(fence('bash', 'x'), printed, fence('output kubernetes=1.3', 'y')),
      "guide.en.md:11: Unknown Kubernetes version '1.3'. Did you mean '1.36'? Valid: 1.36, 1.35.",
    ],
    [
      'a word that is no attribute',
      guideWith(fence('bash why', 'x'), printed),
      `guide.en.md:3: 'why' is not an attribute. Write key=value or key="two words"; keys: claims, needs, exit, timeout, output, why.`,
    ],
    [
      'an attribute given twice',
      guideWith(fence('bash exit=1 exit=2', 'x'), printed),
      "guide.en.md:3: Attribute 'exit' is given twice. Keep one.",
    ],
    [
      'an exit status that is none',
      guideWith(fence('bash exit=256', 'x'), printed),
      'guide.en.md:3: exit=256 is not valid. exit takes a whole number from 0 to 255.',
    ],
    [
      'no time at all',
      guideWith(fence('bash timeout=0', 'x'), printed),
      'guide.en.md:3: timeout=0 is not valid. timeout takes a whole number from 1 to 3600.',
    ],
    [
      'a need without a reason',
      guideWith(fence('bash needs=aws', 'x')),
      'guide.en.md:3: A block that needs something says why: add why="…", a sentence for the learner.',
    ],
    [
      'an unchecked output without a reason',
      guideWith(fence('bash output=unchecked why=" "', 'x')),
      'guide.en.md:3: A block whose output is unchecked says why: add why="…", a sentence for the learner.',
    ],
    [
      'a reason for nothing',
      guideWith(fence('bash why="w"', 'x'), printed),
      'guide.en.md:3: why="…" gives the reason for needs=… or output=unchecked, and the block has neither. Remove it.',
    ],
    [
      'a command without output',
      guideWith(fence('bash', 'x')),
      'guide.en.md:3: This block shows no output on local with Kubernetes 1.36 and on local with Kubernetes 1.35 and on linux with Kubernetes 1.36 and on linux with Kubernetes 1.35. Put an output block below it (an empty one if it prints nothing), or say output=unchecked why="…".',
    ],
    [
      'a version without output',
      guideWith(fence('bash', 'x'), fence('output kubernetes=1.36', 'y')),
      'guide.en.md:3: This block shows no output on local with Kubernetes 1.35 and on linux with Kubernetes 1.35. Put an output block below it (an empty one if it prints nothing), or say output=unchecked why="…".',
    ],
    [
      'two outputs for the same',
      guideWith(fence('bash', 'x'), printed, printed),
      'guide.en.md:11: Of this output and the one at line 7 neither is more specific on local with Kubernetes 1.36. Add on=… or kubernetes=… to one, or remove it.',
    ],
    [
      'an output where the block does not run',
      guideWith(fence('bash needs=aws why="w"', 'x'), fence('output on=local', 'y')),
      'guide.en.md:7: This output is for local, where a block with needs=aws does not run. Remove it.',
    ],
    [
      'an output of no command',
      guideWith(fence('bash', 'x'), printed, '## Next', printed),
      'guide.en.md:12: This output follows no bash block of its section. Put it below one.',
    ],
    [
      'an empty command',
      guideWith(fence('bash', ''), printed),
      'guide.en.md:3: This bash block is empty. Write its commands, or remove it.',
    ],
    [
      'another shell',
      guideWith(fence('sh', 'x')),
      'guide.en.md:3: A block that is to run is marked bash, not sh; one that is only shown, text.',
    ],
    [
      'a misspelt info string',
      guideWith(fence('bash', 'x'), fence('ouput', 'y'), printed),
      "guide.en.md:7: Unknown info string 'ouput'. Did you mean 'output'?",
    ],
    [
      'no info string',
      guideWith(fence('', 'x')),
      'guide.en.md:3: This block has no info string. Write bash (it runs), output, or what it is, such as yaml or text.',
    ],
    ['no title', 'Prose.', "guide.en.md:1: A guide begins with its title: write '# Title' on the first line."],
    ['two titles', guideWith('# Other'), "guide.en.md:3: A guide has one title. Write '## Other' for a section."],
    [
      'a task twice',
      guideWith('## A', '<!-- task: a -->', '', '## B', '<!-- task: a -->'),
      "guide.en.md:6: Task 'a' has a section already, at line 3.",
    ],
    [
      'a comment out of place',
      guideWith('## A', '', 'Prose.', '', '<!-- task: a -->'),
      "guide.en.md:7: A task's comment stands alone, directly under its '## …' heading, as <!-- task: id -->.",
    ],
    [
      'a comment that is not one',
      guideWith('## A', '<!-- task baseline -->'),
      "guide.en.md:4: A task's comment stands alone, directly under its '## …' heading, as <!-- task: id -->.",
    ],
  ];
  test.each(refused)('%s', (_, source, problem) => {
    expect(problemsOf(source)).toEqual([typeof problem === 'string' ? problem : expect.stringMatching(problem)]);
  });

  test('all at once', () => {
    expect(problemsOf(guideWith(fence('bash', 'x'), fence('bash', 'y')))).toHaveLength(2);
  });

  test('tasks that the lab does not have, and those that have no section', () => {
    const source = guideWith('## A', '<!-- task: basline -->');
    expect(problemsOf(source, { taskIds: ['baseline'] })).toEqual([
      "guide.en.md:3: Unknown task 'basline'. Did you mean 'baseline'? Valid: baseline.",
      "guide.en.md:1: Task 'baseline' of the lab has no section. Add '## …' with <!-- task: baseline --> under it, or remove the task.",
    ]);
  });

  test('a file that is not there', async () => {
    await expect(readGuide('no-such/guide.ja.md')).rejects.toThrow(
      new UsageError('There is no guide no-such/guide.ja.md. Write it, or correct the name.'),
    );
  });
});

test('accepts missing outputs while they are being recorded, and those of blocks that CI can not run', () => {
  expect(problemsOf(guideWith(fence('bash', 'x')), { recording: true })).toEqual([]);
  expect(problemsOf(guideWith(fence('bash needs=aws why="w"', 'x')))).toEqual([]);
  expect(problemsOf(guideWith(fence('bash needs=local why="w"', 'x')))).toHaveLength(1);
});

test('an output is asked for where CI rehearses a target that the lab runs on', () => {
  const onLocalOnly = guideWith(fence('bash', 'x'), fence('output on=local', 'y'));
  expect(problemsOf(onLocalOnly)).toEqual([expect.stringMatching(/shows no output on linux with Kubernetes/)]);
  expect(problemsOf(onLocalOnly, { targets: ['local', 'aws'] })).toEqual([]);
  const inContainers = guideWith(fence('bash needs=containers why="w"', 'x'));
  expect(problemsOf(inContainers, { targets: ['linux', 'aws'] })).toHaveLength(1);
  expect(problemsOf(inContainers, { targets: ['local', 'aws'] })).toEqual([]);
});

test('gives the shell no line ends of Windows', () => {
  const source = guideWith(
    '## Pods',
    '',
    fence('bash', 'kubectl get pods', 'kubectl get nodes'),
    fence('output', 'a', 'b'),
  );
  const read = (text: string) =>
    blocksOf(parseGuide(text, 'guide.en.md')).map(({ text, outputs }) => [text, ...outputs.map((each) => each.text)]);
  expect(read(source.replaceAll('\n', '\r\n'))).toEqual(read(source));
});
