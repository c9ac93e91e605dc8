import { z } from 'zod';
import { UsageError } from '../core/errors.ts';
import { fargateSizeText, isFargateSize, nearestFargateSizes } from '../catalog/nearest-fargate-sizes.ts';

/**
 * A whole number in a range, with an error message for all other values. {@link describeApplication} puts the field's
 * path in front of the message.
 */
const whole = (min: number, max: number, why = '') => {
  const sentence = `takes a whole number from ${min} to ${max}${why}.`;
  return z.int(sentence).min(min, sentence).max(max, sentence);
};

/**
 * During a rollout, ECS counts in whole percent of the replicas. With more replicas, one of them would be less than a
 * percent.
 */
const mostReplicas = 100;

const seconds = (min: number, max: number) => whole(min, max, ', in seconds: ECS accepts no others');

const healthCheckSchema = z.strictObject({
  /** The path that answers with status 200 while the application is healthy. */
  path: z
    .string()
    .regex(/^\/[\w\-./~]*$/, 'takes the path of a URL that begins with a slash, such as /healthz, without a query.'),
  /** Seconds between two checks. ECS: `interval`; Kubernetes: `periodSeconds`. */
  intervalSeconds: seconds(5, 300),
  /** Seconds after which a check fails. ECS: `timeout`; Kubernetes: `timeoutSeconds`. */
  timeoutSeconds: seconds(2, 60),
  /**
   * Consecutive failures after which a container is replaced or restarted. ECS: `retries`; Kubernetes:
   * `failureThreshold`.
   */
  retries: whole(1, 10, ': ECS accepts no others'),
  /**
   * Seconds after the start in which failures do not count. ECS: `startPeriod`; Kubernetes: a startup probe. @default 0
   */
  graceSeconds: seconds(0, 300).default(0),
});

const schema = z.strictObject({
  /** The name of the container and of every object that is generated for the application. */
  name: z
    .string()
    .regex(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/, 'takes up to 40 lower-case letters, digits and hyphens, such as web.'),
  /**
   * An image with a tag that never moves, or with a digest. ECS checks a container's health from inside, so the image
   * must contain `curl`. It must run as any user.
   */
  image: z.string().superRefine((image, context) => {
    const problem = imageProblem(image);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  }),
  /**
   * Arguments of the image's entry point. ECS: `command`; Kubernetes: `args` (its `command` is the entry point).
   * @default none
   */
  args: z.array(z.string()).default([]),
  /** The port that the container listens on. */
  port: whole(1024, 65_535, ': the container runs as an ordinary user, who can open no port below 1024'),
  /**
   * The port that clients within the cluster use. ECS: the client alias of Service Connect; Kubernetes: the Service's
   * port. @default 80
   */
  servicePort: whole(1, 65_535).default(80),
  /**
   * Environment variables. Not for secrets: everyone who can read the task definition or the Deployment can read them.
   * @default none
   */
  environment: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string(), 'takes names of letters, digits and underscores.')
    .default({}),
  /** CPU of one replica, in vCPUs. ECS counts 1024 units per vCPU, Kubernetes 1000 millicores. */
  vcpus: z.number('takes a number of vCPUs, such as 0.25.').positive('takes a number of vCPUs, such as 0.25.'),
  /** Memory of one replica, in MiB. ECS and Kubernetes both kill a replica that uses more. */
  memoryMib: z.number('takes a number of MiB, such as 512.').positive('takes a number of MiB, such as 512.'),
  healthCheck: healthCheckSchema,
  /** The initial number of replicas, which the autoscaler changes later. ECS: `desiredCount`. */
  replicas: whole(1, mostReplicas, ': without any there is nothing to compare, and ECS counts in percent of them'),
  /** How many replicas must stay available during a rollout, while one more than `replicas` may run. */
  minAvailable: whole(0, mostReplicas),
  /** The lower bound of the autoscaler. */
  minReplicas: whole(1, mostReplicas),
  /** The upper bound of the autoscaler. */
  maxReplicas: whole(1, mostReplicas),
  /** The autoscaler's target for CPU utilization, in percent of `vcpus`. */
  targetCpuPercent: whole(10, 90),
  /** Seconds from SIGTERM to SIGKILL. ECS: `stopTimeout`; Kubernetes: `terminationGracePeriodSeconds`. @default 30 */
  stopSeconds: seconds(2, 120).default(30),
});

/**
 * One description of an application, from which both the ECS resources (`lib/constructs/ecs-application.ts`) and the
 * Kubernetes objects (`charts/application.ts`) are generated. Only {@link describeApplication} creates it.
 */
export type Application = Readonly<z.output<typeof schema>>;

/** An {@link Application} without its defaults, as authors write it. */
export type ApplicationDescription = Readonly<z.input<typeof schema>>;

/**
 * Validates a description and adds the defaults.
 *
 * @throws UsageError with a sentence for each field that ECS or Kubernetes would refuse, or that contradicts another
 */
export function describeApplication(description: ApplicationDescription): Application {
  const result = schema.safeParse(description);
  const problems = result.success
    ? contradictions(result.data)
    : result.error.issues.map((issue) =>
        issue.code === 'unrecognized_keys'
          ? `there is no ${issue.keys.join(', ')}.`
          : `${issue.path.join('.')} ${issue.message}`,
      );
  if (result.success && problems.length === 0) return result.data;
  throw new UsageError(problems.map((problem) => `Application ${description.name}: ${problem}`).join('\n'));
}

function imageProblem(image: string): string | undefined {
  if (!/^[a-z0-9][\w./:@-]*$/i.test(image)) return `takes the name of an image, not '${image}'.`;
  if (/@sha256:[0-9a-f]{64}$/.test(image)) return undefined;
  // A colon before the last slash belongs to the registry's port.
  const [, tag] = image.slice(image.lastIndexOf('/') + 1).split(':');
  if (tag === undefined || tag === '') {
    return `'${image}' has no tag, so each start may run another image. Give a tag that never moves, such as ${image}:1.2.3.`;
  }
  return tag === 'latest' ? `'${image}' has the tag latest, which moves. Give a tag that never moves.` : undefined;
}

/** A sentence for each contradiction between fields of a description. */
function contradictions(application: Application): readonly string[] {
  const { vcpus, memoryMib, replicas, minAvailable, minReplicas, maxReplicas } = application;
  const size = { vcpus, memoryMib };
  const found: string[] = [];
  if (!isFargateSize(size)) {
    const nearest = nearestFargateSizes(size).map(fargateSizeText);
    found.push(
      `vcpus and memoryMib do not match: ECS on Fargate does not offer ${fargateSizeText(size)}. ` +
        `The nearest sizes: ${nearest.join(', or ')}.`,
    );
  }
  if (minAvailable > replicas) {
    found.push(`minAvailable is ${minAvailable}, but there are only ${replicas} replicas. Give ${replicas} or fewer.`);
  }
  if (minReplicas > maxReplicas) {
    found.push(`minReplicas is ${minReplicas} and maxReplicas ${maxReplicas}. Give a minimum up to the maximum.`);
  } else if (replicas < minReplicas || replicas > maxReplicas) {
    found.push(
      `replicas is ${replicas}, which the autoscaler would change at once: its bounds are ${minReplicas} and ${maxReplicas}.`,
    );
  }
  return found;
}
