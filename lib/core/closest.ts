import { closest as closestOf, distance } from 'fastest-levenshtein';
import type { Text } from './text.ts';

/**
 * The name in `valid` that `given` most likely means; undefined when none is similar enough. At most a third of the
 * letters may differ, and two always may.
 */
export function closest(given: string, valid: readonly string[]): string | undefined {
  if (valid.length === 0) return undefined;
  const candidate = closestOf(given, valid);
  return distance(given, candidate) <= Math.max(2, Math.floor(candidate.length / 3)) ? candidate : undefined;
}

/** The sentence of {@link unknownName} in every language. */
export const unknownNameText = (kind: Text, given: string, valid: readonly string[]): Text => {
  const nearest = closest(given, valid);
  const suggestion = nearest === undefined ? '' : `「${nearest}」のことですか。`;
  return {
    ja: `「${given}」という${kind.ja}はありません。${suggestion}あるもの: ${valid.join(', ')}`,
    en: unknownName(kind.en, given, valid),
  };
};

/** A sentence about an unknown name. It suggests the closest valid name, if any, and lists all valid names. */
export function unknownName(kind: string, given: string, valid: readonly string[]): string {
  const nearest = closest(given, valid);
  const suggestion = nearest === undefined ? '' : ` Did you mean '${nearest}'?`;
  return `Unknown ${kind} '${given}'.${suggestion} Valid: ${valid.join(', ')}.`;
}
