import type { Text } from '../core/text.ts';

/** The result of a check or an answer. A hint says what is wrong, and never reveals the command. */
export type Verdict = { readonly passed: true } | { readonly passed: false; readonly hint: Text };

/** The verdict of a check that passed. */
export const passed: Verdict = { passed: true };

/** The verdict of a check that failed, with a hint in both languages. */
export const failed = (hint: Text): Verdict => ({ passed: false, hint });
