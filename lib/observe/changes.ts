import type { Change } from '../log/frame.ts';

/** How many changes of one write are told. */
export const mostChanges = 20;

/** How long a value may be that is told, in characters. */
const longestValue = 200;

/** What stands for a value that nobody is to see. */
const mask = '"…"';

/** What secrets are called in variables. */
const secretName = /pass(word|wd)?|secret|token|credential|api[-_]?key/i;

/** Fields that change without anything having changed: bookkeeping of the API server, and times. */
const bookkeeping: ReadonlySet<string> = new Set([
  'creationTimestamp',
  'generation',
  'kubectl.kubernetes.io/last-applied-configuration',
  'lastHeartbeatTime',
  'lastProbeTime',
  'lastTransitionTime',
  'lastUpdateTime',
  'managedFields',
  'observedGeneration',
  'resourceVersion',
  'uid',
]);

/** Fields that tell the elements of a list apart, in this order. */
const elementNames = ['name', 'type', 'containerPort', 'port', 'key', 'ip'] as const;

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What differs between two states of an object. */
export interface Difference {
  readonly changes: readonly Change[];
  /** How many changes were left out. */
  readonly more: number;
}

/**
 * Tells what changed from one state of an object to another. Times and other bookkeeping are no change.
 *
 * @param resource plural of its kind: values of `secrets` and `configmaps` are masked
 */
export function differenceOf(before: unknown, after: unknown, resource: string): Difference {
  const found: { readonly path: string; readonly before: unknown; readonly after: unknown }[] = [];
  const walk = (path: string, one: unknown, other: unknown): void => {
    // What came or went is told as one; what was sent for an object that is not known, part by part.
    const isWhole = before !== undefined && (one === undefined || other === undefined);
    const [left, right] = isWhole ? [] : [named(one), named(other)];
    if (left === undefined || right === undefined) {
      if (shown(one) !== shown(other)) found.push({ path, before: one, after: other });
      return;
    }
    for (const key of new Set([...left.keys(), ...right.keys()])) {
      if (bookkeeping.has(key)) continue;
      walk(joined(path, key, Array.isArray(one) || Array.isArray(other)), left.get(key), right.get(key));
    }
  };
  walk('', before, after);
  const changes = found.slice(0, mostChanges).map((change) => ({
    path: clipped(change.path),
    ...valueOf('before', change.before, change.path, resource),
    ...valueOf('after', change.after, change.path, resource),
  }));
  return { changes, more: found.length - changes.length };
}

/** The parts of an object, or of a list whose elements have names; undefined for everything else. */
function named(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (value === undefined) return new Map();
  if (isObject(value)) return new Map(Object.entries(value));
  if (!Array.isArray(value) || !value.every(isObject)) return undefined;
  const key = elementNames.find((name) => value.every((element) => element[name] !== undefined));
  if (key === undefined) return value.length === 0 ? new Map() : undefined;
  const elements = new Map(value.map((element) => [String(element[key]), element]));
  return elements.size === value.length ? elements : undefined;
}

const joined = (path: string, key: string, isElement: boolean): string => {
  if (isElement) return `${path}[${key}]`;
  if (!/^[\w-]+$/.test(key)) return `${path}['${key}']`;
  return path === '' ? key : `${path}.${key}`;
};

const shown = (value: unknown): string | undefined => JSON.stringify(value);

/** JSON of a value, without what variables in it hold that are called like a secret. */
const told = (value: unknown): string | undefined =>
  JSON.stringify(value, (key, each: unknown) => {
    if (bookkeeping.has(key)) return undefined;
    const isSecretVariable =
      isObject(each) && typeof each.name === 'string' && 'value' in each && secretName.test(each.name);
    return isSecretVariable ? { ...each, value: '…' } : each;
  });

const clipped = (text: string): string => (text.length > longestValue ? `${text.slice(0, longestValue)}…` : text);

function valueOf(name: 'before' | 'after', value: unknown, path: string, resource: string): Partial<Change> {
  const text = told(value);
  return text === undefined ? {} : { [name]: isSecret(path, resource) ? mask : clipped(text) };
}

/** Whether a value may be a secret: data of Secrets and ConfigMaps, and variables that are called like one. */
const isSecret = (path: string, resource: string): boolean =>
  resource === 'secrets' ||
  resource === 'configmaps' ||
  secretName.test(/\.env\[([^\]]*)\]/.exec(path)?.[1] ?? '') ||
  // A JSON patch names variables by their place alone.
  /\/env\//.test(path);
