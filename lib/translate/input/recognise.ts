import path from 'node:path';
import { UsageError } from '../../core/errors.ts';
import type { Schedule } from '../ecs-input.ts';
import { withoutIntrinsics } from './intrinsics.ts';

/** A part of a document and what it is called. */
export interface Part {
  readonly name: string;
  readonly value: unknown;
}

/** What a document has of what is translated. */
export interface Found {
  readonly taskDefinitions: readonly Part[];
  readonly services: readonly Part[];
  readonly targetGroups: readonly unknown[];
  readonly scalableTargets: readonly Part[];
  readonly scalingPolicies: readonly unknown[];
  readonly schedule?: Schedule;
  readonly placeholders: readonly string[];
}

const nothing: Found = {
  taskDefinitions: [],
  services: [],
  targetGroups: [],
  scalableTargets: [],
  scalingPolicies: [],
  placeholders: [],
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

/** The value of a field, whatever the case of its first letter. */
const get = (object: Record<string, unknown>, name: string): unknown =>
  object[name] ??
  object[name.charAt(0).toUpperCase() + name.slice(1)] ??
  object[name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)];

const textIn = (value: unknown, name: string): string | undefined => {
  const text = isObject(value) ? get(value, name) : undefined;
  return typeof text === 'string' && text !== '' ? text : undefined;
};

/**
 * Recognises what a document is: what the AWS CLI takes or prints, a template of CloudFormation, or what
 * `terraform show -json` prints.
 *
 * @throws UsageError for files of other tools, and for a document that is none of these
 */
export function foundIn(document: unknown, file: string): Found {
  if (Array.isArray(document)) {
    // A list of container definitions, as Terraform's `container_definitions`.
    if (document.every((each) => isObject(each) && get(each, 'image') !== undefined) && document.length > 0) {
      return {
        ...nothing,
        taskDefinitions: [{ name: path.basename(file), value: { containerDefinitions: document as unknown[] } }],
      };
    }
    throw strange(file);
  }
  if (!isObject(document)) throw strange(file);
  refuseOthers(document, file);
  const resources = document.Resources;
  if (isObject(resources)) return inTemplate(resources, file);
  if (typeof document.format_version === 'string' && (isObject(document.values) || isObject(document.planned_values))) {
    return inTerraform(
      isObject(document.values) ? document.values : (document.planned_values as Record<string, unknown>),
      file,
    );
  }
  if (typeof document.Type === 'string' && document.Type.startsWith('AWS::ECS::')) {
    return inTemplate({ [path.basename(file)]: document }, file);
  }
  return inOutput(document, file);
}

const strange = (file: string): UsageError =>
  new UsageError({
    ja: `${file}: タスク定義ではありません。aws ecs describe-task-definition の出力か、containerDefinitions のある JSON か YAML を渡してください。`,
    en: `${file}: it is no task definition. Give the output of aws ecs describe-task-definition, or JSON or YAML with containerDefinitions.`,
  });

/** Says what to render first. */
function refuseOthers(document: Record<string, unknown>, file: string): void {
  const refuse = (ja: string, en: string) => new UsageError({ ja: `${file}: ${ja}`, en: `${file}: ${en}` });
  const { type } = document;
  if (
    typeof type === 'string' &&
    /(Web Service|Backend Service|Worker Service|Scheduled Job|Static Site)$/.test(type)
  ) {
    throw refuse(
      'Copilot のマニフェストです。先に CloudFormation のテンプレートにしてください: copilot svc package（ジョブは copilot job package）',
      'this is a manifest of Copilot. Render it to a CloudFormation template first: copilot svc package, or copilot job package.',
    );
  }
  if ('task_definition' in document && 'region' in document && !('container_definitions' in document)) {
    throw refuse(
      'ecspresso の設定です。タスク定義を展開して渡してください: ecspresso render taskdef > task.json',
      'this is the configuration of ecspresso. Render the task definition and give that: ecspresso render taskdef > task.json.',
    );
  }
  if (isObject(document.services) && !Array.isArray(document.services)) {
    throw refuse(
      'Docker Compose のファイルです。ECS のタスク定義ではありません。',
      'this is a file of Docker Compose, and no task definition of ECS.',
    );
  }
  if (typeof document.apiVersion === 'string' && typeof document.kind === 'string') {
    throw refuse('すでに Kubernetes のオブジェクトです。', 'this is an object of Kubernetes already.');
  }
}

const taskNameOf = (value: unknown, fallback: string): string => textIn(value, 'family') ?? fallback;

