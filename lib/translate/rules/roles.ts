import type { V1ServiceAccount } from '../kubernetes-types.ts';
import { approximate, none } from '../finding.ts';
import { labelsOf } from './identity.ts';
import type { Plan } from '../plan.ts';
import { rule, type Rules } from '../rule.ts';

/** Marks the role on the ServiceAccount. IRSA reads it; with Pod Identity it only says which role is meant. */
const roleAnnotation = 'eks.amazonaws.com/role-arn';

/**
 * The identity of the pods. It has the task role and never the execution role, which may read the secrets of the
 * application.
 */
export function serviceAccountOf(plan: Plan): V1ServiceAccount {
  const { taskRoleArn } = plan.input.taskDefinition;
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: {
      name: plan.name,
      labels: labelsOf(plan),
      // Fargate has no agent for Pod Identity.
      ...(taskRoleArn !== undefined && plan.fargate && { annotations: { [roleAnnotation]: taskRoleArn } }),
    },
    automountServiceAccountToken: false,
  };
}

/** Which role an application has. */
export const roleRules: Rules = {
  taskRoleArn: rule<string>(({ value, plan }) =>
    plan.fargate
      ? approximate(
          `ServiceAccount ${plan.name} のアノテーション（IRSA）になります。EKS Fargate では Pod Identity のエージェントが動かないためです。ロールの信頼ポリシーを ecs-tasks.amazonaws.com からクラスターの OIDC プロバイダー（sts:AssumeRoleWithWebIdentity）に変えます。`,
          `It becomes an annotation of ServiceAccount ${plan.name} (IRSA), because EKS Fargate has no agent for Pod Identity. Change the role's trust policy from ecs-tasks.amazonaws.com to the cluster's OIDC provider (sts:AssumeRoleWithWebIdentity).`,
          { todo: 'elsewhere', to: 'ServiceAccount.metadata.annotations', lab: 'security' },
        )
      : approximate(
          `ServiceAccount ${plan.name} に EKS Pod Identity で結び付けます: aws eks create-pod-identity-association --cluster-name CLUSTER --namespace NAMESPACE --service-account ${plan.name} --role-arn ${value}。ロールの信頼ポリシーを ecs-tasks.amazonaws.com から pods.eks.amazonaws.com（sts:AssumeRole と sts:TagSession）に変えます。`,
          `Associate it with ServiceAccount ${plan.name} by EKS Pod Identity: aws eks create-pod-identity-association --cluster-name CLUSTER --namespace NAMESPACE --service-account ${plan.name} --role-arn ${value}. Change the role's trust policy from ecs-tasks.amazonaws.com to pods.eks.amazonaws.com (sts:AssumeRole and sts:TagSession).`,
          { todo: 'elsewhere', to: 'ServiceAccount.metadata.name', lab: 'security' },
        ),
  ),
  executionRoleArn: none(
    'Pod には付けません。付けると、アプリケーションが自分のシークレットをすべて読めるようになります。イメージを取得するのはノードのロール（Fargate では Pod 実行ロール）、シークレットを読むのは External Secrets のロール、ログを書くのはログエージェントのロールです。',
    'It is not given to the pod: the application could then read all of its secrets itself. Images are pulled with the role of the node (on Fargate, the pod execution role), secrets are read with the role of External Secrets, and logs are written with the role of the log agent.',
    { lab: 'security' },
  ),
};
