import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { closest, unknownNameText } from '../core/closest.ts';
import { defaultPodCidr, podCidrProblem } from './cluster-networks.ts';
import { UsageError } from '../core/errors.ts';
import { defaultInstanceType, instanceTypeNames } from '../catalog/instance-types.ts';
import { controlPlaneCountProblem, controlPlaneCounts } from './quorum.ts';
import type { Language, Text } from '../core/text.ts';
import { kubernetesVersions } from '../catalog/versions.ts';

/** Refuses a value, with the problem in every language. */
function refuse(context: z.RefinementCtx, text: Text): never {
  context.addIssue({ code: 'custom', message: text.en, params: { text } });
  return z.NEVER;
}

/** What {@link refuse} said in every language; a message of zod's own is in English only. */
const textOf = (issue: z.core.$ZodIssue): Text =>
  issue.code === 'custom' && issue.params !== undefined
    ? (issue.params.text as Text)
    : { ja: issue.message, en: issue.message };

const integer = (name: string, min: number, max: number) =>
  z.coerce.string().transform((given, context): number => {
    const value = /^\d+$/.test(given) ? Number(given) : NaN;
    if (value >= min && value <= max) return value;
    return refuse(context, {
      ja: `${name} には ${min} から ${max} までの整数を指定してください。`,
      en: `${name} takes a whole number from ${min} to ${max}.`,
    });
  });

const yesOrNo = (name: string) =>
  z.unknown().transform((given, context): boolean => {
    if (given === true || given === 'true') return true;
    if (given === false || given === 'false') return false;
    return refuse(context, {
      ja: `${name} には true か false を指定してください。`,
      en: `${name} takes true or false.`,
    });
  });

const oneOf = <Value extends string | number>(values: readonly Value[], problem: (given: string) => Text) =>
  z.coerce
    .string()
    .transform(
      (given, context): Value => values.find((value) => String(value) === given) ?? refuse(context, problem(given)),
    );

const list = z.unknown().transform((given, context): string[] => {
  const items: unknown = typeof given === 'string' ? given.split(',') : given;
  if (Array.isArray(items) && items.every((item) => typeof item === 'string'))
    return [...new Set(items.map((item) => item.trim()).filter((item) => item !== ''))];
  return refuse(context, {
    ja: '値を 1 つ、または複数をカンマで区切って指定してください。',
    en: 'Give one value, or several with commas between them.',
  });
});

const cidr = z.string().superRefine((value, context) => {
  const problem = cidrProblem(value);
  if (problem !== undefined) refuse(context, problem);
});

function cidrProblem(value: string): Text | undefined {
  if (!value.includes('/') && ipaddr.IPv4.isValidFourPartDecimal(value)) {
    return {
      ja: `「${value}」はマスクのないアドレスです。「${value}/32」のことですか。`,
      en: `'${value}' is an address without a mask. Did you mean '${value}/32'?`,
    };
  }
  if (!ipaddr.IPv4.isValidCIDRFourPartDecimal(value)) {
    return {
      ja: `「${value}」は IPv4 の CIDR ブロックではありません。203.0.113.7/32 のような形で指定してください。`,
      en: `'${value}' is not an IPv4 CIDR block. Give one such as 203.0.113.7/32.`,
    };
  }
  const network = ipaddr.IPv4.networkAddressFromCIDR(value).toString();
  const meant = network + value.slice(value.indexOf('/'));
  if (value === meant) return undefined;
  return {
    ja: `「${value}」では、ホスト部のビットが 0 になっていません。「${meant}」のことですか。`,
    en: `'${value}' has host bits set. Did you mean '${meant}'?`,
  };
}

const podCidr = z.coerce.string().superRefine((value, context) => {
  const problem = cidrProblem(value) ?? podCidrProblem(value);
  if (problem !== undefined) refuse(context, problem);
});

const principalArn = z.string().superRefine((value, context) => {
  if (/^arn:aws(-[a-z]+)*:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/.test(value)) return;
  refuse(context, {
    ja:
      'admins には、IAM ロールまたはユーザーの ARN を指定してください（たとえば arn:aws:iam::111122223333:role/Admin）。' +
      '引き受けたロールの場合は、セッションの sts の ARN ではなく、ロール自体の ARN を指定してください。',
    en:
      'admins takes ARNs of IAM roles or users, such as arn:aws:iam::111122223333:role/Admin ' +
      '(for a role that you assumed, give the role itself, not the sts ARN of the session).',
  });
});

/** What the settings offer of the periods that CloudWatch Logs knows, in days. */
const retentionDays = [1, 3, 5, 7, 14, 30, 60, 90];

/** What runs the pods of environment EksEc2: EC2 instances alone, or Fargate beside them for one namespace. */
const computeKinds = ['ec2', 'both'] as const;

