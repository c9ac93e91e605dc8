import { isDeepStrictEqual } from 'node:util';
import { UsageError } from '../core/errors.ts';
import type { Lab } from './lab.ts';
import type { Language } from '../core/text.ts';
import { settingsFromFlags, type SettingName, type Settings } from '../settings/settings.ts';

/**
 * The settings of a lab: those that the lab requires, those of the flags, and the defaults of all others.
 *
 * @param flags `key=value`, from `-c key=value`
 * @throws UsageError for a flag that is invalid, or that contradicts a setting that the lab requires
 */
export function settingsOf(lab: Pick<Lab, 'id' | 'settings'>, flags: readonly string[]): Settings {
  const needed = lab.settings ?? {};
  const settings = settingsFromFlags(flags, needed);
  const sentences = Object.entries(needed).flatMap(([name, value]) => {
    const given = settings[name as SettingName];
    if (isDeepStrictEqual(given, value)) return [];
    return {
      ja: `ラボ ${lab.id} には ${name}=${String(value)} が必要です（${String(given)} ではなく）。-c ${name} は省いてください。`,
      en: `Lab ${lab.id} needs ${name}=${String(value)}, not ${String(given)}. Leave -c ${name} out.`,
    };
  });
  const all = (language: Language) => sentences.map((sentence) => sentence[language]).join('\n');
  if (sentences.length > 0) throw new UsageError({ ja: all('ja'), en: all('en') });
  return settings;
}
