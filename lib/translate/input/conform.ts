import { closest } from '../../core/closest.ts';
import { UsageError } from '../../core/errors.ts';
import { fieldsOf, isEnumeration, itemOf, valueOf, type ObjectShape, type Shape } from '../shape.ts';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A name without the marks of its spelling: `container_definitions` and `ContainerDefinitions` are one. */
const plain = (name: string): string => name.replaceAll('_', '').toLowerCase();

/** Other names of fields, in CloudFormation and Terraform, by the plain spelling. */
const otherNames: Readonly<Record<string, string>> = {
  volume: 'volumes',
  hostpath: 'host',
  loadbalancer: 'loadBalancers',
  placementconstraint: 'placementConstraints',
  orderedplacementstrategy: 'placementStrategy',
  placementstrategies: 'placementStrategy',
  capacityproviderstrategies: 'capacityProviderStrategy',
  configureatlaunch: 'configuredAtLaunch',
  subnetids: 'subnets',
};

/** Fields of CloudFormation and Terraform that say how they deploy, and nothing about the task. */
const ofTools = new Set([
  'id',
  'arn',
  'forcenewdeployment',
  'forcedelete',
  'waitforsteadystate',
  'triggers',
  'timeouts',
  'skipdestroy',
  'trackreleaselatest',
  'tagsall',
  'region',
  'arnwithoutrevision',
  'iamrole',
  'sigintrollback',
  'enablefaultinjectionoverride',
  'name',
]);

const describe = (value: unknown): string => {
  const text = typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
};

/** What a document is made to conform to. */
export interface Conform {
  /** Paths of fields that ECS recorded are added here. */
  readonly recorded?: { readonly names: readonly string[]; readonly paths: string[] };
}

/**
 * A document as the API writes it: names in its spelling, numbers as numbers, nothing empty.
 *
 * @throws UsageError with the path of what does not fit
 */
export function conform(
  value: unknown,
  shape: ObjectShape,
  prefix = '',
  { recorded }: Conform = {},
): Record<string, unknown> {
  const isEmpty = (each: unknown): boolean =>
    each === undefined || (Array.isArray(each) ? each.length === 0 : isObject(each) && Object.keys(each).length === 0);

  const at = (given: unknown, of: Shape, path: string): unknown => {
    if (given === null || isEmpty(given)) return undefined;
    const item = itemOf(of);
    if (item !== undefined) return list(given, item, path);
    const values = valueOf(of);
    if (values !== undefined) return map(given, values, path);
    const fields = fieldsOf(of);
    if (fields !== undefined) return object(given, fields, path, false);
    return scalar(given, of, path);
  };

  const list = (given: unknown, item: Shape, path: string): unknown => {
    const parsed = typeof given === 'string' && /^\s*\[/.test(given) ? jsonIn(given, path) : given;
    const fields = fieldsOf(item);
    // Terraform and Compose write pairs as maps.
    if (
      isObject(parsed) &&
      fields !== undefined &&
      'value' in fields &&
      ('name' in fields || 'key' in fields) &&
      !('value' in parsed)
    ) {
      const key = 'name' in fields ? 'name' : 'key';
      return Object.entries(parsed).map(([name, each]) => ({ [key]: name, value: String(each) }));
    }
    const all = Array.isArray(parsed) ? parsed : isObject(parsed) && fields !== undefined ? [parsed] : undefined;
    if (all === undefined) throw wrong(path, 'リスト', 'a list', given);
    return all.map((each, index) => at(each, item, `${path}[${index}]`)).filter((each) => each !== undefined);
  };

  const map = (given: unknown, values: Shape, path: string): unknown => {
    if (!isObject(given)) throw wrong(path, 'マップ', 'a map', given);
    return Object.fromEntries(
      Object.entries(given)
        .map(([key, each]) => [key, at(each, values, `${path}.${key}`)] as const)
        .filter(([, each]) => each !== undefined),
    );
  };

  const object = (given: unknown, fields: ObjectShape, path: string, isTop: boolean): Record<string, unknown> => {
    // Blocks of Terraform are lists of one.
    const one = Array.isArray(given) && given.length === 1 ? (given as unknown[])[0] : given;
    // Terraform's `host_path` is the path itself.
    if (typeof one === 'string' && 'sourcePath' in fields) return one === '' ? {} : { sourcePath: one };
    if (!isObject(one))
      throw wrong(path === '' ? prefix || 'taskDefinition' : path, 'オブジェクト', 'an object', given);
    const names = new Map(Object.keys(fields).map((name) => [plain(name), name]));
    const result: Record<string, unknown> = {};
    // `awsvpcConfiguration` is left out by Terraform.
    const inner =
      'awsvpcConfiguration' in fields && !Object.keys(one).some((name) => names.has(plain(name))) && !isEmpty(one)
        ? { awsvpcConfiguration: one }
        : one;
    for (const [given, each] of Object.entries(inner)) {
      const name =
        names.get(plain(given)) ??
        (Object.hasOwn(otherNames, plain(given)) && otherNames[plain(given)]! in fields
          ? otherNames[plain(given)]!
          : undefined);
      const below = path === '' ? given : `${path}.${given}`;
      if (name === undefined) {
        if (isTop && recorded?.names.some((known) => plain(known) === plain(given)) === true) {
          if (each !== null && !isEmpty(each)) recorded.paths.push(prefix === '' ? given : `${prefix}.${given}`);
          continue;
        }
        if (each === null || isEmpty(each) || (isTop && ofTools.has(plain(given)))) continue;
        throw unknown(
          prefix === '' || below.startsWith(prefix) ? below : `${prefix}.${below}`,
          given,
          Object.keys(fields),
        );
      }
      const conformed = at(
        each,
        fields[name]!,
        path === '' ? (prefix === '' ? name : `${prefix}.${name}`) : `${path}.${name}`,
      );
      if (conformed === '' && name !== 'value') continue;
      if (!isEmpty(conformed)) result[name] = conformed;
    }
    return result;
  };

  return object(value, shape, '', true);
}

function jsonIn(text: string, path: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new UsageError({
      ja: `${path}: 文字列の中の JSON を読めません。`,
      en: `${path}: the JSON in this text can't be read.`,
    });
  }
}

