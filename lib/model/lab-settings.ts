import { isDeepStrictEqual } from 'node:util';
import { UsageError } from '../core/errors.ts';
import type { Lab } from './lab.ts';
import type { Language } from '../core/text.ts';
import { settingsFromFlags, type SettingName, type Settings } from '../settings/settings.ts';

/**
 * The settings that a lab is brought up with: what the lab needs, what the flags say, and otherwise the defaults.
 *
 * @param flags as `-c key=value` gives them
 * @throws UsageError for a flag that is invalid, or that contradicts what the lab needs
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
