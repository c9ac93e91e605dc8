/** Where a value stands in a document: the keys that lead to it. */
export type Path = readonly string[];

/** The places of all values of a document that hold no others. */
export function leavesOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
}

/** A document with another value in one place: twice the number, a longer text, the opposite. */
export function changed<T>(document: T, path: Path): T {
  const [key, ...rest] = path;
  if (key === undefined) return another(document) as T;
  if (Array.isArray(document)) {
    return document.map((item: unknown, index) => (String(index) === key ? changed(item, rest) : item)) as T;
  }
  return { ...document, [key]: changed((document as Record<string, unknown>)[key], rest) };
}

function another(value: unknown): unknown {
  if (typeof value === 'number') return value === 0 ? 1 : 2 * value;
  if (typeof value === 'boolean') return !value;
  return `${String(value)}-other`;
}
