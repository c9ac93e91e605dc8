import { isDeepStrictEqual } from 'node:util';
import { UsageError } from './errors.ts';
import type { Lab } from './lab.ts';
import { settingsFromFlags, type SettingName, type Settings } from './settings.ts';

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
    return [`Lab ${lab.id} needs ${name}=${String(value)}, not ${String(given)}. Leave -c ${name} out.`];
  });
  if (sentences.length > 0) throw new UsageError(sentences.join('\n'));
  return settings;
}
