import { Match, Template } from 'aws-cdk-lib/assertions';
import { ANALYTICS_REPORTING_ENABLED_CONTEXT, DISABLE_ASSET_STAGING_CONTEXT } from 'aws-cdk-lib/cx-api';
import type { Stack } from 'aws-cdk-lib/core';
import { expect } from '@jest/globals';
import type { EnvironmentStack } from '../../lib/environments/environment-stack.ts';
import { labsApp } from '../../lib/environments/labs-app.ts';
import { parseSettings, type Settings } from '../../lib/settings/settings.ts';
import { assemblyFolder } from '../assembly-folder.ts';

const stacks = new Map<string, Stack>();

/** Settings as `cdk -c key=value` gives them. */
type Given = Readonly<Record<string, string>>;

/**
 * An environment's stack under these settings, made once for each. Assets stay where they are, which is faster.
 *
 * @param stackName @default the name of the class, as `cdk deploy` has it
 */
export function stackOf(Environment: EnvironmentStack, given: Given = {}, stackName = Environment.name): Stack {
  const settings = parseSettings(given);
  const key = JSON.stringify([Environment.name, stackName, settings]);
  const stack = stacks.get(key) ?? newStack(Environment, settings, stackName);
  stacks.set(key, stack);
  return stack;
}

/** A stack that no other test has seen. */
export const newStack = (Environment: EnvironmentStack, settings: Settings, stackName = Environment.name): Stack =>
  new Environment(
    // The `cdk` command asks for its usage report in every app.
    labsApp({ [DISABLE_ASSET_STAGING_CONTEXT]: true, [ANALYTICS_REPORTING_ENABLED_CONTEXT]: true }, assemblyFolder()),
    stackName,
    { settings },
  );

const templates = new Map<Stack, Template>();

/** The template of {@link stackOf}, read once. */
export function templateOf(Environment: EnvironmentStack, given: Given = {}, stackName = Environment.name): Template {
  const stack = stackOf(Environment, given, stackName);
  const template = templates.get(stack) ?? Template.fromStack(stack);
  templates.set(stack, template);
  return template;
}

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

/** An object that the stack applies to the cluster. */
interface AppliedObject {
  /** Id of the resource that applies it. */
  readonly appliedBy: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly annotations?: object };
  readonly [field: string]: unknown;
}

/** The objects that a stack applies to its cluster. Values known at deployment only stand there as JSON. */
export const appliedObjects = (template: Template): readonly AppliedObject[] =>
  Object.entries(template.findResources('Custom::AWSCDK-EKS-KubernetesResource')).flatMap(([appliedBy, resource]) => {
    const { Manifest } = resource['Properties'] as { Manifest: string | { 'Fn::Join': [string, unknown[]] } };
    const parts = typeof Manifest === 'string' ? [Manifest] : Manifest['Fn::Join'][1];
    const text = parts.map((part) =>
      // Within a JSON string, as CloudFormation will put it there.
      typeof part === 'string' ? part : JSON.stringify(JSON.stringify(part)).slice(1, -1),
    );
    return (JSON.parse(text.join('')) as Omit<AppliedObject, 'appliedBy'>[]).map(
      (object) => ({ ...object, appliedBy }) as AppliedObject,
    );
  });

/** The id of the one resource of a type, or of the one among them that has these properties. */
export function idOf(template: Template, type: string, properties: unknown = Match.anyValue()): string {
  const ids = Object.keys(template.findResources(type, { Properties: properties }));
  expect(ids).toHaveLength(1);
  return ids[0]!;
}

/** Ids of the resources that a resource waits for, at first or at second hand. */
export const waitsFor = (template: Template, id: string): readonly string[] => [
  ...(dependencies(template).get(id) ?? []),
];

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
