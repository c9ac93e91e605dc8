import { z } from 'zod';
import { defaultInstanceType, instanceTypeNames } from '../catalog/instance-types.ts';
import { kubernetesVersions } from '../catalog/versions.ts';
import { unknownNameText } from '../core/closest.ts';
import type { Text } from '../core/text.ts';
import { cidr, podCidr } from './cidr.ts';
import { defaultPodCidr } from './cluster-networks.ts';
import { controlPlaneCountProblem, controlPlaneCounts } from './quorum.ts';
import { nameProblem } from './stack-name.ts';
import { checked, integer, list, oneOf, refuse, yesOrNo } from './value-types.ts';
import { fewestZones, zonesProblem } from './zone-list.ts';

/** The ARN of an IAM role or user. */
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

/** The retention periods of CloudWatch Logs that the settings offer, in days. */
export const retentionDays = [1, 3, 5, 7, 14, 30, 60, 90];

/** The qualifier of `cdk bootstrap` when nobody gives another one (AWS CDK Developer Guide, "Customize bootstrapping"). */
export const defaultBootstrapQualifier = 'hnb659fds';

/** The problem with a qualifier of the CDK's bootstrap, by the pattern of its template. */
const qualifierProblem = (qualifier: string): Text | undefined =>
  /^[A-Za-z0-9_-]{1,10}$/.test(qualifier)
    ? undefined
    : {
        ja: 'bootstrapQualifier には、cdk bootstrap --qualifier に指定した値を指定してください（英数字、_、- で 10 文字まで）。',
        en: 'bootstrapQualifier takes what cdk bootstrap --qualifier was given: at most 10 letters, digits, _ and -.',
      };

/** What runs the pods of environment EksEc2: only EC2 instances, or also Fargate for one namespace. */
const computeKinds = ['ec2', 'both'] as const;

const fields = z.object({
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
  name: checked(z.coerce.string(), nameProblem).default(''),
  zones: checked(list, zonesProblem).default([]),
  bootstrapQualifier: checked(z.coerce.string(), qualifierProblem).default(defaultBootstrapQualifier),
});

/** The schema of all settings, with their defaults, and what has to agree among them. */
export const schema = fields.superRefine(({ zones, controlPlanes }, context) => {
  // Fewer are refused already.
  if (zones.length < fewestZones || zones.length >= controlPlanes) return;
  refuse(
    context,
    {
      ja: `controlPlanes=${controlPlanes} では、コントロールプレーンごとに別のゾーンを使います。ゾーンを ${controlPlanes} つ指定してください。`,
      en: `controlPlanes=${controlPlanes} puts each control plane into a zone of its own: give ${controlPlanes} zones.`,
    },
    'zones',
  );
});

function unsupportedVersion(given: string): Text {
  return {
    ja: `Kubernetes ${given} には対応していません。使えるバージョン: ${kubernetesVersions.join('、')}`,
    en: `Kubernetes ${given} is not supported. Valid: ${kubernetesVersions.join(', ')}.`,
  };
}
