import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { closest, unknownName } from './closest.ts';
import { defaultPodCidr, podCidrProblem } from './cluster-networks.ts';
import { UsageError } from './errors.ts';
import { defaultInstanceType, instanceTypeNames } from './instance-types.ts';
import { controlPlaneCountProblem, controlPlaneCounts, type ControlPlaneCount } from './quorum.ts';
import { kubernetesVersions } from './versions.ts';

const integer = (name: string, min: number, max: number) =>
  z.coerce
    .string()
    .regex(/^\d+$/, `${name} takes a whole number from ${min} to ${max}.`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `${name} takes a whole number from ${min} to ${max}.`);

const yesOrNo = (name: string) =>
  z.union([z.boolean(), z.enum(['true', 'false']).transform((value) => value === 'true')], {
    error: `${name} takes true or false.`,
  });

const list = z
  .union([z.array(z.string()), z.string().transform((text) => text.split(','))], {
    error: 'Give one value, or several with commas between them.',
  })
  .transform((items) => [...new Set(items.map((item) => item.trim()).filter((item) => item !== ''))]);

const cidr = z.string().superRefine((value, context) => {
  const problem = cidrProblem(value);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
});

function cidrProblem(value: string): string | undefined {
  if (!value.includes('/')) {
    return ipaddr.IPv4.isValidFourPartDecimal(value)
      ? `'${value}' is an address without a mask. Did you mean '${value}/32'?`
      : `'${value}' is not an IPv4 CIDR block. Give one such as 203.0.113.7/32.`;
  }
  if (!ipaddr.IPv4.isValidCIDRFourPartDecimal(value)) {
    return `'${value}' is not an IPv4 CIDR block. Give one such as 203.0.113.7/32.`;
  }
  const network = ipaddr.IPv4.networkAddressFromCIDR(value).toString();
  const mask = value.slice(value.indexOf('/'));
  return value === network + mask ? undefined : `'${value}' has host bits set. Did you mean '${network}${mask}'?`;
}

const podCidr = cidr.superRefine((value, context) => {
  if (cidrProblem(value) !== undefined) return;
  const problem = podCidrProblem(value);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
});

const controlPlanes = z.coerce.string().transform((given, context): ControlPlaneCount => {
  const count = controlPlaneCounts.find((candidate) => String(candidate) === given);
  if (count !== undefined) return count;
  context.addIssue({ code: 'custom', message: controlPlaneCountProblem(given) });
  return z.NEVER;
});

const principalArn = z
  .string()
  .regex(
    /^arn:aws(-[a-z]+)*:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/,
    'admins takes ARNs of IAM roles or users, such as arn:aws:iam::111122223333:role/Admin ' +
      '(for a role that you assumed, give the role itself, not the sts ARN of the session).',
  );

/** What the settings offer of the periods that CloudWatch Logs knows, in days. */
const retentionDays = [1, 3, 5, 7, 14, 30, 60, 90];

/** What runs the pods of environment EksEc2: EC2 instances alone, or Fargate beside them for one namespace. */
const computeKinds = ['ec2', 'both'] as const;

