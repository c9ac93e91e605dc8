import path from 'node:path';
import { UsageError } from '../../core/errors.ts';
import { recordedFields, serviceFields, taskDefinitionFields } from '../ecs-fields.ts';
import type { EcsInput, Scaling, ScalingPolicy, TargetGroup } from '../ecs-input.ts';
import { targetGroupFields } from '../other-fields.ts';
import { conform } from './conform.ts';
import { foundIn, type Found, type Part } from './recognise.ts';
import { parseText } from './parse-text.ts';

/** A text to read, and where it is from. */
export interface NamedText {
  /** The file's name; `-` for standard input. */
  readonly name: string;
  readonly text: string;
}

/** What a person chooses where a text has several. */
export interface Choice {
  /** A task definition, by its logical ID or its family. */
  readonly taskDefinition?: string;
  /** A service, by its logical ID or its name. */
  readonly service?: string;
}

/** An input, and which parts of it a template leaves open. */
export interface ReadInput extends EcsInput {
  /** Placeholders such as `${Repository}`, whose values are known when a stack is deployed. */
  readonly placeholders: readonly string[];
}

/**
 * Reads texts that together say what to translate: a task definition and, in the same or other texts, its service,
 * target groups, scaling and schedule.
 *
 * @throws UsageError with a sentence that names the path of what is wrong
 */
export function readInput(texts: readonly NamedText[], choice: Choice = {}): ReadInput {
  const all = texts.map(({ name, text }) => foundIn(parseText(name, text), name));
  return inputOf(mergedOf(all), choice, texts.map(({ name }) => name).join(', '));
}

const mergedOf = (all: readonly Found[]): Found => ({
  taskDefinitions: all.flatMap(({ taskDefinitions }) => taskDefinitions),
  services: all.flatMap(({ services }) => services),
  targetGroups: all.flatMap(({ targetGroups }) => targetGroups),
  scalableTargets: all.flatMap(({ scalableTargets }) => scalableTargets),
  scalingPolicies: all.flatMap(({ scalingPolicies }) => scalingPolicies),
  ...all
    .map(({ schedule }) => schedule)
    .filter((schedule) => schedule !== undefined)
    .map((schedule) => ({ schedule }))
    .at(-1),
  placeholders: all.flatMap(({ placeholders }) => placeholders),
});

/** Chooses one task definition and one service, and makes them conform to the API. */
function inputOf(found: Found, choice: Choice, files: string): ReadInput {
  const task = chosen(found.taskDefinitions, choice.taskDefinition, files, {
    option: '--task-definition',
    ja: 'タスク定義',
    en: 'task definition',
    required: true,
  })!;
  const service = chosen(found.services, choice.service, files, {
    option: '--service',
    ja: 'サービス',
    en: 'service',
    required: false,
  });
  const recorded: string[] = [];
  const taskDefinition = conform(task.value, taskDefinitionFields, '', {
    recorded: { names: recordedFields.taskDefinition, paths: recorded },
  });
  taskDefinition.family ??= path.basename(task.name, path.extname(task.name));
  const revision = (task.value as { revision?: unknown }).revision;
  const targetGroups = found.targetGroups.map((group) => known(group, targetGroupFields) as unknown as TargetGroup);
  const scaling = scalingOf(found, service);
  return {
    taskDefinition: taskDefinition as unknown as EcsInput['taskDefinition'],
    ...(service !== undefined && {
      service: conform(service.value, serviceFields, 'service', {
        recorded: { names: recordedFields.service, paths: recorded },
      }) as unknown as NonNullable<EcsInput['service']>,
    }),
    ...(targetGroups.length > 0 && { targetGroups }),
    ...(scaling !== undefined && { scaling }),
    ...(found.schedule !== undefined && { schedule: found.schedule }),
    ...(typeof revision === 'number' && { revision }),
    recorded,
    placeholders: [...new Set(found.placeholders)],
  };
}

