import { isDeepStrictEqual } from 'node:util';
import { UsageError } from '../../core/errors.ts';
import type { Lab } from '../../model/lab.ts';
import type { Settings } from '../../settings/settings.ts';
import type { TargetName } from '../../core/target-name.ts';
import type { EnvironmentRecord } from './environment-folder.ts';
import { labsCommand } from '../../model/labs-command.ts';

/** Where an environment runs, as far as sharing goes. */
export interface Sharing {
  /** The settings that have to agree. */
  readonly relevant: readonly (keyof Settings)[];
  readonly target: TargetName;
  /** Whether `labs up --yes` gives an environment that stands other settings. @default false */
  readonly mayChange?: boolean;
}

/** The settings that a local environment takes notice of; the others concern AWS only. */
const relevantSettings = [
  'kubernetes',
  'nodeCount',
  'instanceType',
  'compute',
] as const satisfies readonly (keyof Settings)[];

/** The ids of the other labs in an environment. */
export const othersIn = (record: EnvironmentRecord | undefined, lab: Lab): readonly string[] =>
  (record?.labs ?? []).filter((id) => id !== lab.id);

/**
 * Refuses a lab that can't share the environment that runs.
 *
 * @throws UsageError when the settings differ, or when this lab or the one that runs has to run alone
 */
export function refuseMisfit(
  lab: Lab,
  record: EnvironmentRecord,
  settings: Settings,
  { relevant, target, mayChange = false }: Sharing = { relevant: relevantSettings, target: 'local' },
): void {
  const differing = relevant.filter((name) => !isDeepStrictEqual(record.settings[name], settings[name]));
  if (differing.length > 0) {
    const list = differing
      .map((name) => `${name}=${String(record.settings[name])} (not ${String(settings[name])})`)
      .join(', ');
    const asRunning = differing.flatMap((name) => ['-c', `${name}=${String(record.settings[name])}`]);
    const joining = labsCommand('up', lab.id, target, { flags: asRunning });
    const differences = differing
      .map((name) => `${name}=${String(record.settings[name])}（${String(settings[name])} ではない）`)
      .join('、');
    // A lab that can't do without its own settings can't join.
    const joins = !differing.some((name) => lab.settings?.[name] !== undefined);
    throw new UsageError({
      ja:
        `ラボ ${lab.id} の環境は、別の設定で動いています: ${differences}。` +
        (joins ? `加わるには: ${joining}　` : '') +
        (mayChange ? '動いている環境の設定を変えるには、--yes を付けます。' : '') +
        (joins ? '作り直すなら、' : '') +
        `先に labs down で終えるラボ: ${record.labs.join(', ')}`,
      en:
        `The environment of lab ${lab.id} runs already, with ${list}. ` +
        (mayChange ? 'Change it with --yes. ' : '') +
        (joins ? `Join it with: ${joining} — or end it first` : 'End it first') +
        `, with labs down for: ${record.labs.join(', ')}.`,
    });
  }
  const others = othersIn(record, lab);
  if (record.exclusive && others.length > 0) {
    const end = others.map((id) => labsCommand('down', id, target)).join('; ');
    throw new UsageError({
      ja: `ラボ ${others.join(', ')} はクラスター全体のものを止めるので、ほかのラボとは一緒に動かせません。先に終えてください: ${end}`,
      en: `Lab ${others.join(', ')} stops cluster-wide things, so it runs alone. End it before lab ${lab.id}, with: ${end}`,
    });
  }
  if (lab.exclusive && others.length > 0) {
    throw new UsageError({
      ja: `ラボ ${lab.id} はクラスター全体のものを止めるので、ほかのラボとは一緒に動かせません。先に labs down で終えるラボ: ${others.join(', ')}`,
      en: `Lab ${lab.id} stops cluster-wide things, so it runs alone. End these first, with labs down: ${others.join(', ')}.`,
    });
  }
}
