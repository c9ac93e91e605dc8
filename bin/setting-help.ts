import { settingHelp } from '../lib/settings.ts';

/** The settings as a help text. */
export function settingHelpText(): string {
  const width = Math.max(...settingHelp.map(({ name }) => name.length)) + 2;
  const lines = settingHelp.map(
    ({ name, text, default: value }) => `  ${name.padEnd(width)}${text} (default: ${value})`,
  );
  return ['', 'Settings:', ...lines].join('\n');
}
