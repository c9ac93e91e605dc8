import { App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { fluentBitImage, section } from './fluent-bit.ts';

/** The agent's service account. It has its own namespace, the only one that admits pods which read files of nodes. */
export const agentAccount = { namespace: 'node-logs', name: 'fluent-bit' };
const { namespace, name } = agentAccount;
const labels = { 'app.kubernetes.io/name': name };

/** Properties of {@link NodeLogAgent}. */
export interface NodeLogAgentProps {
  readonly region: string;
  /** The name of an existing log group in CloudWatch Logs. */
  readonly logGroupName: string;
}

/**
 * Fluent Bit on every node. It sends the output of containers and the kubelet's journal to CloudWatch Logs, in streams
 * called `pod-logs.NAMESPACE.POD.CONTAINER` and `kubelet-logs.NODE`.
 *
 * It needs no access to the API server: the names of the log files contain namespace, pod and container.
 */
export class NodeLogAgent extends Chart {
  constructor(scope: Construct, id: string, props: NodeLogAgentProps) {
    super(scope, id, { disableResourceNameHashes: true });
    const metadata = { name, namespace, labels };
    new k8s.KubeNamespace(this, 'Namespace', {
      metadata: { name: namespace, labels: { ...labels, 'pod-security.kubernetes.io/enforce': 'privileged' } },
    });
    new k8s.KubeServiceAccount(this, 'ServiceAccount', { metadata, automountServiceAccountToken: false });
    new k8s.KubeConfigMap(this, 'ConfigMap', { metadata, data: { [configFile]: configuration(props) } });
    new k8s.KubeDaemonSet(this, 'DaemonSet', {
      metadata,
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod } },
    });
  }
}

const configFile = 'fluent-bit.conf';
const configFolder = '/fluent-bit/node-logs';
/** The folder on the node where the agent stores its position in each file, so that its next pod continues there. */
const stateFolder = '/var/lib/node-logs';

/**
 * The pattern of the log files' names: `POD_NAMESPACE_CONTAINER-ID.log` (Kubernetes, "Logging Architecture"; Fluent
 * Bit, "Tail").
 */
const containerLogs = '/var/log/containers';
const fileName = String.raw`(?<pod>[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?)_(?<namespace>[^_]+)_(?<container>.+)-[a-z0-9]{64}\.log$`;

const configuration = ({ region, logGroupName }: NodeLogAgentProps): string => {
  // The log group exists, and the agent has no permission to create one.
  const cloudWatch = { Name: 'cloudwatch_logs', region, log_group_name: logGroupName, auto_create_group: 'false' };
  return [
    section('SERVICE', { Flush: '5', Log_Level: 'warn' }),
    section('INPUT', {
      Name: 'tail',
      Path: `${containerLogs}/*.log`,
      // Excludes the agent's own output, which would produce new output forever.
      Exclude_Path: `${containerLogs}/${name}-*_${namespace}_*.log`,
      Tag: 'logs.<namespace>.<pod>.<container>',
      Tag_Regex: fileName,
      'multiline.parser': 'cri',
      DB: `${stateFolder}/containers.db`,
      Read_from_Head: 'On',
      Mem_Buf_Limit: '8MB',
      Skip_Long_Lines: 'On',
    }),
    section('INPUT', {
      Name: 'systemd',
      Path: '/var/log/journal',
      Tag: 'kubelet',
      Systemd_Filter: '_SYSTEMD_UNIT=kubelet.service',
      DB: `${stateFolder}/kubelet.db`,
    }),
    section('OUTPUT', { ...cloudWatch, Match: 'logs.*', log_stream_prefix: 'pod-', log_key: 'log' }),
    section('OUTPUT', {
      ...cloudWatch,
      Match: 'kubelet',
      log_stream_name: 'kubelet-logs.${NODE_NAME}',
      log_key: 'MESSAGE',
    }),
  ].join('\n');
};

const pod: k8s.PodSpec = {
  serviceAccountName: name,
  automountServiceAccountToken: false,
  priorityClassName: 'system-node-critical',
  // The logs of a cordoned, tainted or failing node are those that somebody will need.
  tolerations: [{ operator: 'Exists' }],
  // Excludes nodes that are not EC2 instances of this account. Fargate nodes have their own log router.
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [
          {
            matchExpressions: [
              { key: 'eks.amazonaws.com/compute-type', operator: 'NotIn', values: ['fargate', 'hybrid', 'auto'] },
            ],
          },
        ],
      },
    },
  },
  // Root, because root owns the log files; but without any capability, so that it can access only files that root may
  // access by their mode.
  securityContext: { runAsUser: 0, runAsGroup: 0, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [
    {
      name,
      image: fluentBitImage,
      imagePullPolicy: 'IfNotPresent',
      // The start script of the image loads plugins that this configuration does not use.
      command: ['/fluent-bit/bin/fluent-bit', '-c', `${configFolder}/${configFile}`],
      env: [{ name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
      resources: {
        requests: { cpu: k8s.Quantity.fromString('50m'), memory: k8s.Quantity.fromString('64Mi') },
        limits: { memory: k8s.Quantity.fromString('128Mi') },
      },
      securityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        privileged: false,
        readOnlyRootFilesystem: true,
      },
      volumeMounts: [
        { name: 'logs', mountPath: '/var/log', readOnly: true },
        { name: 'state', mountPath: stateFolder },
        { name: 'configuration', mountPath: configFolder, readOnly: true },
      ],
    },
  ],
  volumes: [
    { name: 'logs', hostPath: { path: '/var/log', type: 'Directory' } },
    { name: 'state', hostPath: { path: stateFolder, type: 'DirectoryOrCreate' } },
    { name: 'configuration', configMap: { name } },
  ],
};

/** The agent as a separate chart, for a cluster construct that accepts cdk8s charts. */
export const nodeLogAgent = (props: NodeLogAgentProps): NodeLogAgent =>
  new NodeLogAgent(new App(), 'NodeLogAgent', props);
