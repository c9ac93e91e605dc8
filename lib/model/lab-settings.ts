import { isDeepStrictEqual } from 'node:util';
import { UsageError } from '../core/errors.ts';
import type { Lab } from './lab.ts';
import type { Language, Text } from '../core/text.ts';
import { settingsFromFlags, type SettingName, type Settings } from '../settings/settings.ts';

/**
 * The settings of a lab: those that the lab requires, those of the flags, and the defaults of all others.
 *
 * @param flags `key=value`, from `-c key=value`
 * @throws UsageError for a flag that is invalid, or that contradicts a setting that the lab requires
 */
export function settingsOf(lab: Pick<Lab, 'id' | 'settings'>, flags: readonly string[]): Settings {
  const settings = settingsFromFlags(flags, lab.settings ?? {});
  const sentences = settingConflicts(lab, settings);
  const all = (language: Language) => sentences.map((sentence) => sentence[language]).join('\n');
  if (sentences.length > 0) throw new UsageError({ ja: all('ja'), en: all('en') });
  return settings;
}

/** A sentence for each setting that is not what a lab requires. */
export const settingConflicts = (
  { id, settings: needed = {} }: Pick<Lab, 'id' | 'settings'>,
  settings: Settings,
): readonly Text[] =>
  Object.entries(needed).flatMap(([name, value]) => {
    const given = settings[name as SettingName];
    if (isDeepStrictEqual(given, value)) return [];
    return {
      ja: `ラボ ${id} には ${name}=${String(value)} が必要です（${String(given)} ではなく）。-c ${name} は省いてください。`,
      en: `Lab ${id} needs ${name}=${String(value)}, not ${String(given)}. Leave -c ${name} out.`,
    };
  });
