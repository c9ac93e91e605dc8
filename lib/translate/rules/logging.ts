import { none } from '../finding.ts';
import { forAll, rule, type Rules } from '../rule.ts';

const driver = rule<string>(({ value, container }) => {
  const { options = {} } = container.source.logConfiguration ?? {};
  const group = options['awslogs-group'];
  if (value === 'awslogs') {
    return none(
      `Pod は標準出力の送り先を選べません。ノードの Fluent Bit（DaemonSet。EKS Fargate では aws-observability の ConfigMap aws-logging）を cloudwatch_logs に設定します: log_group_name ${group ?? 'GROUP'}、region ${options['awslogs-region'] ?? 'REGION'}、log_stream_prefix ${options['awslogs-stream-prefix'] ?? 'PREFIX'}-。`,
      `A pod can't choose where its standard output goes. Configure Fluent Bit on the nodes (a DaemonSet; on EKS Fargate, ConfigMap aws-logging in aws-observability) with output cloudwatch_logs: log_group_name ${group ?? 'GROUP'}, region ${options['awslogs-region'] ?? 'REGION'}, log_stream_prefix ${options['awslogs-stream-prefix'] ?? 'PREFIX'}-.`,
      { lab: 'operations' },
    );
  }
  return none(
    `Pod はログドライバー ${value} を選べません。コンテナは標準出力に書き、ノードのログエージェントの出力プラグインが送ります。`,
    `A pod can't choose log driver ${value}. Containers write to standard output, and an output plugin of the log agent on the node sends it on.`,
    { lab: 'operations' },
  );
});

const options = none(
  'ログエージェントの設定になります。mode と max-buffer-size に対応するものはありません。kubelet がファイルをローテートし、コンテナが書き込みで待たされることはありません。',
  'Settings of the log agent. mode and max-buffer-size have no counterpart: the kubelet rotates files, and no container waits for its log.',
  { lab: 'operations' },
);

const secretOption = none(
  'ログエージェントの Secret になります。アプリケーションの Pod には入れません。',
  'A Secret of the log agent, not of the application.',
  { lab: 'operations' },
);

const router = none(
  'FireLens の設定です。ルーターのフィルターと出力は、ノードの Fluent Bit の設定に移します。enable-ecs-log-metadata に当たるのは kubernetes フィルター、config-file-type: s3 に当たるのは ConfigMap です。ファイルに書くアプリケーションなら、emptyDir を共有するサイドカーも使えます。',
  "A setting of FireLens. Move the router's filters and outputs into the configuration of Fluent Bit on the nodes: enable-ecs-log-metadata is the kubernetes filter, config-file-type s3 is a ConfigMap. An application that logs to files can share an emptyDir with a sidecar.",
  { lab: 'operations' },
);

/** Where logs go. */
export const loggingRules: Rules = {
  'containerDefinitions[].logConfiguration.logDriver': driver,
  'containerDefinitions[].logConfiguration.options': options,
  'containerDefinitions[].logConfiguration.secretOptions[].name': secretOption,
  'containerDefinitions[].logConfiguration.secretOptions[].valueFrom': secretOption,
  ...forAll(
    ['type', 'options'].map((field) => `containerDefinitions[].firelensConfiguration.${field}`),
    router,
  ),
};