const schema = z.object({
  kubernetes: oneOf(kubernetesVersions, unsupportedVersion).default(kubernetesVersions[0]),
  nodeCount: integer('nodeCount', 2, 10).default(2),
  controlPlanes: oneOf(controlPlaneCounts, controlPlaneCountProblem).default(controlPlaneCounts[0]),
  instanceType: oneOf(instanceTypeNames, (given) =>
    unknownNameText({ ja: 'インスタンスタイプ', en: 'instanceType' }, given, instanceTypeNames),
  ).default(defaultInstanceType),
  compute: oneOf(computeKinds, (given) => unknownNameText({ ja: '値', en: 'compute' }, given, computeKinds)).default(
    'ec2',
  ),
  allowedCidrs: list.pipe(z.array(cidr)).default([]),
  admins: list.pipe(z.array(principalArn)).default([]),
  customerKey: yesOrNo('customerKey').default(false),
  logRetentionDays: integer('logRetentionDays', 1, 3653)
    .transform((days, context): number =>
      retentionDays.includes(days)
        ? days
        : refuse(context, {
            ja: `logRetentionDays には、CloudWatch Logs で選べる日数のどれかを指定してください: ${retentionDays.join('、')}`,
            en: `logRetentionDays takes one of what CloudWatch Logs offers: ${retentionDays.join(', ')}.`,
          }),
    )
    .default(7),
  podCidr: podCidr.default(defaultPodCidr),
});

/** What each setting means. */
const meanings: Readonly<Record<keyof typeof schema.shape, Text>> = {
  kubernetes: {
    ja: `Kubernetes のバージョン（${kubernetesVersions.join(' または ')}）`,
    en: `Kubernetes version: ${kubernetesVersions.join(' or ')}`,
  },
  nodeCount: {
    ja: 'ワーカーノードの数（2 から 10）。2 つのゾーンに分かれる',
    en: 'worker nodes, spread over two zones: 2 to 10',
  },
  controlPlanes: {
    ja: `SelfManaged のコントロールプレーンノードの数（${controlPlaneCounts.join(' または ')}）。それぞれが etcd のメンバーを 1 つ持つ`,
    en: `control-plane nodes of SelfManaged, each with a member of etcd: ${controlPlaneCounts.join(' or ')}`,
  },
  instanceType: {
    ja: `ワーカーノードの EC2 インスタンスタイプ（${instanceTypeNames.join('、')}）`,
    en: `EC2 instance type of the worker nodes: ${instanceTypeNames.join(', ')}`,
  },
  compute: {
    ja: 'EksEc2 の Pod を動かすもの。ec2、または both（ひとつの名前空間を Fargate で動かす）',
    en: 'what runs the pods of EksEc2: ec2, or both (one namespace runs on Fargate)',
  },
  allowedCidrs: {
    ja: '公開 API エンドポイントに届く IPv4 の CIDR ブロック。なければプライベートエンドポイントだけ',
    en: 'IPv4 CIDR blocks that reach the public API endpoint; none: private endpoint only',
  },
  admins: {
    ja: 'クラスター管理者にする IAM ロールまたはユーザーの ARN。スタックが作るロールに加える',
    en: 'ARNs of IAM roles or users that get cluster-admin access, beside the role that the stack makes',
  },
  customerKey: {
    ja: 'Secret とコントロールプレーンのログを、専用の KMS キーで暗号化する（月に約 1 USD）',
    en: 'encrypt Kubernetes secrets and the control-plane logs with a KMS key of your own (about 1 USD a month)',
  },
  logRetentionDays: {
    ja: `コントロールプレーンのログを残す日数（${retentionDays.join('、')}）`,
    en: `days that the control-plane logs are kept: ${retentionDays.join(', ')}`,
  },
  podCidr: {
    ja: 'SelfManaged の Pod に割り当てる、プライベートな IPv4 の CIDR ブロック',
    en: 'private IPv4 CIDR block that SelfManaged takes the addresses of pods from',
  },
};

function unsupportedVersion(given: string): Text {
  return {
    ja: `Kubernetes ${given} には対応していません。使えるバージョン: ${kubernetesVersions.join('、')}`,
    en: `Kubernetes ${given} is not supported. Valid: ${kubernetesVersions.join(', ')}.`,
  };
}

/** What a person may choose. Account and region are not among it: they come from the AWS profile. */
export type Settings = Readonly<z.output<typeof schema>>;

/** Name of a setting. */
export type SettingName = keyof Settings;

/** The names of all settings. */
export const settingNames = Object.keys(schema.shape) as readonly SettingName[];

/** Each setting with what it means and its default, for help texts. */
export const settingHelp: readonly { readonly name: SettingName; readonly text: Text; readonly default: string }[] =
  settingNames.map((name) => ({
    name,
    text: meanings[name],
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
  const sentences = result.error.issues.map((issue): Text => {
    const [name, text] = [String(issue.path[0]), textOf(issue)];
    return { ja: `設定 ${name}: ${text.ja}`, en: `Setting ${name}: ${text.en}` };
  });
  const all = (language: Language) => [...new Set(sentences.map((sentence) => sentence[language]))].join('\n');
  throw new UsageError({ ja: all('ja'), en: all('en') });
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
    if (closest(key, settingNames) !== undefined) throw new UsageError(unknownSetting(key));
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
      throw new UsageError({
        ja: `「-c ${flag}」は設定ではありません。-c kubernetes=${kubernetesVersions[0]} のように、key=value の形で指定してください。`,
        en: `'-c ${flag}' is not a setting. Give key=value, such as -c kubernetes=${kubernetesVersions[0]}.`,
      });
    const key = flag.slice(0, separator);
    if (!settingNames.includes(key as SettingName)) throw new UsageError(unknownSetting(key));
    given[key] = flag.slice(separator + 1);
  }
  return parseSettings(given);
}

const unknownSetting = (name: string): Text => unknownNameText({ ja: '設定', en: 'setting' }, name, settingNames);
