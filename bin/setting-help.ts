import { settingHelp } from '../lib/settings/setting-help.ts';
import type { Language } from '../lib/core/text.ts';

/** The settings as a help text. */
export function settingHelpText(language: Language): string {
  const width = Math.max(...settingHelp.map(({ name }) => name.length)) + 2;
  const lines = settingHelp.map(({ name, text, default: value }) => {
    const byDefault = {
      ja: `（既定: ${value === 'none' ? 'なし' : value}）`,
      en: ` (default: ${value})`,
    };
    return `  ${name.padEnd(width)}${text[language]}${byDefault[language]}`;
  });
  const title = { ja: '設定:', en: 'Settings:' };
  return ['', title[language], ...lines].join('\n');
}
