import { stringify } from 'yaml';

/** A flag of a control-plane component or of the kubelet, in kubeadm's API `v1beta4`. */
export interface Argument {
  readonly name: string;
  readonly value: string;
}

/** Configuration that machines other than EC2 instances need. @default none */
export interface MachineDifferences {
  /** Fields of the KubeletConfiguration. */
  readonly kubelet?: Readonly<Record<string, unknown>>;
  /** Fields of the KubeProxyConfiguration. */
  readonly kubeProxy?: Readonly<Record<string, unknown>>;
  /** Rules of the audit policy that come before the one that logs all else without its content. */
  readonly auditRules?: readonly object[];
  /** The preflight checks of kubeadm whose errors become warnings. */
  readonly ignorePreflightErrors?: readonly string[];
}

/** Properties of {@link kubeadmFiles}. */
export interface KubeadmOptions {
  readonly clusterName: string;
  /** The exact release, for example `1.36.3`. */
  readonly release: string;
  /** The name of the load balancer in front of the API servers. Their certificates contain it. */
  readonly endpoint: string;
  readonly podCidr: string;
  readonly serviceCidr: string;
  readonly differences?: MachineDifferences;
}

/**
 * Placeholders that `bootstrap/common.sh` replaces on the node, so that templates contain no secrets and no addresses.
 */
const onNode = {
  name: '@NODE_NAME@',
  address: '@NODE_ADDRESS@',
  labels: '@NODE_LABELS@',
  token: '@TOKEN@',
  caHash: '@CA_HASH@',
  certificateKey: '@CERTIFICATE_KEY@',
  encryptionKey: '@ENCRYPTION_KEY@',
} as const;

const apiVersion = 'kubeadm.k8s.io/v1beta4';

/** The port of the API servers and of the load balancer in front of them. */
export const apiPort = 6443;

const folders = {
  audit: '/etc/kubernetes/audit',
  auditLog: '/var/log/kubernetes/audit',
  encryption: '/etc/kubernetes/encryption',
} as const;

/** Timeouts of kubeadm's steps. They are long, because a machine with two CPUs starts five programs at once. */
const timeouts = {
  controlPlaneComponentHealthCheck: '6m0s',
  kubeletHealthCheck: '4m0s',
  kubernetesAPICall: '2m0s',
  etcdAPICall: '4m0s',
  tlsBootstrap: '5m0s',
  discovery: '5m0s',
};

/**
 * The files of a node in addition to the shell files, by name: kubeadm's configuration for each kind of node, the audit
 * policy and the configuration of encryption at rest.
 */
export const kubeadmFiles = (options: KubeadmOptions): Readonly<Record<string, string>> => ({
  'init.yaml': documents(
    initConfiguration(options),
    clusterConfiguration(options),
    kubelet(options),
    kubeProxy(options),
  ),
  'join-control-plane.yaml': documents({
    ...joinConfiguration(options),
    controlPlane: {
      localAPIEndpoint: { advertiseAddress: onNode.address, bindPort: apiPort },
      certificateKey: onNode.certificateKey,
    },
  }),
  'join-worker.yaml': documents(joinConfiguration(options)),
  'encryption.yaml': documents(encryptionConfiguration()),
  'audit-policy.yaml': documents(auditPolicy(options)),
});

const documents = (...objects: readonly object[]): string => objects.map((object) => stringify(object)).join('---\n');

const nodeRegistration = ({ differences = {} }: KubeadmOptions) => ({
  name: onNode.name,
  criSocket: 'unix:///run/containerd/containerd.sock',
  imagePullPolicy: 'IfNotPresent',
  kubeletExtraArgs: [
    { name: 'node-ip', value: onNode.address },
    { name: 'node-labels', value: onNode.labels },
  ] satisfies readonly Argument[],
  ...(differences.ignorePreflightErrors === undefined
    ? {}
    : { ignorePreflightErrors: differences.ignorePreflightErrors }),
});