function scalar(given: unknown, shape: Shape, path: string): unknown {
  if (shape === 'json') return given;
  if (shape === 'string') {
    if (typeof given === 'string') return given;
    if (typeof given === 'number' || typeof given === 'boolean') return String(given);
    throw wrong(path, '文字列', 'a text', given);
  }
  if (shape === 'number') {
    if (typeof given === 'number' && Number.isFinite(given)) return given;
    if (typeof given === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(given)) return Number(given);
    throw wrong(path, '数', 'a number', given);
  }
  if (shape === 'boolean') {
    if (typeof given === 'boolean') return given;
    if (typeof given === 'string' && /^(true|false)$/i.test(given)) return given.toLowerCase() === 'true';
    throw wrong(path, 'true か false', 'true or false', given);
  }
  if (!isEnumeration(shape)) throw wrong(path, '値', 'a value', given);
  const text = String(given);
  if (shape.includes(text)) return text;
  if (shape.includes('ENABLED') && shape.includes('DISABLED') && /^(true|false)$/i.test(text)) {
    return text.toLowerCase() === 'true' ? 'ENABLED' : 'DISABLED';
  }
  const nearest = shape.find((each) => each.toLowerCase() === text.toLowerCase()) ?? closest(text, shape);
  throw new UsageError({
    ja: `${path}: ${describe(given)} は指定できません。${nearest === undefined ? '' : `「${nearest}」のことですか。`}指定できるもの: ${shape.join(', ')}`,
    en: `${path}: ${describe(given)} is not valid.${nearest === undefined ? '' : ` Did you mean '${nearest}'?`} Valid: ${shape.join(', ')}.`,
  });
}

const wrong = (path: string, ja: string, en: string, given: unknown): UsageError =>
  new UsageError({
    ja: `${path}: ${ja}を書きます。${describe(given)} ではありません。`,
    en: `${path}: it takes ${en}, not ${describe(given)}.`,
  });

function unknown(path: string, given: string, valid: readonly string[]): UsageError {
  const nearest = closest(given, valid);
  return new UsageError({
    ja: `${path}: 「${given}」というフィールドは ECS にありません。${nearest === undefined ? '' : `「${nearest}」のことですか。`}あるもの: ${valid.join(', ')}`,
    en: `${path}: ECS has no field '${given}'.${nearest === undefined ? '' : ` Did you mean '${nearest}'?`} Valid: ${valid.join(', ')}.`,
  });
}
