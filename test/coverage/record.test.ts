import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { executionOf, keepExecution, readRecord, type RehearsedLab } from '../../lib/coverage/record.ts';
import { UsageError } from '../../lib/core/errors.ts';
import { parseGuide } from '../../lib/guide/parse.ts';
import { rehearse } from '../../lib/guide/rehearse.ts';
import { failed, passed, type Verdict } from '../../lib/model/verdict.ts';
import type { ClaimId } from '../../lib/claims/claims.ts';
import type { ExecutingTarget } from '../../lib/claims/claim.ts';
import { labWith } from './labs.ts';
import { removeFolder, temporaryFolder } from '../temporary-folder.ts';

const block = (command: string, attributes = '') =>
  `\`\`\`bash ${attributes} output=unchecked why="w"\n${command}\n\`\`\`\n`;

/** Plays a guide of one task, which makes these claims, on a target. */
async function played(
  claims: readonly ClaimId[],
  blocks: readonly string[],
  target: ExecutingTarget = 'local',
  verdict: Verdict = passed,
): Promise<RehearsedLab> {
  const guide = parseGuide(`# Title\n\n## Task\n<!-- task: task -->\n\n${blocks.join('\n')}`, 'guide.ja.md');
  const rehearsal = await rehearse({
    guide,
    target,
    kubernetes: '1.36',
    shell: { cwd: process.cwd(), env: { PATH: process.env.PATH } },
    afterTask: async () => verdict,
  });
  return { lab: labWith('lab', { task: claims }), target, kubernetes: '1.36', rehearsal };
}

const tasksOf = async (...args: Parameters<typeof played>) => executionOf(await played(...args)).tasks;

describe('a task is executed', () => {
  test('when a block of it ran and its check passed, with its claims that count there', async () => {
    expect(await tasksOf(['K1', 'K3', 'P5'], [block('true'), block('aws', 'needs=aws')])).toEqual({ task: ['K1'] });
    expect(await tasksOf(['K1', 'K3', 'P5'], [block('true')], 'linux')).toEqual({ task: ['K1', 'K3'] });
  });

  test('not when none of its blocks runs there, though its check passes', async () => {
    expect(await tasksOf(['K1'], [block('aws', 'needs=aws'), block('ps', 'needs=host')])).toEqual({});
  });

  test('not when it has no check', async () => {
    const rehearsed = await played(['K1'], [block('true')]);
    expect(executionOf({ ...rehearsed, rehearsal: { ...rehearsed.rehearsal, tasks: [] } }).tasks).toEqual({});
  });

  test.each<[string, readonly string[], Verdict]>([
    ['a block', [block('false')], passed],
    ['the check', [block('true')], failed({ ja: 'まだです。', en: 'Not yet.' })],
  ])('not when %s failed', async (_, blocks, verdict) => {
    await expect(tasksOf(['K1'], blocks, 'local', verdict)).rejects.toThrow(
      'The rehearsal of lab lab on local did not pass, so it executed nothing.',
    );
  });

  test('not when something was not reached', async () => {
    const rehearsed = await played(['K1'], [block('true')]);
    const counts = { ...rehearsed.rehearsal.counts, notReached: 1 };
    expect(() => executionOf({ ...rehearsed, rehearsal: { ...rehearsed.rehearsal, counts } })).toThrow('did not pass');
  });
});

describe('a claim that blocks name as theirs is executed', () => {
  const own = [block('true', 'claims=K9'), block('ps', 'claims=K1,K4 needs=host')];

  test('only where one of those blocks ran', async () => {
    expect(await tasksOf(['K1', 'K4', 'K9', 'K12'], own)).toEqual({ task: ['K9', 'K12'] });
    expect(await tasksOf(['K1', 'K4', 'K9', 'K12'], [...own, block('true', 'claims=K4')])).toEqual({
      task: ['K4', 'K9', 'K12'],
    });
  });

  test('where all of them ran', async () => {
    expect(await tasksOf(['K1', 'K4', 'K9', 'K12'], own, 'linux')).toEqual({ task: ['K1', 'K4', 'K9', 'K12'] });
  });
});

describe('the record', () => {
  let folder: string;
  beforeEach(async () => {
    folder = path.join(await temporaryFolder('record'), 'record');
  });
  afterEach(() => removeFolder(path.dirname(folder)));

  test('holds what was kept, the last of each run, and nothing else', async () => {
    await keepExecution(await played(['K1'], [block('true')]), folder);
    await keepExecution(await played(['K1', 'K9'], [block('true')]), folder);
    await keepExecution(await played(['K3'], [block('true')], 'linux'), folder);
    expect((await readdir(folder)).sort()).toEqual(['lab.linux.1.36.json', 'lab.local.1.36.json']);
    expect(await readRecord(folder)).toEqual([
      { lab: 'lab', target: 'linux', kubernetes: '1.36', tasks: { task: ['K3'] } },
      { lab: 'lab', target: 'local', kubernetes: '1.36', tasks: { task: ['K1', 'K9'] } },
    ]);
  });

  test('does not hold what was interrupted while it was written', async () => {
    await keepExecution(await played(['K1'], [block('true')]), folder);
    await writeFile(path.join(folder, 'other.local.1.36.json.1234'), '[{');
    expect(await readRecord(folder)).toHaveLength(1);
  });

  test('is not written unless somebody asks', async () => {
    await keepExecution(await played(['K1'], [block('true')]), '');
    await expect(readdir(folder)).rejects.toThrow('ENOENT');
  });

  test('does not take a failed rehearsal', async () => {
    await expect(keepExecution(await played(['K1'], [block('false')]), folder)).rejects.toThrow('did not pass');
    await expect(readdir(folder)).rejects.toThrow('ENOENT');
  });

  test.each([false, true])('is refused when it is not there, or empty (%s)', async (exists) => {
    if (exists) await mkdir(folder);
    await expect(readRecord(folder)).rejects.toThrow(
      new UsageError(
        `${folder} holds no record of what was executed. Run the tests with LABS_RECORD=${folder} in their environment.`,
      ),
    );
  });
});
