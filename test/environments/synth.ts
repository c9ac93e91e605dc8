import { Template } from 'aws-cdk-lib/assertions';
import { ANALYTICS_REPORTING_ENABLED_CONTEXT, DISABLE_ASSET_STAGING_CONTEXT } from 'aws-cdk-lib/cx-api';
import { EksEc2 } from '../../lib/environments/eks-ec2.ts';
import { labsApp } from '../../lib/environments/labs-app.ts';
import { parseSettings, type Settings } from '../../lib/settings.ts';

const stacks = new Map<string, EksEc2>();

/**
 * The stack under these settings, as `cdk -c key=value` gives them, made once for each. Assets stay where they are,
 * which is faster.
 */
export function stackOf(given: Readonly<Record<string, string>> = {}, stackName = 'EksEc2'): EksEc2 {
  const settings = parseSettings(given);
  const key = JSON.stringify([stackName, settings]);
  const stack = stacks.get(key) ?? newStack(settings, stackName);
  stacks.set(key, stack);
  return stack;
}

/** A stack that no other test has seen. */
export const newStack = (settings: Settings, stackName = 'EksEc2'): EksEc2 =>
  new EksEc2(
    // The `cdk` command asks for its usage report in every app.
    labsApp({ [DISABLE_ASSET_STAGING_CONTEXT]: true, [ANALYTICS_REPORTING_ENABLED_CONTEXT]: true }),
    stackName,
    { settings },
  );

/** The template of {@link stackOf}. */
export const templateOf = (given: Readonly<Record<string, string>> = {}, stackName = 'EksEc2'): Template =>
  Template.fromStack(stackOf(given, stackName));

/** A template without what changes with the content of a package. */
export function masked(template: Template): unknown {
  return JSON.parse(JSON.stringify(template.toJSON()).replaceAll(/[a-f0-9]{64}/g, 'HASH'));
}

/** Paths of the values in which two JSON documents differ, with both values. */
export function differences(left: unknown, right: unknown, path = ''): [string, unknown, unknown][] {
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) {
    return left === right ? [] : [[path, left, right]];
  }
  const entries = new Map<string, [unknown, unknown]>();
  for (const [key, value] of Object.entries(left)) entries.set(key, [value, undefined]);
  for (const [key, value] of Object.entries(right)) entries.set(key, [entries.get(key)?.[0], value]);
  return [...entries].flatMap(([key, [a, b]]) => differences(a, b, `${path}/${key}`));
}

interface Resource {
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** The resources of a template, by their ids. */
export const resourcesOf = (template: Template): Readonly<Record<string, Resource>> =>
  template.toJSON()['Resources'] as Record<string, Resource>;

/** The properties of all resources of a type. */
export const propertiesOf = (template: Template, type: string): readonly Resource['Properties'][] =>
  Object.values(template.findResources(type)).map((resource) => resource['Properties'] as Resource['Properties']);

/** Ids of the resources that each resource waits for, at first or at second hand. Throws if one waits for itself. */
export function dependencies(template: Template): ReadonlyMap<string, ReadonlySet<string>> {
  const resources = resourcesOf(template);
  const found = new Map<string, ReadonlySet<string>>();
  const visit = (id: string, above: readonly string[]): ReadonlySet<string> => {
    if (above.includes(id)) throw new Error(`Cycle: ${[...above, id].join(' → ')}`);
    const known = found.get(id);
    if (known !== undefined) return known;
    const direct = referencesOf(resources[id]).filter((next) => next in resources);
    const all = new Set(direct.flatMap((next) => [next, ...visit(next, [...above, id])]));
    found.set(id, all);
    return all;
  };
  for (const id of Object.keys(resources)) visit(id, []);
  return found;
}

function referencesOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'Ref' && typeof inner === 'string') return [inner];
    if (key === 'Fn::GetAtt' && Array.isArray(inner)) return [String(inner[0])];
    if (key === 'DependsOn' && Array.isArray(inner)) return inner.map(String);
    return referencesOf(inner);
  });
}
