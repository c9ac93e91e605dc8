import path from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { execa } from 'execa';
import stringWidth from 'string-width';
import { labs } from '../../labs/catalogue.ts';
import { readCoverage } from '../../lib/coverage/record.ts';
import { claimIds, claims } from '../../lib/claims/claims.ts';
import { coverageMatrix } from '../../lib/coverage/matrix.ts';
import { projectFolder } from '../../lib/platform/paths.ts';
import { languages } from '../../lib/core/text.ts';

jest.setTimeout(60_000);

const coverage = async (...args: readonly string[]) => {
  const { stdout, stderr } = await execa(
    process.execPath,
    [path.join(projectFolder, 'bin', 'labs.mjs'), 'coverage', ...args],
    { env: { PATH: process.env.PATH, HOME: '/nonexistent', NO_COLOR: '1', LANG: 'C.UTF-8' }, extendEnv: false },
  );
  expect(stderr).toBe('');
  return stdout;
};
const matrix = async () => coverageMatrix(labs, await readCoverage());

test.each(languages)('labs coverage says in %s of each claim what, how, and where or why not', async (language) => {
  const text = await coverage('--lang', language);
  const lines = text.split('\n');
  for (const { id, tasks, executedOn, reason } of await matrix()) {
    const [first, ...rest] = text
      .slice(text.search(new RegExp(`^${id} `, 'm')))
      .split('\n\n')[0]!
      .split('\n');
    expect(first!.slice(0, 5)).toBe(id.padEnd(5));
    const all = [first!.slice(5), ...rest.map((line) => line.trim())].join('').replaceAll(/\s/g, '');
    const said = [claims[id].subject, claims[id].today, reason].flatMap((one) =>
      one === undefined ? [] : [one[language]],
    );
    for (const sentence of said) expect(all).toContain(sentence.replaceAll(/\s/g, ''));
    for (const { name, executedOn: on } of tasks) {
      const line = rest.find((one) => one.trim().split(' ')[0] === name);
      expect(line?.trim().split(/\s+✔ /)).toEqual(on.length === 0 ? [name] : [name, on.join(', ')]);
    }
    const notYet = { ja: 'CI はまだ実行していません。', en: 'CI has not executed it yet.' }[language];
    expect(rest.includes(`     ${notYet}`)).toBe(executedOn.length === 0 && reason === undefined);
  }
  expect(lines.filter((line) => stringWidth(line) > 80)).toEqual([]);
});

test('labs coverage --json is an array of id, tasks, targets and, for AWS alone, the reason', async () => {
  const rows = JSON.parse(await coverage('--json', '--lang', 'ja')) as unknown[];
  expect(rows).toEqual(
    (await matrix()).map(({ id, tasks, executedOn, reason }) => ({
      id,
      tasks: tasks.map(({ name }) => name),
      executedOn,
      ...(reason === undefined ? {} : { reason: reason.ja }),
    })),
  );
  expect(rows).toHaveLength(claimIds.length);
});
