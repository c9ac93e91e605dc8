import { z } from 'zod';
import { UsageError } from '../core/errors.ts';
import { fargateSizeText, isFargateSize, nearestFargateSizes } from '../catalog/nearest-fargate-sizes.ts';

/** A whole number in a range, with a sentence for anything else. The path of a field is put before it. */
const whole = (min: number, max: number, why = '') => {
  const sentence = `takes a whole number from ${min} to ${max}${why}.`;
  return z.int(sentence).min(min, sentence).max(max, sentence);
};

/** ECS counts in whole percent of the replicas during a rollout: with more than these, one of them would be less. */
const mostReplicas = 100;

const seconds = (min: number, max: number) => whole(min, max, ', in seconds: ECS offers no others');

const healthCheckSchema = z.strictObject({
  /** Path that answers with status 200 while the application is well. */
  path: z
    .string()
    .regex(/^\/[\w\-./~]*$/, 'takes the path of a URL that begins with a slash, such as /healthz, without a query.'),
  /** Seconds from one check to the next. ECS: `interval`; Kubernetes: `periodSeconds`. */
  intervalSeconds: seconds(5, 300),
  /** Seconds after which a check has failed. ECS: `timeout`; Kubernetes: `timeoutSeconds`. */
  timeoutSeconds: seconds(2, 60),
  /** Failures in a row after which a container is replaced or restarted. ECS: `retries`; Kubernetes: `failureThreshold`. */
  retries: whole(1, 10, ': ECS offers no others'),
  /** Seconds after its start in which failures do not count; 0 for none. ECS: `startPeriod`; Kubernetes: a startup probe. */
  graceSeconds: seconds(0, 300).default(0),
});

const schema = z.strictObject({
  /** Names the container and every object that is made of it. */
  name: z
    .string()
    .regex(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/, 'takes up to 40 lower-case letters, digits and hyphens, such as web.'),
  /**
   * Image with a tag that is never moved, or a digest. ECS checks a container's health from inside, so the image has
   * to have `curl`; and it has to run as any user.
   */
  image: z.string().superRefine((image, context) => {
    const problem = imageProblem(image);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  }),
  /** What the image's entry point is called with. ECS: `command`; Kubernetes: `args`, where `command` is the entry point. */
  args: z.array(z.string()).default([]),
  /** Port that the container listens on. */
  port: whole(1024, 65_535, ': the container runs as an ordinary user, which opens no port below 1024'),
  /** Port that callers within the cluster use. ECS: the client alias of Service Connect; Kubernetes: the Service's port. */
  servicePort: whole(1, 65_535).default(80),
  /** Environment variables. Not for secrets: whoever may read a task definition or a Deployment reads them. */
  environment: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string(), 'takes names of letters, digits and underscores.')
    .default({}),
  /** CPU of one replica, in vCPUs. ECS counts 1024 units a vCPU, Kubernetes 1000 millicores. */
  vcpus: z.number('takes a number of vCPUs, such as 0.25.').positive('takes a number of vCPUs, such as 0.25.'),
  /** Memory of one replica, in MiB. One that uses more is killed, on both sides. */
  memoryMib: z.number('takes a number of MiB, such as 512.').positive('takes a number of MiB, such as 512.'),
  healthCheck: healthCheckSchema,
  /** How many to begin with; the autoscaler goes on from there. ECS: `desiredCount`. */
  replicas: whole(1, mostReplicas, ': with none there is nothing to compare, with more ECS cannot count them'),
  /** How many of them have to stay up during a rollout, while one more than `replicas` may run. */
  mustStayUp: whole(0, mostReplicas),
  /** The fewest that the autoscaler leaves. */
  minReplicas: whole(1, mostReplicas),
  /** The most that the autoscaler makes. */
  maxReplicas: whole(1, mostReplicas),
  /** CPU utilization that the autoscaler aims at, in percent of `vcpus`. */
  targetCpuPercent: whole(10, 90),
  /** Seconds from SIGTERM to SIGKILL. ECS: `stopTimeout`; Kubernetes: `terminationGracePeriodSeconds`. */
  stopSeconds: seconds(2, 120).default(30),
});

/**
 * An application, described once: ECS and Kubernetes make of it what each calls its own
 * (`lib/constructs/ecs-application.ts` and `charts/application.ts`). Made by {@link describeApplication} only.
 */
export type Application = Readonly<z.output<typeof schema>>;

/** What {@link describeApplication} takes: an {@link Application} whose defaults may be left out. */
export type ApplicationDescription = Readonly<z.input<typeof schema>>;

/**
 * Checks a description and completes it with its defaults.
 *
 * @throws UsageError with a sentence for each thing that ECS or Kubernetes would refuse, or that contradicts another
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
  // A colon before the last slash is that of the registry's port.
  const [, tag] = image.slice(image.lastIndexOf('/') + 1).split(':');
  if (tag === undefined || tag === '') {
    return `'${image}' has no tag, so every start may run something else. Give one that stays, such as ${image}:1.2.3.`;
  }
  return tag === 'latest' ? `'${image}' names the tag latest, which moves. Give one that stays.` : undefined;
}

/** A sentence for each thing in which the fields of a description contradict each other. */
function contradictions(application: Application): readonly string[] {
  const { vcpus, memoryMib, replicas, mustStayUp, minReplicas, maxReplicas } = application;
  const size = { vcpus, memoryMib };
  const found: string[] = [];
  if (!isFargateSize(size)) {
    const nearest = nearestFargateSizes(size).map(fargateSizeText);
    found.push(
      `vcpus and memoryMib do not go together: ECS on Fargate offers no ${fargateSizeText(size)}. ` +
        `The nearest that it does offer: ${nearest.join(', or ')}.`,
    );
  }
  if (mustStayUp > replicas) {
    found.push(`mustStayUp is ${mustStayUp}, but there are only ${replicas} replicas. Give ${replicas} or fewer.`);
  }
  if (minReplicas > maxReplicas) {
    found.push(`minReplicas is ${minReplicas} and maxReplicas ${maxReplicas}. Give a minimum up to the maximum.`);
  } else if (replicas < minReplicas || replicas > maxReplicas) {
    found.push(
      `replicas is ${replicas}, which the autoscaler would change at once: it keeps ${minReplicas} to ${maxReplicas}.`,
    );
  }
  return found;
}
