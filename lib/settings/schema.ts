import { z } from 'zod';
import { defaultInstanceType, instanceTypeNames } from '../catalog/instance-types.ts';
import { kubernetesVersions } from '../catalog/versions.ts';
import { unknownNameText } from '../core/closest.ts';
import type { Text } from '../core/text.ts';
import { cidr, podCidr } from './cidr.ts';
import { defaultPodCidr } from './cluster-networks.ts';
import { controlPlaneCountProblem, controlPlaneCounts } from './quorum.ts';
import { integer, list, oneOf, refuse, yesOrNo } from './value-types.ts';

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

/** What runs the pods of environment EksEc2: only EC2 instances, or also Fargate for one namespace. */
const computeKinds = ['ec2', 'both'] as const;

/** The schema of all settings, with their defaults. */
export const schema = z.object({
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

function unsupportedVersion(given: string): Text {
  return {
    ja: `Kubernetes ${given} には対応していません。使えるバージョン: ${kubernetesVersions.join('、')}`,
    en: `Kubernetes ${given} is not supported. Valid: ${kubernetesVersions.join(', ')}.`,
  };
}
