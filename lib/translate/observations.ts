import { approximate, input, type Answer } from './finding.ts';
import type { Plan } from './plan.ts';
import { drainSeconds } from './rules/lifecycle.ts';
import { sendsTraffic } from './rules/load-balancing.ts';

/** Something to know that no single field says. */
export type Observation = Answer & { readonly path: string };

/** What the objects have although ECS says nothing of it, and what the input leaves open. */
export function observationsOf(plan: Plan): readonly Observation[] {
  const { input: ecs, kind } = plan;
  const at = (path: string, answer: Answer): Observation => ({ path, ...answer });
  return [
    ...(ecs.service === undefined && kind === 'Deployment'
      ? [
          at(
            'service',
            input(
              'タスク定義だけでは、サービスとして動くのか、1 回だけ（RunTask）か、スケジュールで動くのかが分かりません。サービスとして Deployment（1 レプリカ）にしました。describe-services の出力も渡すか、--once か --schedule を付けてください。',
              'A task definition does not say whether it runs as a service, once (RunTask) or on a schedule. It became a Deployment of one replica: give the output of describe-services too, or --once, or --schedule.',
              { to: 'workload.metadata.name', lab: 'ecs-and-eks' },
            ),
          ),
        ]
      : []),
    ...(ecs.service !== undefined && kind === 'Deployment' && ecs.scaling === undefined
      ? [
          at(
            'scaling',
            input(
              'サービスのオートスケーリングは describe-services の出力に含まれません。使っていれば、aws application-autoscaling describe-scalable-targets と describe-scaling-policies の出力も渡してください。',
              'Auto scaling is not in the output of describe-services. If the service has it, give the output of aws application-autoscaling describe-scalable-targets and describe-scaling-policies too.',
              { lab: 'workloads' },
            ),
          ),
        ]
      : []),
    ...(sendsTraffic(plan)
      ? [
          at(
            'draining',
            approximate(
              `ECS は、ロードバランサーから外して待ったあとで SIGTERM を送ります。Kubernetes では同時なので、preStop で ${drainSeconds} 秒待ち、その分を猶予に加えました。ターゲットタイプ ip のロードバランサーを使うなら、名前空間にラベル elbv2.k8s.aws/pod-readiness-gate-inject=enabled を付けます。`,
              `ECS deregisters a task and waits before SIGTERM; Kubernetes does both at once. So preStop sleeps for ${drainSeconds} seconds, which the grace period includes. With a load balancer of target type ip, label the namespace elbv2.k8s.aws/pod-readiness-gate-inject=enabled.`,
              { to: 'container.lifecycle', lab: 'workloads' },
            ),
          ),
        ]
      : []),
    at(
      'defaults',
      approximate(
        '既定が異なるものを書きました: Docker では有効で Kubernetes では無効な seccomp プロファイル、タスクにはない Service の環境変数と API サーバーの認証情報を無効にする設定。',
        "Written because the defaults differ: the seccomp profile, which Docker has on and Kubernetes off; and no variables of Services nor credentials for the API server, which tasks don't have.",
        { to: 'pod.automountServiceAccountToken', lab: 'security' },
      ),
    ),
  ];
}
