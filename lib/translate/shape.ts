/** The shape of a value: its type, the values of an enumeration, or what is in a list, a map or an object. */
export type Shape =
  | 'string'
  | 'number'
  | 'boolean'
  | 'json'
  | readonly string[]
  | { readonly list: Shape }
  | { readonly map: Shape }
  | ObjectShape;

/** The fields of an object. */
export interface ObjectShape {
  readonly [field: string]: Shape;
}

/** Whether a shape is the enumeration of its values. */
export const isEnumeration = (shape: Shape): shape is readonly string[] => Array.isArray(shape);

/** The shape of a list's items; undefined for anything else. */
export const itemOf = (shape: Shape): Shape | undefined =>
  typeof shape === 'object' && !isEnumeration(shape) && 'list' in shape ? shape.list : undefined;

/** The shape of a map's values; undefined for anything else. */
export const valueOf = (shape: Shape): Shape | undefined =>
  typeof shape === 'object' && !isEnumeration(shape) && 'map' in shape ? shape.map : undefined;

/** The fields of an object; undefined for anything else. */
export const fieldsOf = (shape: Shape): ObjectShape | undefined =>
  typeof shape === 'object' && !isEnumeration(shape) && itemOf(shape) === undefined && valueOf(shape) === undefined
    ? shape
    : undefined;

/**
 * The paths of all leaves, as rules name them: `containerDefinitions[].portMappings[].hostPort`. A list of texts is a
 * leaf that ends in `[]`; a map is a leaf, whatever its keys.
 */
export function leafPaths(shape: Shape, path = ''): readonly string[] {
  const item = itemOf(shape);
  if (item !== undefined) return leafPaths(item, `${path}[]`);
  const fields = fieldsOf(shape);
  if (fields === undefined) return [path];
  return Object.entries(fields).flatMap(([name, field]) => leafPaths(field, path === '' ? name : `${path}.${name}`));
}

/** A leaf of a document: where it is, by which rule it is answered, and its value. */
export interface Leaf {
  /** With indexes: `containerDefinitions[0].cpu`. */
  readonly path: string;
  /** Without: `containerDefinitions[].cpu`. */
  readonly rule: string;
  readonly value: unknown;
}

/** The leaves of a document that has the shape. Items of a list of texts, and a whole map, are one leaf each. */
export function leavesOf(value: unknown, shape: Shape, path = '', rule = ''): readonly Leaf[] {
  const item = itemOf(shape);
  if (item !== undefined) {
    return (value as readonly unknown[]).flatMap((each, index) =>
      leavesOf(each, item, `${path}[${index}]`, `${rule}[]`),
    );
  }
  const fields = fieldsOf(shape);
  if (fields === undefined) return [{ path, rule, value }];
  const below = (name: string, of: string) => (of === '' ? name : `${of}.${name}`);
  return Object.entries(value as Record<string, unknown>).flatMap(([name, each]) =>
    leavesOf(each, fields[name]!, below(name, path), below(name, rule)),
  );
}
