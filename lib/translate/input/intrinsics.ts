/** The functions of CloudFormation whose values are known only when a stack is deployed. */
const intrinsic = /^(Ref|Fn::\w+)$/;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Puts texts such as `${Repository.Arn}` in the place of CloudFormation's functions. Pseudo parameters stay readable,
 * and `Fn::Join` is carried out.
 *
 * @param seen gets each placeholder
 */
export function withoutIntrinsics(value: unknown, seen: Set<string>): unknown {
  if (Array.isArray(value)) return value.map((each) => withoutIntrinsics(each, seen));
  if (!isObject(value)) return value;
  const [key, ...others] = Object.keys(value);
  if (key === undefined || others.length > 0 || !intrinsic.test(key)) {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withoutIntrinsics(each, seen)]));
  }
  return textOf(key, value[key], seen);
}

function textOf(name: string, argument: unknown, seen: Set<string>): unknown {
  const placeholder = (text: string): string => {
    const written = `\${${text}}`;
    seen.add(written);
    return written;
  };
  const resolve = (each: unknown): unknown => withoutIntrinsics(each, seen);
  switch (name) {
    case 'Ref':
      return placeholder(String(argument));
    case 'Fn::GetAtt':
      return placeholder(Array.isArray(argument) ? argument.map(String).join('.') : String(argument));
    case 'Fn::Join': {
      const [separator, parts] = Array.isArray(argument) ? (argument as unknown[]) : [];
      if (!Array.isArray(parts)) return placeholder('Join');
      return parts.map((part) => String(resolve(part))).join(String(separator));
    }
    case 'Fn::Sub': {
      const text = String(Array.isArray(argument) ? argument[0] : argument);
      for (const [found] of text.matchAll(/\$\{[^!}][^}]*\}/g)) seen.add(found);
      return text.replaceAll('${!', '${');
    }
    case 'Fn::If':
      // Which branch counts is known at the deployment; the first is what the author wrote first.
      return Array.isArray(argument) ? resolve(argument[1]) : placeholder('If');
    default:
      return placeholder(name.replace('Fn::', ''));
  }
}