const initConfiguration = (options: KubeadmOptions) => ({
  apiVersion,
  kind: 'InitConfiguration',
  nodeRegistration: nodeRegistration(options),
  localAPIEndpoint: { advertiseAddress: onNode.address, bindPort: apiPort },
  certificateKey: onNode.certificateKey,
  bootstrapTokens: [
    { token: onNode.token, ttl: '2h0m0s', usages: ['signing', 'authentication'], groups: [bootstrapGroup] },
  ],
  timeouts,
});

/** The group whose members may join nodes. kubeadm binds its roles to it. */
const bootstrapGroup = 'system:bootstrappers:kubeadm:default-node-token';

const clusterConfiguration = ({ clusterName, release, endpoint, podCidr, serviceCidr }: KubeadmOptions) => ({
  apiVersion,
  kind: 'ClusterConfiguration',
  clusterName,
  kubernetesVersion: `v${release}`,
  controlPlaneEndpoint: `${endpoint}:${apiPort}`,
  networking: { podSubnet: podCidr, serviceSubnet: serviceCidr },
  apiServer: {
    // 127.0.0.1, because a laptop connects through a port forward.
    certSANs: [endpoint, '127.0.0.1'],
    extraArgs: [
      { name: 'audit-policy-file', value: `${folders.audit}/policy.yaml` },
      { name: 'audit-log-path', value: `${folders.auditLog}/audit.log` },
      { name: 'audit-log-maxage', value: '7' },
      { name: 'audit-log-maxbackup', value: '3' },
      { name: 'audit-log-maxsize', value: '50' },
      { name: 'encryption-provider-config', value: `${folders.encryption}/config.yaml` },
      { name: 'encryption-provider-config-automatic-reload', value: 'true' },
    ] satisfies readonly Argument[],
    extraVolumes: [
      volume('audit-policy', folders.audit, true, 'Directory'),
      volume('audit-log', folders.auditLog, false, 'DirectoryOrCreate'),
      volume('encryption', folders.encryption, true, 'Directory'),
    ],
  },
});

const volume = (name: string, folder: string, readOnly: boolean, pathType: string) => ({
  name,
  hostPath: folder,
  mountPath: folder,
  readOnly,
  pathType,
});

const kubelet = ({ differences = {} }: KubeadmOptions) => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  cgroupDriver: 'systemd',
  ...differences.kubelet,
});

const kubeProxy = ({ podCidr, differences = {} }: KubeadmOptions) => ({
  apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
  kind: 'KubeProxyConfiguration',
  clusterCIDR: podCidr,
  ...differences.kubeProxy,
});

const joinConfiguration = (options: KubeadmOptions) => ({
  apiVersion,
  kind: 'JoinConfiguration',
  nodeRegistration: nodeRegistration(options),
  discovery: {
    bootstrapToken: {
      apiServerEndpoint: `${options.endpoint}:${apiPort}`,
      token: onNode.token,
      caCertHashes: [onNode.caHash],
    },
  },
  timeouts,
});

/** Encrypts Secrets in etcd. `identity` only reads what was written before: the first provider writes. */
const encryptionConfiguration = () => ({
  apiVersion: 'apiserver.config.k8s.io/v1',
  kind: 'EncryptionConfiguration',
  resources: [
    {
      resources: ['secrets'],
      providers: [{ secretbox: { keys: [{ name: 'key1', secret: onNode.encryptionKey }] } }, { identity: {} }],
    },
  ],
});

/** Logs who did what, without the content of Secrets, and without the frequent requests of nodes and for Leases. */
const auditPolicy = ({ differences = {} }: KubeadmOptions) => ({
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [
    { level: 'None', resources: [{ group: 'coordination.k8s.io', resources: ['leases'] }] },
    { level: 'None', users: ['system:apiserver'], verbs: ['get', 'list', 'watch'] },
    { level: 'None', nonResourceURLs: ['/healthz*', '/livez*', '/readyz*', '/version'] },
    { level: 'Metadata', resources: [{ group: '', resources: ['secrets', 'configmaps'] }] },
    ...(differences.auditRules ?? []),
    { level: 'Metadata' },
  ],
});
