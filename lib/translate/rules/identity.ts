import type { Tag } from '@aws-sdk/client-ecs';
import { approximate, none } from '../finding.ts';
import { annotationKey, isLabel } from '../names.ts';
import type { Plan } from '../plan.ts';
import { rule, type Rules } from '../rule.ts';

/** The label that selectors use: only one, because selectors can't be changed. */
export const selectorOf = ({ name }: Pick<Plan, 'name'>): Record<string, string> => ({
  'app.kubernetes.io/name': name,
});

/** Where the annotation comes from that names the task definition. */
const origin = 'migrated-from/ecs-task-definition';

const tagsOf = ({ input }: Plan): readonly Tag[] => {
  const { propagateTags, tags = [] } = input.service ?? {};
  return [...(input.taskDefinition.tags ?? []), ...(propagateTags === 'SERVICE' ? tags : [])];
};

/** The labels of all objects, and of pods. */
export const labelsOf = (plan: Plan): Record<string, string> => ({
  ...Object.fromEntries(
    tagsOf(plan)
      .filter(({ key = '', value = '' }) => isLabel(key, value))
      .map(({ key = '', value = '' }) => [key, value]),
  ),
  ...selectorOf(plan),
});

/** The annotations of the workload: its origin, and tags that can't be labels. */
export function annotationsOf(plan: Plan): Record<string, string> {
  const { family = '' } = plan.input.taskDefinition;
  const { revision } = plan.input;
  return {
    [origin]: revision === undefined ? family : `${family}:${revision}`,
    ...Object.fromEntries(
      tagsOf(plan)
        .filter(({ key = '', value = '' }) => !isLabel(key, value))
        .map(({ key = '', value = '' }) => [annotationKey(key), value]),
    ),
  };
}

const tag = approximate(
  'タグはラベルになります。ラベルに使えない文字や長さのものはアノテーションになります。コスト配分には、EKS の分割コスト配分データでこのラベルを有効にします。',
  'The tag becomes a label, or an annotation where its characters or its length are not allowed in a label. Cost allocation needs EKS split cost allocation data to be turned on for it.',
  { to: 'workload.metadata.labels', lab: 'workloads' },
);

const serviceTag = rule(({ plan }) =>
  plan.input.service?.propagateTags === 'SERVICE'
    ? tag
    : none(
        'サービスのタグはタスクに伝播されないので、ラベルにしません。必要なら Deployment のラベルに加えます。',
        'The tags of the service are not propagated to its tasks, so they become no labels. Add them to the workload where you need them.',
        { todo: 'nothing', lab: 'workloads' },
      ),
);

/** What a workload is called, and what is written on it. */
export const identityRules: Rules = {
  family: rule<string>(({ value, plan }) =>
    approximate(
      `名前 ${plan.name} になりました${value === plan.name ? '' : `（元は ${plan.input.service?.serviceName ?? value}）`}。登録されて番号が付き、変更できないリビジョンはありません。Deployment の ReplicaSet がその代わりで、revisionHistoryLimit（10）を超えると消えます。`,
      `Objects are named ${plan.name}. There is no registered, numbered, immutable revision: the ReplicaSets of a Deployment are its revisions, and those beyond revisionHistoryLimit (10) are deleted.`,
      { to: 'workload.metadata.name', lab: 'workloads' },
    ),
  ),
  'tags[].key': tag,
  'tags[].value': tag,
  enableFaultInjection: none(
    'タスクの障害注入に対応するフィールドはありません。AWS FIS には EKS の Pod 用のアクションがあり、Chaos Mesh も使えます。',
    'No field corresponds to fault injection. AWS FIS has actions for pods on EKS; Chaos Mesh is another way.',
    { lab: 'operations' },
  ),
  'service.tags[].key': serviceTag,
  'service.tags[].value': serviceTag,
  'service.propagateTags': approximate(
    'SERVICE と TASK_DEFINITION のどちらも、そのタグが Pod のラベルになります。NONE でもタスク定義のタグは残します。',
    'Tags of the chosen origin become labels of the pods. Tags of the task definition are kept even with NONE.',
    { lab: 'workloads' },
  ),
  'service.enableECSManagedTags': none(
    '対応するものは不要です。Pod のラベルと ownerReferences が、どのワークロードのものかを示します。',
    'Nothing is needed: labels and owner references say which workload a pod belongs to.',
    { todo: 'nothing', lab: 'workloads' },
  ),
};
