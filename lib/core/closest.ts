import { closest as closestOf, distance } from 'fastest-levenshtein';
import type { Text } from './text.ts';

/**
 * The name among `valid` that `given` was probably meant to be, if any is near enough:
 * at most a third of its letters (and at least two) differ.
 */
export function closest(given: string, valid: readonly string[]): string | undefined {
  if (valid.length === 0) return undefined;
  const candidate = closestOf(given, valid);
  return distance(given, candidate) <= Math.max(2, Math.floor(candidate.length / 3)) ? candidate : undefined;
}

/** The same as {@link unknownName}, in every language. */
export const unknownNameText = (kind: Text, given: string, valid: readonly string[]): Text => {
  const nearest = closest(given, valid);
  const suggestion = nearest === undefined ? '' : `「${nearest}」のことですか。`;
  return {
    ja: `「${given}」という${kind.ja}はありません。${suggestion}あるもの: ${valid.join(', ')}`,
    en: unknownName(kind.en, given, valid),
  };
};

/** A sentence for a name that is not known: the nearest one if there is one, and all valid ones. */
export function unknownName(kind: string, given: string, valid: readonly string[]): string {
  const nearest = closest(given, valid);
  const suggestion = nearest === undefined ? '' : ` Did you mean '${nearest}'?`;
  return `Unknown ${kind} '${given}'.${suggestion} Valid: ${valid.join(', ')}.`;
}
