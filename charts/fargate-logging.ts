import { App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { section } from './fluent-bit.ts';

/** Properties of {@link FargateLogging}. */
export interface FargateLoggingProps {
  readonly region: string;
  /** The name of an existing log group in CloudWatch Logs. */
  readonly logGroupName: string;
}

/** The names that Fargate expects (Amazon EKS User Guide, "Start AWS Fargate logging for your cluster"). */
const [namespace, configMap] = ['aws-observability', 'aws-logging'];

/**
 * The configuration of the Fluent Bit that Fargate runs beside each pod. It sends the output of containers to
 * CloudWatch Logs. It applies only to pods that start after it was created.
 */
export class FargateLogging extends Chart {
  constructor(scope: Construct, id: string, { region, logGroupName }: FargateLoggingProps) {
    super(scope, id, { disableResourceNameHashes: true });
    new k8s.KubeNamespace(this, 'Namespace', { metadata: { name: namespace, labels: { [namespace]: 'enabled' } } });
    new k8s.KubeConfigMap(this, 'ConfigMap', {
      metadata: { name: configMap, namespace },
      data: {
        // Disables the log router's own messages, which would double the cost.
        flb_log_cw: 'false',
        'parsers.conf': section('PARSER', {
          Name: 'cri',
          Format: 'regex',
          Regex: '^(?<time>[^ ]+) (?<stream>stdout|stderr) (?<logtag>[FP]) (?<log>.*)$',
          Time_Key: 'time',
          Time_Format: '%Y-%m-%dT%H:%M:%S.%L%z',
        }),
        'filters.conf': [
          section('FILTER', { Name: 'parser', Match: '*', Key_Name: 'log', Parser: 'cri' }),
          section('FILTER', {
            Name: 'kubernetes',
            Match: 'kube.*',
            Merge_Log: 'On',
            Buffer_Size: '0',
            Kube_Meta_Cache_TTL: '300s',
          }),
        ].join(''),
        'output.conf': section('OUTPUT', {
          Name: 'cloudwatch_logs',
          Match: 'kube.*',
          region,
          log_group_name: logGroupName,
          log_stream_prefix: 'pod-',
          // The pod execution role has no permission to create one.
          auto_create_group: 'false',
        }),
      },
    });
  }
}

/** The configuration as a separate chart, for a cluster construct that accepts cdk8s charts. */
export const fargateLogging = (props: FargateLoggingProps): FargateLogging =>
  new FargateLogging(new App(), 'FargateLogging', props);
