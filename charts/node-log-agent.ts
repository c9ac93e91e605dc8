import { App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { fluentBitImage, section } from './fluent-bit.ts';

/** Where the agent's service account is. A namespace of its own: it is the only one that admits pods which read a node's files. */
export const agentAccount = { namespace: 'node-logs', name: 'fluent-bit' };
const { namespace, name } = agentAccount;
const labels = { 'app.kubernetes.io/name': name };

/** What the agent needs to know. */
export interface NodeLogAgentProps {
  readonly region: string;
  /** The log group in CloudWatch, which is there already. */
  readonly logGroupName: string;
}

/**
 * Fluent Bit on every node: what containers print, and what the kubelet writes to the node's journal, goes to CloudWatch
 * Logs. Streams are called `pod-logs.NAMESPACE.POD.CONTAINER` and `kubelet-logs.NODE`.
 *
 * It talks to AWS alone, and asks the API server for nothing: namespace, pod and container stand in the names of the files.
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
/** Where it keeps how far it has read, on the node, so that its next pod goes on from there. */
const stateFolder = '/var/lib/node-logs';

/** Where the kubelet puts the name of each file: `POD_NAMESPACE_CONTAINER-ID.log` (Kubernetes, "Logging architecture"; Fluent Bit, "Tail"). */
const containerLogs = '/var/log/containers';
const fileName = String.raw`(?<pod>[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?)_(?<namespace>[^_]+)_(?<container>.+)-[a-z0-9]{64}\.log$`;

const configuration = ({ region, logGroupName }: NodeLogAgentProps): string => {
  // The log group is there, and the agent may make none.
  const cloudWatch = { Name: 'cloudwatch_logs', region, log_group_name: logGroupName, auto_create_group: 'false' };
  return [
    section('SERVICE', { Flush: '5', Log_Level: 'warn' }),
    section('INPUT', {
      Name: 'tail',
      Path: `${containerLogs}/*.log`,
      // What it prints itself would come round for ever.
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
  // A node that is cordoned, tainted or in trouble is the one whose logs somebody will want to read.
  tolerations: [{ operator: 'Exists' }],
  // Of the nodes that are no EC2 instances of this account, Fargate's have a log router of their own.
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
  // Root, because logs are root's; but without a single capability, so it reads and writes what root owns and nothing else.
  securityContext: { runAsUser: 0, runAsGroup: 0, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [
    {
      name,
      image: fluentBitImage,
      imagePullPolicy: 'IfNotPresent',
      // The image's own start script loads plugins that nothing here uses.
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

/** The agent as a chart of its own, for a cluster that takes cdk8s charts. */
export const nodeLogAgent = (props: NodeLogAgentProps): NodeLogAgent =>
  new NodeLogAgent(new App(), 'NodeLogAgent', props);
