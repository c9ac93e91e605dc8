/** What the shell files in `bootstrap/` know of the cluster and its surroundings, beside kubeadm's configuration. */
export interface BootstrapSettings {
  readonly clusterName: string;
  /** Exact release, for example `1.36.3`. */
  readonly kubernetesRelease: string;
  /** The parameters of the cluster begin with it, for example `/kubernetes-textbook-labs/SelfManaged`. */
  readonly parameterPrefix: string;
  /** ARN of the KMS key that SecureString parameters are encrypted with. @default the account's own */
  readonly parameterKey?: string;
  /** Name of the bucket for backups of etcd. */
  readonly backupBucket: string;
  /** Ids of the route tables that get a route to the pods of each node. */
  readonly routeTables: readonly string[];
  /** The addresses of the nodes. */
  readonly nodeCidr: string;
  readonly podCidr: string;
  readonly region: string;
}

/** The file `cluster.env`, which `bootstrap/common.sh` reads. */
export function clusterEnvironmentFile(settings: BootstrapSettings): string {
  const variables = {
    CLUSTER_NAME: settings.clusterName,
    KUBERNETES_RELEASE: settings.kubernetesRelease,
    PARAMETER_PREFIX: settings.parameterPrefix,
    ...(settings.parameterKey === undefined ? {} : { PARAMETER_KEY: settings.parameterKey }),
    BACKUP_BUCKET: settings.backupBucket,
    ROUTE_TABLES: settings.routeTables.join(' '),
    NODE_CIDR: settings.nodeCidr,
    POD_CIDR: settings.podCidr,
    AWS_DEFAULT_REGION: settings.region,
  };
  return Object.entries(variables)
    .map(([name, value]) => `${name}='${value}'\n`)
    .join('');
}

/** Where a node has its settings and kubeadm's configuration; `bootstrap/common.sh` looks there. */
export const nodeSettingsFolder = '/etc/kubernetes-textbook-labs';

/** Where a node has the shell files; the units in `bootstrap/units` name it. */
export const nodeBootstrapFolder = '/opt/kubernetes-textbook-labs/bootstrap';
