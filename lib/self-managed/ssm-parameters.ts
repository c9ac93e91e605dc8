/** A kind of node of a self-managed cluster. */
export type NodeKind = 'control-plane' | 'worker';

/**
 * The parameters by which the nodes of a self-managed cluster tell each other what a new one needs, and who reads them.
 * Control planes write them, with values that exist nowhere else: the first one when it starts, all of them by timer.
 */
export const bootstrapParameters = {
  /** The key that secrets are encrypted with in etcd. */
  'encryption-key': ['control-plane'],
  /** The key that the cluster's certificates are encrypted with while they wait for a further control plane. */
  'certificate-key': ['control-plane'],
  /** The fingerprint of the cluster's CA. */
  'ca-hash': ['control-plane', 'worker'],
  /** What a new node shows the API server. */
  'join-token': ['control-plane', 'worker'],
  /** Whose turn it is to join the control plane: not a secret, but a lock. */
  turn: ['control-plane'],
} as const satisfies Readonly<Record<string, readonly NodeKind[]>>;

/** Name of a parameter, without the cluster's prefix. */
export type BootstrapParameter = keyof typeof bootstrapParameters;

/** What the names of a cluster's parameters begin with, and nothing else in the account does. */
export const bootstrapParameterPrefix = (clusterName: string): string => `/kubernetes-textbook-labs/${clusterName}`;

/** The names of all parameters. */
export const bootstrapParameterNames = Object.keys(bootstrapParameters) as readonly BootstrapParameter[];

/** The parameters that a kind of node reads. */
export const parametersReadBy = (kind: NodeKind): readonly BootstrapParameter[] =>
  bootstrapParameterNames.filter((name) => (bootstrapParameters[name] as readonly NodeKind[]).includes(kind));