/** The one that a person means. */
function chosen(
  all: readonly Part[],
  wanted: string | undefined,
  files: string,
  {
    option,
    ja,
    en,
    required,
  }: { readonly option: string; readonly ja: string; readonly en: string; readonly required: boolean },
): Part | undefined {
  const names = all.map(({ name }) => name);
  if (all.length === 0) {
    if (!required) return undefined;
    throw new UsageError({
      ja: `${files}: ${ja}がありません。containerDefinitions のある JSON か YAML を渡してください: aws ecs describe-task-definition --task-definition FAMILY`,
      en: `${files}: there is no ${en}. Give JSON or YAML with containerDefinitions: aws ecs describe-task-definition --task-definition FAMILY`,
    });
  }
  if (wanted !== undefined) {
    const found = all.find(({ name }) => name === wanted);
    if (found !== undefined) return found;
    throw new UsageError({
      ja: `${files}: 「${wanted}」という${ja}はありません。あるもの: ${names.join(', ')}`,
      en: `${files}: there is no ${en} '${wanted}'. There are: ${names.join(', ')}.`,
    });
  }
  if (all.length > 1) {
    throw new UsageError({
      ja: `${files}: ${ja}が ${all.length} つあります。どれにするかを ${option} で指定してください: ${names.join(', ')}`,
      en: `${files}: there are ${all.length} ${en}s. Say which by ${option}: ${names.join(', ')}.`,
    });
  }
  return all[0];
}

const lowered = (value: unknown): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(value as object).map(([name, each]) => [name.charAt(0).toLowerCase() + name.slice(1), each]),
  );

/** The fields of a document that are known here; the others are what AWS recorded. */
function known(value: unknown, shape: typeof targetGroupFields): Record<string, unknown> {
  const all = lowered(value);
  return conform(
    Object.fromEntries(Object.entries(all).filter(([name]) => Object.hasOwn(shape, name))),
    shape,
    'targetGroups',
  );
}

/** Whether a text refers to something by its name: `service/cluster/web`, or `${Service.Name}` of a template. */
const refersTo = (value: unknown, names: readonly string[]): boolean => {
  const text = JSON.stringify(value);
  return names.some(
    (name) => text.includes(`/${name}"`) || text.includes(`\${${name}}`) || text.includes(`\${${name}.`),
  );
};

/** The scaling of a service: of several targets and policies, those that refer to it. */
function scalingOf({ scalableTargets, scalingPolicies }: Found, service: Part | undefined): Scaling | undefined {
  const names = service === undefined ? [] : [service.name, nameIn(service.value)].filter((name) => name !== undefined);
  const [target] =
    scalableTargets.length > 1 ? scalableTargets.filter(({ value }) => refersTo(value, names)) : scalableTargets;
  if (target === undefined) {
    if (scalingPolicies.length === 0 || scalableTargets.length > 1) return undefined;
    throw new UsageError({
      ja: 'スケーリングポリシーはありますが、上限と下限がありません。aws application-autoscaling describe-scalable-targets --service-namespace ecs の出力も渡してください。',
      en: 'There are scaling policies, but no bounds. Give the output of aws application-autoscaling describe-scalable-targets --service-namespace ecs too.',
    });
  }
  const { minCapacity, maxCapacity } = lowered(target.value);
  const policies =
    scalableTargets.length > 1
      ? scalingPolicies.filter((policy) => refersTo(policy, [...names, target.name]))
      : scalingPolicies;
  return {
    minCapacity: Number(minCapacity ?? 1),
    maxCapacity: Number(maxCapacity ?? 1),
    policies: policies.map(policyOf),
  };
}

/** The name of a service, in any spelling. */
const nameIn = (service: unknown): string | undefined => {
  const name = lowered(service).serviceName;
  return typeof name === 'string' ? name : undefined;
};

function policyOf(value: unknown): ScalingPolicy {
  const policy = lowered(value);
  const tracking = lowered(policy.targetTrackingScalingPolicyConfiguration ?? {});
  const metric = lowered(tracking.predefinedMetricSpecification ?? {}).predefinedMetricType;
  const number = (name: string, as = name) => (tracking[name] === undefined ? {} : { [as]: Number(tracking[name]) });
  return {
    policyName: typeof policy.policyName === 'string' ? policy.policyName : 'policy',
    policyType: typeof policy.policyType === 'string' ? policy.policyType : 'TargetTrackingScaling',
    ...(typeof metric === 'string' && { predefinedMetric: metric }),
    ...number('targetValue'),
    ...number('scaleInCooldown'),
    ...number('scaleOutCooldown'),
    ...(typeof tracking.disableScaleIn === 'boolean' && { disableScaleIn: tracking.disableScaleIn }),
  };
}
