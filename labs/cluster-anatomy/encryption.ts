import { parse } from 'yaml';

/** The part of an EncryptionConfiguration that decides which resources are encrypted. */
interface EncryptionConfiguration {
  readonly resources?: readonly {
    readonly resources?: readonly string[];
    readonly providers?: readonly Readonly<Record<string, unknown>>[];
  }[];
}

/** How an API server with this EncryptionConfiguration writes the objects of a resource. */
export type Writing = 'encrypted' | 'plain' | 'not named';

/** Reads from an EncryptionConfiguration how objects of a resource are written: the first provider writes. */
export function writingOf(resource: string, yaml: string): Writing {
  const { resources = [] } = (parse(yaml) ?? {}) as EncryptionConfiguration;
  const rule = resources.find((each) => each.resources?.includes(resource) === true);
  if (rule === undefined) return 'not named';
  const [first = {}] = rule.providers ?? [];
  return 'identity' in first || Object.keys(first).length === 0 ? 'plain' : 'encrypted';
}