const schema = z.object({
  kubernetes: z.coerce
    .string()
    .pipe(z.enum(kubernetesVersions, { error: (issue) => unsupportedVersion(String(issue.input)) }))
    .default(kubernetesVersions[0])
    .describe(`Kubernetes version: ${kubernetesVersions.join(' or ')}`),
  nodeCount: integer('nodeCount', 2, 10).default(2).describe('worker nodes, spread over two zones: 2 to 10'),
  controlPlanes: controlPlanes
    .default(controlPlaneCounts[0])
    .describe(`control-plane nodes of SelfManaged, each with a member of etcd: ${controlPlaneCounts.join(' or ')}`),
  instanceType: z
    .enum(instanceTypeNames, {
      error: (issue) => unknownName('instanceType', String(issue.input), instanceTypeNames),
    })
    .default(defaultInstanceType)
    .describe(`EC2 instance type of the worker nodes: ${instanceTypeNames.join(', ')}`),
  compute: z
    .enum(computeKinds, { error: (issue) => unknownName('compute', String(issue.input), computeKinds) })
    .default('ec2')
    .describe('what runs the pods of EksEc2: ec2, or both (one namespace runs on Fargate)'),
  allowedCidrs: list
    .pipe(z.array(cidr))
    .default([])
    .describe('IPv4 CIDR blocks that reach the public API endpoint; none: private endpoint only'),
  admins: list
    .pipe(z.array(principalArn))
    .default([])
    .describe('ARNs of IAM roles or users that get cluster-admin access, beside the role that the stack makes'),
  customerKey: yesOrNo('customerKey')
    .default(false)
    .describe('encrypt Kubernetes secrets and the control-plane logs with a KMS key of your own (about 1 USD a month)'),
  logRetentionDays: integer('logRetentionDays', 1, 3653)
    .pipe(
      z
        .number()
        .refine(
          (days) => retentionDays.includes(days),
          `logRetentionDays takes one of what CloudWatch Logs offers: 1, 3, 5, 7, 14, 30, 60, 90.`,
        ),
    )
    .default(7)
    .describe(`days that the control-plane logs are kept: ${retentionDays.join(', ')}`),
  podCidr: podCidr
    .default(defaultPodCidr)
    .describe('private IPv4 CIDR block that SelfManaged takes the addresses of pods from'),
});

function unsupportedVersion(given: string): string {
  return `Kubernetes ${given} is not supported. Valid: ${kubernetesVersions.join(', ')}.`;
}

/** What a person may choose. Account and region are not among it: they come from the AWS profile. */
export type Settings = Readonly<z.output<typeof schema>>;

/** Name of a setting. */
export type SettingName = keyof Settings;

/** The names of all settings. */
export const settingNames = Object.keys(schema.shape) as readonly SettingName[];

/** Each setting with what it means and its default, for help texts. */
export const settingHelp: readonly { readonly name: SettingName; readonly text: string; readonly default: string }[] =
  settingNames.map((name) => ({
    name,
    text: schema.shape[name].description ?? '',
    default: String(schema.shape[name].parse(undefined)) || 'none',
  }));

/**
 * Reads settings from a plain record, as CDK context and `-c key=value` flags give them. Absent ones take their defaults.
 *
 * @throws UsageError with a sentence for each setting that is invalid.
 */
export function parseSettings(given: Readonly<Record<string, unknown>>): Settings {
  const known = Object.fromEntries(
    settingNames.filter((name) => given[name] !== undefined).map((name) => [name, given[name]]),
  );
  const result = schema.safeParse(known);
  if (result.success) return result.data;
  const sentences = result.error.issues.map((issue) => `Setting ${String(issue.path[0])}: ${issue.message}`);
  throw new UsageError([...new Set(sentences)].join('\n'));
}

/**
 * Reads the settings among all of a CDK app's context. Context belongs to others too, so a key that is no setting is
 * left alone, unless it is so near to one that it must be a slip of the pen.
 *
 * @throws UsageError for a misspelt or invalid setting.
 */
export function settingsFromContext(context: Readonly<Record<string, unknown>>): Settings {
  for (const key of Object.keys(context)) {
    if (settingNames.includes(key as SettingName) || /[:/@]/.test(key)) continue;
    if (closest(key, settingNames) !== undefined) throw new UsageError(unknownName('setting', key, settingNames));
  }
  return parseSettings(context);
}

/**
 * Reads the settings among `key=value` flags.
 *
 * @param defaults what a setting is that no flag names
 * @throws UsageError for a flag without `=`, an unknown or an invalid setting.
 */
export function settingsFromFlags(flags: readonly string[], defaults: Partial<Settings> = {}): Settings {
  const given: Record<string, unknown> = { ...defaults };
  for (const flag of flags) {
    const separator = flag.indexOf('=');
    if (separator < 1)
      throw new UsageError(
        `'-c ${flag}' is not a setting. Give key=value, such as -c kubernetes=${kubernetesVersions[0]}.`,
      );
    const key = flag.slice(0, separator);
    if (!settingNames.includes(key as SettingName)) throw new UsageError(unknownName('setting', key, settingNames));
    given[key] = flag.slice(separator + 1);
  }
  return parseSettings(given);
}
