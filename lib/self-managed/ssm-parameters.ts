/** A kind of node of a self-managed cluster. */
export type NodeKind = 'control-plane' | 'worker';

/**
 * The SSM parameters through which the control planes of a self-managed cluster give new nodes what these need to join,
 * and the kinds of nodes that read each of them. The first control plane writes them when it starts, and a timer on
 * every control plane renews them.
 */
export const bootstrapParameters = {
  /** The key that encrypts Secrets in etcd. */
  'encryption-key': ['control-plane'],
  /** The key that encrypts the cluster's certificates while they are stored for another control plane. */
  'certificate-key': ['control-plane'],
  /** The hash of the cluster's CA certificate, by which new nodes verify the API server. */
  'ca-hash': ['control-plane', 'worker'],
  /** The bootstrap token, with which a new node authenticates to the API server. */
  'join-token': ['control-plane', 'worker'],
  /** A lock, so that control planes join one at a time. It is not a secret. */
  turn: ['control-plane'],
} as const satisfies Readonly<Record<string, readonly NodeKind[]>>;

/** The name of a parameter, without the cluster's prefix. */
export type BootstrapParameter = keyof typeof bootstrapParameters;

/** The prefix of the names of a cluster's parameters. Nothing else in the account has it. */
export const bootstrapParameterPrefix = (clusterName: string): string => `/kubernetes-textbook-labs/${clusterName}`;

/** The names of all parameters. */
export const bootstrapParameterNames = Object.keys(bootstrapParameters) as readonly BootstrapParameter[];

/** The parameters that a kind of node reads. */
export const parametersReadBy = (kind: NodeKind): readonly BootstrapParameter[] =>
  bootstrapParameterNames.filter((name) => (bootstrapParameters[name] as readonly NodeKind[]).includes(kind));
