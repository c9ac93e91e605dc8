import type { Template } from 'aws-cdk-lib/assertions';

/** The user data of instances and launch templates, by their ids. What is known at deployment only stands there as JSON. */
export function userDataOf(template: Template): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [id, { Properties }] of Object.entries(template.toJSON()['Resources'] as Record<string, Resource>)) {
    const encoded = Properties?.UserData ?? Properties?.LaunchTemplateData?.UserData;
    if (encoded !== undefined) found.set(id, textOf(encoded['Fn::Base64']));
  }
  return found;
}

interface Resource {
  /** Some resources have none. */
  readonly Properties?: { readonly UserData?: Encoded; readonly LaunchTemplateData?: { readonly UserData?: Encoded } };
}

interface Encoded {
  readonly 'Fn::Base64': string | { readonly 'Fn::Join': readonly [string, readonly unknown[]] };
}

function textOf(value: Encoded['Fn::Base64']): string {
  if (typeof value === 'string') return value;
  const [separator, parts] = value['Fn::Join'];
  return parts.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join(separator);
}

/** The files that user data writes, by their paths. */
export const filesIn = (userData: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...userData.matchAll(/^cat >(\S+) <<'END_OF_FILE'\n(.*?)^END_OF_FILE$/gms)].map(([, path, text]) => [
      path!,
      text!,
    ]),
  );
