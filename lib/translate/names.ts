/** The most characters of a DNS label, which most names are. */
export const labelLength = 63;

/** The most characters of the name of a port. */
const portNameLength = 15;

/** A text as a DNS label: lower case, hyphens for other characters, a letter first, at most `length` characters. */
export function dnsLabel(text: string, length = labelLength): string {
  const plain = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '');
  const begun = /^[a-z]/.test(plain) ? plain : `x-${plain}`;
  return begun.slice(0, length).replace(/-+$/, '');
}

/** Gives each text a DNS label of its own: a number tells apart those that would be the same. */
export function uniqueLabels(texts: readonly string[], length = labelLength): readonly string[] {
  const taken = new Set<string>();
  return texts.map((text) => {
    let label = dnsLabel(text, length);
    for (let number = 2; taken.has(label); number++) {
      const end = `-${number}`;
      label = dnsLabel(text, length - end.length) + end;
    }
    taken.add(label);
    return label;
  });
}

/** Whether Kubernetes accepts a text as the name of a port. */
export const isPortName = (text: string): boolean =>
  text.length <= portNameLength &&
  /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(text) &&
  /[a-z]/.test(text) &&
  !text.includes('--');

const qualified = /^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)$/;

/** Whether Kubernetes accepts a key and a value as a label. */
export const isLabel = (key: string, value: string): boolean =>
  qualified.test(key) && (value === '' || qualified.test(value));

const domain = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** Whether Kubernetes accepts a text as the key of an annotation. */
function isAnnotationKey(key: string): boolean {
  const parts = key.split('/');
  if (parts.length > 2) return false;
  const name = parts.at(-1)!;
  return qualified.test(name) && (parts.length === 1 || (domain.test(parts[0]!) && parts[0]!.length <= 253));
}

/** A text as the key of an annotation: unchanged where it is one. */
export function annotationKey(text: string): string {
  if (isAnnotationKey(text)) return text;
  const plain = text.replaceAll(/[^A-Za-z0-9._-]+/g, '-').slice(0, labelLength);
  return plain.replace(/^[^A-Za-z0-9]+/, '').replace(/[^A-Za-z0-9]+$/, '') || 'tag';
}
