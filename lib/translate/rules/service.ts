import type { V1Role } from '../kubernetes-types.ts';
import { approximate, exact, none } from '../finding.ts';
import { labelsOf } from './identity.ts';
import { dnsLabel } from '../names.ts';
import type { Plan } from '../plan.ts';
import { forAll, rule, type Rules } from '../rule.ts';

/** Who may do what ECS Exec does. It is bound to nobody. */
export function execRoleOf(plan: Plan): V1Role | undefined {
  if (plan.input.service?.enableExecuteCommand !== true) return undefined;
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: dnsLabel(`${plan.name}-exec`), labels: labelsOf(plan) },
    rules: [
      { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
      // A WebSocket begins with a GET; since 1.35 it needs `create` as well.
      { apiGroups: [''], resources: ['pods/exec'], verbs: ['get', 'create'] },
    ],
  };
}

const names = (ja: string, en: string) => exact(ja, en, { lab: 'ecs-and-eks' });

/** What a service is, beside its rollouts, networks and places. */
export const serviceRules: Rules = {
  'service.cluster': names(
    'クラスターと名前空間は、kubectl のコンテキストで選びます。',
    'Cluster and namespace are chosen by the context of kubectl.',
  ),
  'service.serviceName': rule<string>(({ value, plan }) =>
    value === plan.name
      ? exact('名前はそのままです。', 'The name is kept.', { to: 'workload.metadata.name', lab: 'ecs-and-eks' })
      : approximate(
          `名前は DNS ラベルなので、${plan.name} になりました。`,
          `Names are DNS labels, so it is ${plan.name}.`,
          {
            to: 'workload.metadata.name',
            lab: 'ecs-and-eks',
          },
        ),
  ),
  'service.taskDefinition': names(
    'Pod のテンプレートが、タスク定義に当たります。',
    'The pod template is the task definition.',
  ),
  'service.clientToken': names(
    '不要です。kubectl apply は、名前が同じなら何度でも同じ結果になります。',
    'Not needed: kubectl apply does the same however often it runs.',
  ),
  'service.role': none(
    'AWS Load Balancer Controller が、自分のロールでターゲットを登録します。',
    'The AWS Load Balancer Controller registers targets with a role of its own.',
    { lab: 'security' },
  ),
  'service.desiredCount': rule<number>(({ plan }) =>
    plan.kind === 'DaemonSet'
      ? none('DaemonSet はノードごとに 1 つです。', 'A DaemonSet has one for each node.', {
          todo: 'nothing',
          lab: 'scheduling',
        })
      : plan.kind !== 'Deployment'
        ? none('Job はタスクを 1 つ実行します。', 'A Job runs one task.', { todo: 'nothing', lab: 'workloads' })
        : plan.autoscaled
          ? approximate(
              'オートスケーラーが数を決めるので、replicas は書きません。書くと、apply のたびに戻ります。',
              'The autoscaler owns the number, so `replicas` is left out: each apply would reset it.',
              { to: 'HorizontalPodAutoscaler.spec.minReplicas', lab: 'workloads' },
            )
          : exact('replicas になります。', 'It is `replicas`.', { to: 'workload.spec.replicas', lab: 'workloads' }),
  ),
  'service.schedulingStrategy': rule<string>(({ value, plan }) =>
    value === 'DAEMON'
      ? exact(
          `DaemonSet になります。${plan.fargate ? 'EKS Fargate に DaemonSet はありません。' : ''}`,
          `It becomes a DaemonSet.${plan.fargate ? ' EKS Fargate has none.' : ''}`,
          { todo: plan.fargate ? 'decide' : 'nothing', lab: 'scheduling' },
        )
      : exact('Deployment になります。', 'It becomes a Deployment.', { lab: 'scheduling' }),
  ),
  'service.enableExecuteCommand': rule<boolean>(({ value, plan }) =>
    value
      ? approximate(
          `kubectl exec に当たります。許す Role ${dnsLabel(`${plan.name}-exec`)} を書きましたが、誰にも結び付けていません。監査ログには誰がどの Pod に入ったかが残り、入力した内容は残りません。`,
          `kubectl exec does it. Role ${dnsLabel(`${plan.name}-exec`)} allows it, and is bound to nobody. The audit log has who entered which pod, and not what they typed.`,
          { todo: 'decide', to: 'Role.rules', lab: 'security' },
        )
      : exact('kubectl exec を許す Role を書きません。', 'No Role that allows kubectl exec is written.', {
          lab: 'security',
        }),
  ),
  ...forAll(
    [
      'service.monitoring.metricConfigurations[].metricNames[]',
      'service.monitoring.metricConfigurations[].resolutionSeconds',
    ],
    none(
      'metrics-server は 15 秒ごとに集め、保存はしません。保存するには Container Insights か Prometheus を使います。',
      'metrics-server collects every 15 seconds and keeps nothing. Container Insights or Prometheus keep metrics.',
      { lab: 'operations' },
    ),
  ),
};
