import { describe, expect, test } from '@jest/globals';
import { format } from 'prettier';
import { formatExecutions, parseExecutions, withNewer, type Execution } from '../../lib/coverage/execution.ts';
import { UsageError } from '../../lib/core/errors.ts';

const first: Execution = {
  lab: 'first',
  target: 'local',
  kubernetes: '1.36',
  tasks: { one: ['K1', 'K9'], two: [] },
};
const older: Execution = { ...first, kubernetes: '1.35' };
const onLinux: Execution = { ...first, target: 'linux', tasks: {} };
const second: Execution = { ...first, lab: 'second' };
const labIds = ['first', 'second'];

describe('the file', () => {
  const text = formatExecutions([second, onLinux, older, first], labIds);

  test('is sorted by lab, target and version, whatever the order of the runs', () => {
    expect(parseExecutions(text, 'coverage.json')).toEqual([first, older, onLinux, second]);
    expect(formatExecutions([first, older, second, onLinux], labIds)).toBe(text);
  });

  test('is as Prettier would have it', async () => {
    const prettier = (source: string) => format(source, { parser: 'json', printWidth: 120 });
    expect(await prettier(text)).toBe(text);
    expect(await prettier(formatExecutions([], labIds))).toBe('[]\n');
  });
});

test('newer executions take the place of those of the same lab, target and version', () => {
  const newer: Execution = { ...first, tasks: { one: ['K1'] } };
  expect(withNewer([first, older, onLinux, second], [newer])).toEqual([older, onLinux, second, newer]);
});

test.each([
  [
    'no JSON',
    '[',
    /^coverage\.json is not what CI writes \(.*JSON.*\)\. Write it again with: npm run coverage:update$/,
  ],
  [
    'an unknown claim',
    '[{"lab":"a","target":"local","kubernetes":"1.36","tier":"ci","tasks":{"b":["K77"]}}]',
    /\(0\.tasks\.b\.0: /,
  ],
  [
    'an execution on AWS',
    '[{"lab":"a","target":"aws","kubernetes":"1.36","tier":"ci","tasks":{}}]',
    /\(0\.target: .*"local"\|"linux"/,
  ],
  [
    'an unknown version',
    '[{"lab":"a","target":"local","kubernetes":"1.20","tier":"ci","tasks":{}}]',
    /\(0\.kubernetes: /,
  ],
  [
    'a tier that does not play it',
    '[{"lab":"a","target":"local","kubernetes":"1.35","tier":"ci","tasks":{}}]',
    /\(0\.tier: not the tier that plays it\)/,
  ],
  ['something else', '{"lab":"a"}', /expected array/],
])('refuses %s', (_, text, message) => {
  expect(() => parseExecutions(text, 'coverage.json')).toThrow(UsageError);
  expect(() => parseExecutions(text, 'coverage.json')).toThrow(message);
});