function inTemplate(resources: Record<string, unknown>, file: string): Found {
  const placeholders = new Set<string>();
  const ofType = (type: string): readonly Part[] =>
    Object.entries(resources)
      .filter(([, resource]) => isObject(resource) && resource.Type === type)
      .map(([name, resource]) => ({ name, value: (resource as { Properties?: unknown }).Properties ?? {} }));
  const plain = ({ name, value }: Part): Part => ({ name, value: withoutIntrinsics(value, placeholders) });
  const named = ({ name, value }: Part): Part => ({
    name,
    // A stack gives its own name to what has none.
    value: isObject(value) && value.Family === undefined ? { ...value, Family: name } : value,
  });
  const taskDefinitions = ofType('AWS::ECS::TaskDefinition').map(plain).map(named);
  if (taskDefinitions.length === 0 && Object.keys(resources).length > 0) {
    const others = ['AWS::ECS::Service', 'AWS::ElasticLoadBalancingV2::TargetGroup'].some(
      (type) => ofType(type).length > 0,
    );
    if (!others) {
      throw new UsageError({
        ja: `${file}: このテンプレートに AWS::ECS::TaskDefinition がありません。`,
        en: `${file}: this template has no AWS::ECS::TaskDefinition.`,
      });
    }
  }
  const groups = ofType('AWS::ElasticLoadBalancingV2::TargetGroup');
  return {
    taskDefinitions,
    services: ofType('AWS::ECS::Service').map(plain),
    targetGroups: groups.map(({ name, value }) => ({
      ...(withoutIntrinsics(value, placeholders) as object),
      // As a service of this template refers to it.
      TargetGroupArn: `\${${name}}`,
    })),
    scalableTargets: ofType('AWS::ApplicationAutoScaling::ScalableTarget').map(plain),
    scalingPolicies: ofType('AWS::ApplicationAutoScaling::ScalingPolicy')
      .map(plain)
      .map(({ value }) => value),
    placeholders: [...placeholders],
  };
}

function inTerraform(values: Record<string, unknown>, file: string): Found {
  const resources: Record<string, unknown>[] = [];
  const gather = (module: unknown): void => {
    if (!isObject(module)) return;
    resources.push(...listOf(module.resources).filter(isObject));
    listOf(module.child_modules).forEach(gather);
  };
  gather(values.root_module);
  const ofType = (type: string): readonly Part[] =>
    resources
      .filter((resource) => resource.type === type)
      .map((resource) => ({ name: textIn(resource, 'address') ?? file, value: resource.values }));
  return {
    ...nothing,
    taskDefinitions: ofType('aws_ecs_task_definition').map(({ name, value }) => ({
      name: taskNameOf(value, name),
      value: withoutProvider(value),
    })),
    services: ofType('aws_ecs_service').map(({ name, value }) => ({
      name: textIn(value, 'name') ?? name,
      value: serviceOfTerraform(value),
    })),
  };
}

/** Settings of Terraform's provider that no request has. */
function withoutProvider(value: unknown): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).filter(
      ([name, each]) => each !== null && !['id', 'arn', 'tags_all', 'skip_destroy', 'track_latest'].includes(name),
    ),
  );
}

/** Terraform's spelling of a service: its name, and the deployment configuration without a block. */
function serviceOfTerraform(value: unknown): unknown {
  if (!isObject(value)) return value;
  const {
    name,
    deployment_maximum_percent: maximum,
    deployment_minimum_healthy_percent: minimum,
    deployment_circuit_breaker: breaker,
    ...rest
  } = withoutProvider(value) as Record<string, unknown>;
  const deployment = {
    ...(maximum !== undefined && { maximumPercent: maximum }),
    ...(minimum !== undefined && { minimumHealthyPercent: minimum }),
    ...(Array.isArray(breaker) && breaker.length > 0 && { deploymentCircuitBreaker: (breaker as unknown[])[0] }),
  };
  return { serviceName: name, deploymentConfiguration: deployment, ...rest };
}

/** What the AWS CLI prints or takes. */
function inOutput(document: Record<string, unknown>, file: string): Found {
  const inner = get(document, 'taskDefinition');
  const services = listOf(document.services);
  const service = isObject(document.service) ? [document.service] : [];
  const found: Found = {
    ...nothing,
    taskDefinitions: isObject(inner)
      ? [{ name: taskNameOf(inner, path.basename(file)), value: withTags(inner, get(document, 'tags')) }]
      : get(document, 'containerDefinitions') !== undefined
        ? [{ name: taskNameOf(document, path.basename(file)), value: document }]
        : [],
    services: [...services, ...service].map((value) => ({
      name: textIn(value, 'serviceName') ?? path.basename(file),
      value,
    })),
    targetGroups: listOf(document.TargetGroups ?? document.targetGroups),
    scalableTargets: listOf(document.ScalableTargets ?? document.scalableTargets).map((value) => ({
      name: textIn(value, 'resourceId') ?? '',
      value,
    })),
    scalingPolicies: listOf(document.ScalingPolicies ?? document.scalingPolicies),
    ...scheduleIn(document),
  };
  const isService = typeof inner === 'string' && found.services.length === 0;
  const all = isService
    ? { ...found, services: [{ name: textIn(document, 'serviceName') ?? path.basename(file), value: document }] }
    : found;
  const isEmpty = Object.values({ ...all, placeholders: [] }).every((each) => Array.isArray(each) && each.length === 0);
  if (isEmpty) throw strange(file);
  return all;
}

/** `describe-task-definition` prints the tags beside the task definition. */
const withTags = (value: Record<string, unknown>, tags: unknown): unknown =>
  Array.isArray(tags) && tags.length > 0 ? { ...value, tags: tags as unknown[] } : value;

function scheduleIn(document: Record<string, unknown>): Pick<Found, 'schedule'> {
  const expression = document.ScheduleExpression ?? document.scheduleExpression;
  const zone = document.ScheduleExpressionTimezone ?? document.scheduleExpressionTimezone;
  if (typeof expression !== 'string' || expression === '') return {};
  return { schedule: { expression, ...(typeof zone === 'string' && zone !== '' && { timeZone: zone }) } };
}
