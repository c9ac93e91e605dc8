import { parse } from 'yaml';

/** The part of an EncryptionConfiguration that says what is encrypted. */
interface EncryptionConfiguration {
  readonly resources?: readonly {
    readonly resources?: readonly string[];
    readonly providers?: readonly Readonly<Record<string, unknown>>[];
  }[];
}

/** What an API server with some EncryptionConfiguration does with a kind of object when it writes one. */
export type Writing = 'encrypted' | 'plain' | 'not named';

/** Reads from an EncryptionConfiguration how objects of a resource are written: the first provider writes. */
export function writingOf(resource: string, yaml: string): Writing {
  const { resources = [] } = (parse(yaml) ?? {}) as EncryptionConfiguration;
  const rule = resources.find((each) => each.resources?.includes(resource) === true);
  if (rule === undefined) return 'not named';
  const [first = {}] = rule.providers ?? [];
  return 'identity' in first || Object.keys(first).length === 0 ? 'plain' : 'encrypted';
}
