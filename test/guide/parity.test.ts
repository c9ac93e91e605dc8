import { expect, test } from '@jest/globals';
import { parseGuide } from '../../lib/guide/parse.ts';
import { differencesBetween } from '../../lib/guide/parity.ts';

const block = (info: string, text: string) => ['```' + info, text, '```', ''].join('\n');
const original = [
  '# 題',
  '',
  '最初の段落。',
  '',
  '## 基準',
  '<!-- task: baseline -->',
  '',
  block('bash', 'kubectl version'),
  block('output kubernetes=1.36', 'v1.36.3'),
  block('output kubernetes=1.35', 'v1.35.4'),
  block('bash needs=aws why="AWS だけにあります。"', 'aws sts get-caller-identity'),
  '## 次',
  '<!-- task: next -->',
  '',
  block('bash', 'kubectl get pods'),
  block('output', 'No resources found in default namespace.'),
].join('\n');

const compare = (change: (source: string) => string) =>
  differencesBetween(
    parseGuide(original, 'guide.ja.md', { recording: true }),
    parseGuide(change(original), 'guide.en.md', { recording: true }),
  );
const messages = (change: (source: string) => string) => compare(change).map(({ message }) => message);

test('prose and reasons may differ', () => {
  const translated = (source: string) =>
    source
      .replace('# 題', '# Title')
      .replace('最初の段落。', 'One.\n\nTwo.')
      .replace('AWS だけにあります。', 'Only AWS has it.');
  expect(compare(translated)).toEqual([]);
});

test('names both lines and shows both texts', () => {
  expect(compare((source) => source.replace('最初', 'x\n\nx').replace('kubectl get pods', 'kubectl get pod'))).toEqual([
    {
      first: { file: 'guide.ja.md', line: 27 },
      second: { file: 'guide.en.md', line: 29 },
      message: 'The commands differ.\nguide.ja.md:27:\n    kubectl get pods\nguide.en.md:29:\n    kubectl get pod',
    },
  ]);
});

test.each([
  [
    'an attribute',
    (source: string) => source.replace('bash needs=aws', 'bash needs=aws timeout=90'),
    [
      'The attributes of a block differ.\nguide.ja.md:20:\n    task baseline needs=aws exit=0 timeout=60 why=…\nguide.en.md:20:\n    task baseline needs=aws exit=0 timeout=90 why=…',
    ],
  ],
  [
    'the claims of a block',
    (source: string) => source.replace('bash needs=aws', 'bash claims=K12 needs=aws'),
    [
      'The attributes of a block differ.\nguide.ja.md:20:\n    task baseline needs=aws exit=0 timeout=60 why=…\nguide.en.md:20:\n    task baseline claims=K12 needs=aws exit=0 timeout=60 why=…',
    ],
  ],
  [
    'the section that a block is in',
    (source: string) => source.replace('next -->', 'last -->'),
    [
      'The task at position 2 differs.\nguide.ja.md:24:\n    next\nguide.en.md:24:\n    last',
      'The attributes of a block differ.\nguide.ja.md:27:\n    task next exit=0 timeout=60\nguide.en.md:27:\n    task last exit=0 timeout=60',
    ],
  ],
  [
    'a task that is missing',
    (source: string) => source.replace('<!-- task: next -->', ''),
    [
      'The task at position 2 differs.\nguide.ja.md:24:\n    next\nguide.en.md:24:\n    (nothing)',
      'The attributes of a block differ.\nguide.ja.md:27:\n    task next exit=0 timeout=60\nguide.en.md:27:\n    task none exit=0 timeout=60',
    ],
  ],
  [
    'an output',
    (source: string) => source.replace('v1.35.4', 'v1.35.5'),
    [
      'The outputs differ.\nguide.ja.md:16:\n    output kubernetes=1.35\n    v1.35.4\nguide.en.md:16:\n    output kubernetes=1.35\n    v1.35.5',
    ],
  ],
  [
    'an output that is missing',
    (source: string) => source.replace(block('output kubernetes=1.35', 'v1.35.4'), ''),
    ['The outputs differ.\nguide.ja.md:16:\n    output kubernetes=1.35\n    v1.35.4\nguide.en.md:8:\n    (nothing)'],
  ],
  [
    'a block that is missing: one difference, not one for each block after it',
    (source: string) =>
      source.replace(block('bash needs=aws why="AWS だけにあります。"', 'aws sts get-caller-identity'), ''),
    ['The commands differ.\nguide.ja.md:20:\n    aws sts get-caller-identity\nguide.en.md:8:\n    (nothing)'],
  ],
  [
    'a block too many',
    (source: string) => source.replace('## 次', `${block('bash', 'echo more')}\n## 次`),
    ['The commands differ.\nguide.ja.md:20:\n    (nothing)\nguide.en.md:24:\n    echo more'],
  ],
])('finds %s', (_, change, expected) => {
  expect(messages(change)).toEqual(expected);
});
