import pc from 'picocolors';
import type { Language, Text } from '../lib/core/text.ts';
import { messages, type MessageName } from './messages.ts';

/** What a command prints with, and in which language. */
export interface Output {
  readonly language: Language;
  readonly colors: ReturnType<typeof pc.createColors>;
  /** Prints a line. */
  line(text?: string): void;
  /** A text in the learner's language. */
  text(text: Text): string;
  /** A message of the command in the learner's language, its `{…}` filled in. */
  message(name: MessageName, values?: Readonly<Record<string, string | number>>): string;
}

/** Output to standard output. */
export function standardOutput(language: Language): Output {
  return {
    language,
    colors: pc.createColors(pc.isColorSupported && process.stdout.isTTY),
    line: (text = '') => process.stdout.write(`${text}\n`),
    text: (text) => text[language],
    message: (name, values = {}) =>
      messages[name][language].replaceAll(/\{(\w+)\}/g, (placeholder, key: string) =>
        String(values[key] ?? placeholder),
      ),
  };
}

/** The language that the environment's locale asks for; English unless it is Japanese. */
export function languageOfLocale(env: NodeJS.ProcessEnv = process.env): Language {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
  return locale.toLowerCase().startsWith('ja') ? 'ja' : 'en';
}
