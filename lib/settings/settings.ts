import type { z } from 'zod';
import { kubernetesVersions } from '../catalog/versions.ts';
import { closest, unknownNameText } from '../core/closest.ts';
import { UsageError } from '../core/errors.ts';
import type { Language, Text } from '../core/text.ts';
import { schema } from './schema.ts';
import { textOf } from './value-types.ts';

/** The settings that users may choose. Account and region are not settings: they come from the AWS profile. */
export type Settings = Readonly<z.output<typeof schema>>;

/** The name of a setting. */
export type SettingName = keyof Settings;

/** The names of all settings. */
export const settingNames = Object.keys(schema.shape) as readonly SettingName[];

/**
 * Reads settings from a plain record, from CDK context or from `-c key=value` flags. Absent settings get their defaults.
 *
 * @throws UsageError with a sentence for each setting that is invalid.
 */
export function parseSettings(given: Readonly<Record<string, unknown>>): Settings {
  const known = Object.fromEntries(
    settingNames.filter((name) => given[name] !== undefined).map((name) => [name, given[name]]),
  );
  const result = schema.safeParse(known);
  if (result.success) return result.data;
  const sentences = result.error.issues.map((issue): Text => {
    const [name, text] = [String(issue.path[0]), textOf(issue)];
    return { ja: `設定 ${name}: ${text.ja}`, en: `Setting ${name}: ${text.en}` };
  });
  const all = (language: Language) => [...new Set(sentences.map((sentence) => sentence[language]))].join('\n');
  throw new UsageError({ ja: all('ja'), en: all('en') });
}

/**
 * Reads the settings from a CDK app's context. Other code uses context too, so a key that is not a setting is ignored,
 * unless it looks like a typo.
 *
 * @throws UsageError for a misspelt or invalid setting.
 */
export function settingsFromContext(context: Readonly<Record<string, unknown>>): Settings {
  for (const key of Object.keys(context)) {
    if (settingNames.includes(key as SettingName) || /[:/@]/.test(key)) continue;
    if (closest(key, settingNames) !== undefined) throw new UsageError(unknownSetting(key));
  }
  return parseSettings(context);
}

/**
 * Reads the settings from `key=value` flags.
 *
 * @param defaults the values of settings that no flag names
 * @throws UsageError for a flag without `=`, an unknown or an invalid setting.
 */
export function settingsFromFlags(flags: readonly string[], defaults: Partial<Settings> = {}): Settings {
  const given: Record<string, unknown> = { ...defaults };
  for (const flag of flags) {
    const separator = flag.indexOf('=');
    if (separator < 1)
      throw new UsageError({
        ja: `「-c ${flag}」は設定ではありません。-c kubernetes=${kubernetesVersions[0]} のように、key=value の形で指定してください。`,
        en: `'-c ${flag}' is not a setting. Give key=value, such as -c kubernetes=${kubernetesVersions[0]}.`,
      });
    const key = flag.slice(0, separator);
    if (!settingNames.includes(key as SettingName)) throw new UsageError(unknownSetting(key));
    given[key] = flag.slice(separator + 1);
  }
  return parseSettings(given);
}

const unknownSetting = (name: string): Text => unknownNameText({ ja: '設定', en: 'setting' }, name, settingNames);
