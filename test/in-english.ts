import type { Text } from '../lib/core/text.ts';

/** What a step says, in English where it is said in both languages. */
export const inEnglish = (said: string | Text): string => (typeof said === 'string' ? said : said.en);
