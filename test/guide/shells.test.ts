import { describe, expect, test } from '@jest/globals';
import { execa, execaSync } from 'execa';
import { labs } from '../../labs/catalogue.ts';
import { readLabGuide } from '../../lib/engine/guides.ts';
import { blocksOf } from '../../lib/guide/guide.ts';

/** Parameters of zsh that mean something else in a script that was written for bash: `path` is PATH itself (zshparam(1)). */
const zshSpecial =
  'path|cdpath|fpath|manpath|mailpath|module_path|status|pipestatus|argv|options|aliases|functions|commands|history|signals|prompt|psvar|watch';

/** What bash and zsh read differently, and what to write instead. */
const differences: readonly (readonly [name: string, pattern: RegExp, instead: string])[] = [
  [
    'a special parameter of zsh',
    new RegExp(
      `(?:^|[;&|(]|\\bdo\\b|\\bthen\\b|\\blocal\\b|\\bexport\\b)\\s*(?:${zshSpecial})=|\\bfor (?:${zshSpecial}) in\\b|\\bread (?:-\\w+ )*(?:${zshSpecial})\\b`,
      'm',
    ),
    'another name',
  ],
  ['PIPESTATUS', /PIPESTATUS/, '(set -o pipefail; …)'],
  ['a modifier after a variable', /\$[A-Za-z_]\w*:[a-zA-Z&]/, '${NAME}:…'],
  ['a comment', /(?:^|\s)#(?:\s|$)/m, 'prose: an interactive zsh runs comments as commands'],
  ['an array', /\$\{\w+\[|(?:^|\s)\w+=\(/m, 'words, since arrays of zsh begin at 1'],
  ['words in a variable', /\bfor \w+ in \$[A-Za-z_]\w*\s*(?:;|\n)/, '$(echo …): zsh does not split variables'],
  [
    'a pattern without quotes',
    /(?:^|\s)[^\s'"=(]*[\w/.][*?][^\s]*|\s[\w.=:,{}-]+\[[^\s\]]*\]/m,
    'quotes: zsh refuses a pattern that matches no file',
  ],
  ['a feature of bash', /\b(?:mapfile|readarray|shopt|declare|local -n|BASH_\w+)\b|\$\{\w+(?:\^|,)/, 'what POSIX has'],
];

/** A text without what is in quotes or in a here document, which both shells leave alone. */
const bare = (text: string): string =>
  text
    .replace(/<<-?\s*'?(\w+)'?[\s\S]*?\n\s*\1\b/g, '')
    .replace(/'[^']*'/g, "''")
    .replace(/\bcase\b[\s\S]*?\besac\b/g, '');

const unquoted = (text: string): string => bare(text).replace(/"(?:[^"\\]|\\.)*"/g, '""');

const problemsOf = (text: string): string[] =>
  differences.flatMap(([name, pattern, instead]) => {
    const seen = pattern.exec(name === 'a pattern without quotes' ? unquoted(text) : bare(text));
    return seen === null ? [] : [`${name} (${seen[0].trim()}). Write ${instead}.`];
  });

const shells = (['bash', 'zsh'] as const).filter((shell) => !execaSync(shell, ['--version'], { reject: false }).failed);

describe.each(labs.map((lab) => [lab.id, lab] as const))('the blocks of lab %s', (_, lab) => {
  const guide = readLabGuide(lab, 'ja', { recording: true });
  // Awaited by each test that needs it; a guide that can't be read fails those.
  guide.catch(() => undefined);

  test('mean the same in bash and in zsh', async () => {
    const problems = blocksOf(await guide).flatMap(({ line, text }) =>
      problemsOf(text).map((problem) => `line ${line}: ${problem}`),
    );
    expect(problems).toEqual([]);
  });

  test.each(shells)('are read by %s', async (shell) => {
    // Each command on the line where it stands in the guide, so that the shell's own words name that line.
    const lines: string[] = [];
    for (const { line, text } of blocksOf(await guide))
      text.split('\n').forEach((each, index) => (lines[line + index] = each));
    const input = Array.from(lines, (line: string | undefined) => line ?? '').join('\n') + '\n';
    const { stderr } = await execa(shell, [shell === 'zsh' ? '-f' : '--norc', '-n'], { reject: false, input });
    expect(stderr).toBe('');
  });
});

test('both shells are here to be asked in CI', () => {
  expect(process.env.CI === 'true' ? shells : ['bash', 'zsh']).toEqual(['bash', 'zsh']);
});

test.each([
  'for path in a b; do echo $path; done',
  'status=$(kubectl get pods)',
  'kubectl get pods | tail -n 1; (exit ${PIPESTATUS[0]})',
  'kubectl set image deployment/web web=$IMAGE:v2',
  'kubectl get pods # all of them',
  'PODS=(a b)',
  'for pod in $PODS; do echo $pod; done',
  'kubectl get pods -o jsonpath={.items[0]}',
  'rm /tmp/*.yaml',
  'mapfile -t lines',
])('%s is refused', (text) => {
  expect(problemsOf(text)).not.toEqual([]);
});

test.each([
  "kubectl get pods -o jsonpath='{.items[0]}'",
  'if [ "$A" = "$B" ]; then echo "$A: same"; fi',
  'for pod in $(kubectl get pods -o name); do echo "${pod}:x"; done',
  "cat <<'EOF'\n# a comment of YAML\nEOF",
])('%s is accepted', (text) => {
  expect(problemsOf(text)).toEqual([]);
});
