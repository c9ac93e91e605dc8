import { describe, expect, test } from '@jest/globals';
import { languages } from '../../lib/core/text.ts';
import { labs } from '../../labs/catalogue.ts';
import { readLabGuide } from '../../lib/engine/guides.ts';
import type { CommandBlock } from '../../lib/guide/guide.ts';
import { parseGuide } from '../../lib/guide/parse.ts';
import { silentCommands } from '../../lib/guide/silent-commands.ts';

const problem = (text: string, output: string) =>
  silentCommands({ text } as unknown as CommandBlock, { text: output, line: 1 } as never);

describe('a block of which a command prints nothing', () => {
  test.each([
    [
      'a filter that found nothing, among others',
      "kubectl apply -f - 2>&1 | grep -o 'x'\nkubectl apply -f x\nkubectl wait pod/a --for=condition=Ready",
      'pod/a created\npod/a condition met\n',
    ],
    ['a filter alone', 'kubectl get pods | grep web', ''],
    ['a filter after words in quotes', "kubectl get pods -o jsonpath='{range .items[*]}|{end}' | sort", ''],
  ])('is refused: %s', (_, text, output) => {
    expect(problem(text, output)).toBeDefined();
  });

  test.each([
    ['a line for each', 'kubectl get pods | grep web\nkubectl delete pod a', 'web\npod "a" deleted\n'],
    ['what is kept in a variable', 'NAME=$(kubectl get pods -o name | head -1)', ''],
    ['what is only asked', 'kubectl get pods | grep -q web', ''],
    ['what goes into a file', 'kubectl get pods | sort > file', ''],
    ['a loop', 'until kubectl get pods | grep Running; do sleep 1; done', 'x'],
    ['a here document', "kubectl apply -f - <<'EOF'\na | sort\nEOF\n", 'pod/a created'],
  ])('is not: %s', (_, text, output) => {
    expect(problem(text, output)).toBeUndefined();
  });
});

test.each(labs.map((lab) => [lab.id, lab] as const))('is in no guide of lab %s', async (_, lab) => {
  for (const language of languages) await readLabGuide(lab, language);
});

test('is an error of the guide, with its place', () => {
  const guide = [
    '# A lab',
    '## 1. Look',
    '<!-- task: look -->',
    '```bash',
    'kubectl get pods | grep nothing',
    '```',
    '```output',
    '```',
  ].join('\n\n');
  expect(() => parseGuide(guide, 'guide.en.md')).toThrow(
    /guide\.en\.md:\d+.*One of these commands prints nothing here.*grep nothing/,
  );
});
