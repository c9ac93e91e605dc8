import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { labOf } from '../labs/catalogue.ts';
import { UsageError } from '../lib/core/errors.ts';
import type { Text } from '../lib/core/text.ts';
import type { Lab } from '../lib/model/lab.ts';
import { settingConflicts } from '../lib/model/lab-settings.ts';
import { labsCommand } from '../lib/model/labs-command.ts';
import type { Settings } from '../lib/settings/settings.ts';
import type { PlannedChange, Target } from '../lib/targets/target.ts';
import type { CommandContext } from './context.ts';
import { runSteps } from './progress.ts';

/** A terminal, at which a person can be asked. */
export interface Terminal {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: Writable & { readonly isTTY?: boolean };
}

/** What came of a question about a change. */
export interface Agreement {
  readonly agreed: boolean;
  /** The settings to bring the lab up with, when a standing environment changes. @default none changes */
  readonly settings?: Settings;
}

/**
 * Says what other settings would do to an environment that stands, and asks whether to go on.
 *
 * @param flags the settings that were given, `key=value`
 * @param yes whether nobody has to be asked
 * @throws UsageError when a lab that is up needs other settings, or when there is nobody to ask
 */
export async function confirmChange(
  target: Target,
  { lab, settings, flags, yes }: { lab: Lab; settings: Settings; flags: readonly string[]; yes: boolean },
  { output, signal }: CommandContext,
  terminal: Terminal = { input: process.stdin, output: process.stderr },
): Promise<Agreement> {
  const change = await target.change?.(lab, settings);
  if (change === undefined) return { agreed: true };
  let planned: PlannedChange | undefined;
  const run = async (report: (detail: string | Text) => void) => {
    planned = await change.look(report, signal);
  };
  await runSteps([{ title: change.title, run }], output, signal);
  if (planned === undefined) throw new Error('A change was looked at, and nothing was found.');
  refuseConflicts(planned);
  if (planned.description === undefined) return { agreed: true, settings: planned.settings };
  output.line(output.text(planned.description));
  if (yes) return { agreed: true, settings: planned.settings };
  if (terminal.input.isTTY !== true || terminal.output.isTTY !== true) {
    const again = labsCommand('up', lab.id, target.name, {
      flags: [...flags.flatMap((flag) => ['-c', flag]), '--yes'],
    });
    throw new UsageError({
      ja: `端末がないので、この変更を行うかどうか尋ねられません。行うには: ${again}`,
      en: `There is no terminal to ask on whether to make this change. To make it: ${again}`,
    });
  }
  const agreed = await ask(output.message('changeQuestion'), terminal, signal);
  return agreed ? { agreed, settings: planned.settings } : { agreed };
}

/** A lab that is up keeps the settings without which it can't be done. */
function refuseConflicts({ settings, others }: PlannedChange): void {
  const conflicts = others.map(labOf).flatMap((other) => settingConflicts(other, settings));
  if (conflicts.length === 0) return;
  const end: Text = {
    ja: `先に labs down で終えるラボ: ${others.join(', ')}`,
    en: `End these first, with labs down: ${others.join(', ')}.`,
  };
  throw new UsageError({
    ja: [...conflicts.map(({ ja }) => ja), end.ja].join('\n'),
    en: [...conflicts.map(({ en }) => en), end.en].join('\n'),
  });
}

/** Whether a person says yes. Anything else means no, and so does the end of the input. */
async function ask(question: string, { input, output }: Terminal, signal: AbortSignal): Promise<boolean> {
  output.write(question);
  for await (const answer of createInterface({ input, signal })) return /^\s*(y|yes|はい)\s*$/i.test(answer);
  signal.throwIfAborted();
  return false;
}
