import type { Text } from '../core/text.ts';

/** What a check or an answer came to. A hint says what is wrong and never gives the command away. */
export type Verdict = { readonly passed: true } | { readonly passed: false; readonly hint: Text };

/** Verdict of something that is as it should be. */
export const passed: Verdict = { passed: true };

/** Verdict of something that is not yet as it should be, with what is wrong in both languages. */
export const failed = (hint: Text): Verdict => ({ passed: false, hint });
