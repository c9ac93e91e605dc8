/** Settings of the shell files in `bootstrap/`, in addition to kubeadm's configuration. */
export interface BootstrapSettings {
  readonly clusterName: string;
  /** The exact release, for example `1.36.3`. */
  readonly kubernetesRelease: string;
  /** The prefix of the cluster's parameters, for example `/kubernetes-textbook-labs/SelfManaged`. */
  readonly parameterPrefix: string;
  /** The ARN of the KMS key that encrypts SecureString parameters. @default the account's AWS managed key */
  readonly parameterKey?: string;
  /** The name of the bucket for etcd snapshots. */
  readonly backupBucket: string;
  /** The addresses of the nodes. */
  readonly nodeCidr: string;
  readonly podCidr: string;
  readonly region: string;
}

/** The content of the file `cluster.env`, which `bootstrap/common.sh` reads. */
export function clusterEnvironmentFile(settings: BootstrapSettings): string {
  const variables = {
    CLUSTER_NAME: settings.clusterName,
    KUBERNETES_RELEASE: settings.kubernetesRelease,
    PARAMETER_PREFIX: settings.parameterPrefix,
    ...(settings.parameterKey === undefined ? {} : { PARAMETER_KEY: settings.parameterKey }),
    BACKUP_BUCKET: settings.backupBucket,
    NODE_CIDR: settings.nodeCidr,
    POD_CIDR: settings.podCidr,
    AWS_DEFAULT_REGION: settings.region,
  };
  return Object.entries(variables)
    .map(([name, value]) => `${name}='${value}'\n`)
    .join('');
}

/** The folder of a node that holds its settings and kubeadm's configuration. `bootstrap/common.sh` names it too. */
export const nodeSettingsFolder = '/etc/kubernetes-textbook-labs';

/** The folder of a node that holds the shell files. The units in `bootstrap/units` name it too. */
export const nodeBootstrapFolder = '/opt/kubernetes-textbook-labs/bootstrap';
