import { isDeepStrictEqual } from 'node:util';
import type { Template } from 'aws-cdk-lib/assertions';
import type { Environment } from '../../../../lib/model/environment.ts';
import { parseSettings, type SettingName, settingNames } from '../../../../lib/settings/settings.ts';
import type { Language, Text } from '../../../../lib/core/text.ts';
import { effectsOf, type Outcome, outcomes } from '../../../../lib/targets/aws/changes/effects.ts';
import { type Refusal, refusalsOf } from '../../../../lib/targets/aws/changes/refusals.ts';
import { type ResourceChange, resourceChanges } from '../../../../lib/targets/aws/changes/resource-changes.ts';
import { templateOf } from '../../../environments/synth.ts';
import { pairsOf, samples, stacks } from './samples.ts';

/** What another value of one setting means for a stack that stands. */
export interface SettingChange {
  readonly environment: Environment;
  readonly setting: SettingName;
  readonly from: Readonly<Record<string, string>>;
  readonly to: Readonly<Record<string, string>>;
  /** Computed from the templates. */
  readonly changes: readonly ResourceChange[];
  /** What `labs up` says. */
  readonly refusals: readonly Refusal[];
}

/** The template of an environment. */
export function templateWith(environment: Environment, given: Readonly<Record<string, string>>): Template {
  const stack = stacks[environment.id];
  if (stack === undefined) throw new Error(`No stack for environment '${environment.id}' in samples.ts.`);
  return templateOf(stack, given);
}

const known = new Map<string, readonly SettingChange[]>();

/** Changes of one setting in one environment, beside what else is set; computed once. */
export function settingChanges(
  environment: Environment,
  setting: SettingName,
  beside: Readonly<Record<string, string>> = {},
): readonly SettingChange[] {
  const key = JSON.stringify([environment.id, setting, beside]);
  const all = known.get(key) ?? computed(environment, setting, beside);
  known.set(key, all);
  return all;
}

function computed(
  environment: Environment,
  setting: SettingName,
  beside: Readonly<Record<string, string>>,
): readonly SettingChange[] {
  return pairsOf(samples[setting]).map(([before, after]) => {
    const [from, to] = [
      { ...beside, [setting]: before },
      { ...beside, [setting]: after },
    ];
    return {
      environment,
      setting,
      from,
      to,
      changes: changesBetween(templateWith(environment, from), templateWith(environment, to)),
      refusals: refusalsOf(environment, parseSettings(from), parseSettings(to)),
    };
  });
}

/** Most settings concern few environments, and to find no change takes as long as to find some. */
const changesBetween = (before: Template, after: Template): readonly ResourceChange[] =>
  isDeepStrictEqual(before.toJSON(), after.toJSON()) ? [] : resourceChanges(before.toJSON(), after.toJSON());

const words: Readonly<Record<Outcome | 'none' | 'refused', Text>> = {
  none: { ja: '意味を持たない', en: 'no meaning' },
  inPlace: { ja: 'そのまま変わる', en: 'in place' },
  newMachines: { ja: '新しいマシンだけが変わる', en: 'new machines only' },
  oneByOne: { ja: '1 つずつ入れ替わる', en: 'one after the other' },
  newFirst: { ja: '新しいものができてから入れ替わる', en: 'new ones first' },
  refused: { ja: '拒否', en: 'refused' },
};

/** A cell of the table: the most noticeable outcome of all pairs of values, and which pairs are refused. */
function cell(all: readonly SettingChange[], language: Language): string {
  const taken = all.filter(({ refusals }) => refusals.length === 0);
  const refused = [...new Set(all.flatMap(({ refusals }) => refusals))];
  if (taken.length === 0 || refused.some(({ pairs }) => pairs === undefined)) return words.refused[language];
  const reached = taken
    .flatMap(({ changes }) => changes.flatMap(effectsOf))
    .map(({ outcome }) => outcomes.indexOf(outcome));
  const outcome = reached.length === 0 ? 'none' : outcomes[Math.max(...reached)]!;
  const exceptions = refused.map(({ pairs }) =>
    language === 'en' ? `; ${pairs!.en}: refused` : `。${pairs!.ja}は拒否`,
  );
  return words[outcome][language] + exceptions.join('');
}

/** The table of the READMEs: what a deployment with another value does to a standing stack of these environments. */
export function settingTable(language: Language, of: readonly Environment[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    row([language === 'en' ? 'setting' : '設定', ...of.map(({ stack }) => `\`${stack}\``)]),
    `|${'---|'.repeat(of.length + 1)}`,
    ...settingNames.map((name) =>
      row([`\`${name}\``, ...of.map((environment) => cell(settingChanges(environment, name), language))]),
    ),
  ].join('\n');
}
