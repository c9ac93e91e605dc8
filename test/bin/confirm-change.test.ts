import { PassThrough } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { confirmChange, type Terminal } from '../../bin/confirm-change.ts';
import { standardOutput } from '../../bin/output.ts';
import { labOf } from '../../labs/catalogue.ts';
import { UsageError } from '../../lib/core/errors.ts';
import { parseSettings } from '../../lib/settings/settings.ts';
import type { PlannedChange, Target } from '../../lib/targets/target.ts';

const lab = labOf('eks-ec2');
const settings = parseSettings({ nodeCount: '3' });
const description = { ja: '変わります', en: 'three nodes' };

/** A target whose environment would change as planned; without a plan, nothing would. */
const targetWith = (plan?: PlannedChange) =>
  ({
    name: 'aws',
    change: async () => plan && { title: { ja: '確認', en: 'Look' }, look: async () => plan },
  }) as unknown as Target;

/** A terminal at which somebody types, or nobody does. */
function terminal(typed: string | undefined): Terminal {
  const [input, output] = [new PassThrough(), new PassThrough()];
  if (typed === undefined) return { input, output };
  input.end(typed);
  return { input: Object.assign(input, { isTTY: true }), output: Object.assign(output, { isTTY: true }) };
}

async function confirm(target: Target, { yes = false, typed }: { yes?: boolean; typed?: string } = {}) {
  const lines: string[] = [];
  const output = { ...standardOutput('en'), line: (text = '') => void lines.push(text) };
  const agreement = await confirmChange(
    target,
    { lab, settings, flags: ['nodeCount=3'], yes },
    { output, signal: new AbortController().signal },
    terminal(typed),
  );
  return { ...agreement, lines };
}

const planned: PlannedChange = { settings, others: [], description };

describe('a change of a standing environment', () => {
  test('is not asked about where there is none', async () => {
    expect(await confirm(targetWith())).toEqual({ agreed: true, lines: [] });
    expect(await confirm({ name: 'local' } as unknown as Target)).toEqual({ agreed: true, lines: [] });
  });

  test('is not asked about where nothing that runs would change', async () => {
    expect(await confirm(targetWith({ settings, others: [] }))).toEqual({ agreed: true, settings, lines: [] });
  });

  test('is made with --yes, after it was said', async () => {
    expect(await confirm(targetWith(planned), { yes: true })).toEqual({
      agreed: true,
      settings,
      lines: ['three nodes'],
    });
  });

  test.each([
    ['y\n', true],
    ['YES\n', true],
    ['はい\n', true],
    ['n\n', false],
    ['\n', false],
    ['', false],
  ])('after %j is made: %s', async (typed, agreed) => {
    expect(await confirm(targetWith(planned), { typed })).toMatchObject({ agreed, lines: ['three nodes'] });
  });

  test('is refused where nobody can be asked, with the command that makes it', async () => {
    await expect(confirm(targetWith(planned))).rejects.toThrow(
      new UsageError(
        'There is no terminal to ask on whether to make this change. To make it: npx labs up eks-ec2 --on aws -c nodeCount=3 --yes',
      ),
    );
  });

  test('is refused if a lab that is up needs another setting', async () => {
    await expect(confirm(targetWith({ ...planned, others: ['ec2-and-fargate'] }), { yes: true })).rejects.toThrow(
      new UsageError(
        'Lab ec2-and-fargate needs compute=both, not ec2. Leave -c compute out.\n' +
          'End these first, with labs down: ec2-and-fargate.',
      ),
    );
  });
});
