import { parseAllDocuments, stringify } from 'yaml';
import type { KubernetesRelease } from '../../catalog/versions.ts';
import { rulesForDrawnWrites } from '../../observe/audit-policy.ts';
import type { Programs } from '../../toolchain/install.ts';

/** The components that listen, by the names that kwokctl gives their ports. */
export const listeningComponents = [
  'kubeApiserver',
  'etcd',
  'etcdPeer',
  'kubeControllerManager',
  'kubeScheduler',
  'kwokController',
  'metricsServer',
] as const;

/** One of {@link listeningComponents}. */
export type ListeningComponent = (typeof listeningComponents)[number];

/** What `kwokctl create cluster` is told. */
export interface KwokctlConfig {
  readonly programs: Programs;
  /** Exact Kubernetes release of the programs: kwokctl chooses flags by it. */
  readonly release: string;
  /** Folder in which kwokctl keeps what outlives a cluster. */
  readonly cacheFolder: string;
  /** A port of 127.0.0.1 for each component that listens. */
  readonly ports: Readonly<Record<ListeningComponent, number>>;
  /** File of the audit policy. */
  readonly auditPolicy: string;
  /** Folder with a kustomization of metrics-server's APIService. */
  readonly metricsServerManifests: string;
  /** File that every simulated container gives as its log. */
  readonly logsFile: string;
  /** The version that the API server is to serve MutatingAdmissionPolicy in. */
  readonly mutatingAdmissionPolicy: KubernetesRelease['mutatingAdmissionPolicy'];
}

const extraArgs = (component: string, args: Readonly<Record<string, string>>, override = false) => ({
  name: component,
  extraArgs: Object.entries(args).map(([key, value]) => ({ key, value, override })),
});

/** What switches MutatingAdmissionPolicy on where it is beta: the imitation of Fargate marks its pods with it. */
const betaPolicies = {
  'feature-gates': 'MutatingAdmissionPolicy=true',
  'runtime-config': 'admissionregistration.k8s.io/v1beta1=true',
};

const leaderElection = { 'leader-elect-retry-period': '200ms' };

/** Renders kwokctl's configuration file: a control plane like EKS's, listening on 127.0.0.1 only. */
export function kwokctlConfig(config: KwokctlConfig): string {
  const { programs } = config;
  const cluster = {
    apiVersion: 'config.kwok.x-k8s.io/v1alpha1',
    kind: 'KwokctlConfiguration',
    options: {
      runtime: 'binary',
      // The default is every interface, etcd in plain HTTP included. The environment variable of the same meaning is ignored.
      bindAddress: '127.0.0.1',
      enable: ['metrics-server'],
      // kwok stretches all heartbeats by five to spare large clusters; a learner waits for them.
      heartbeatFactor: 1,
      kubeVersion: `v${config.release}`,
      cacheDir: config.cacheFolder,
      kubeAuditPolicy: config.auditPolicy,
      metricsServerManifests: [config.metricsServerManifests],
      ...Object.fromEntries(listeningComponents.map((name) => [`${name}Port`, config.ports[name]])),
      kubeApiserverBinary: programs['kube-apiserver'],
      kubeControllerManagerBinary: programs['kube-controller-manager'],
      kubeSchedulerBinary: programs['kube-scheduler'],
      kubectlBinary: programs.kubectl,
      etcdBinary: programs.etcd,
      kwokControllerBinary: programs.kwok,
      metricsServerBinary: programs['metrics-server'],
    },
    componentsPatches: [
      extraArgs('kube-apiserver', {
        // The range that EKS gives Services in a VPC of 10.0.0.0/16.
        'service-cluster-ip-range': '172.20.0.0/16',
        // kwok answers for every kubelet on this machine, at the address that the nodes give as InternalDNS.
        'kubelet-preferred-address-types': 'InternalDNS',
        // Objects are in it, and without a limit it grows as long as the environment lives. In MB.
        'audit-log-maxsize': '20',
        'audit-log-maxbackup': '2',
        ...(config.mutatingAdmissionPolicy === 'v1' ? {} : betaPolicies),
      }),
      // 40 s is kwok's; 50 s is the default of Kubernetes since 1.32.
      extraArgs('kube-controller-manager', { 'node-monitor-grace-period': '50s' }, true),
      // A disk that stalls for ten seconds would cost scheduler and controller manager their leases, and they would end.
      // What has been written survives the end of the processes; only a power cut could lose it.
      extraArgs('etcd', { 'unsafe-no-fsync': 'true' }),
      // Both start before the API server answers; with the default of 2 s, a first try that fails costs as much.
      extraArgs('kube-controller-manager', leaderElection),
      extraArgs('kube-scheduler', leaderElection),
      // metrics-server answers after two measurements, and an autoscaler waits for that. The interval is at least 10 s, and
      // the timeout of a request has to be shorter.
      extraArgs(
        'metrics-server',
        { 'kubelet-preferred-address-types': 'InternalDNS', 'metric-resolution': '10s' },
        true,
      ),
      extraArgs('metrics-server', { 'kubelet-request-timeout': '5s' }),
      // Pods get addresses of the simulated VPC.
      extraArgs('kwok-controller', { cidr: '10.0.96.0/19' }),
    ],
  };
  const usage = {
    apiVersion: 'kwok.x-k8s.io/v1alpha1',
    kind: 'ClusterResourceUsage',
    metadata: { name: 'usage' },
    spec: {
      usages: [{ usage: { cpu: { expression: 'Quantity("3m")' }, memory: { expression: 'Quantity("12Mi")' } } }],
    },
  };
  const logs = {
    apiVersion: 'kwok.x-k8s.io/v1alpha1',
    kind: 'ClusterLogs',
    metadata: { name: 'logs' },
    spec: { logs: [{ logsFile: config.logsFile }] },
  };
  return [cluster, usage, logs].map((document) => stringify(document)).join('---\n');
}

/** The ports that a configuration of {@link kwokctlConfig} gives. */
export function portsIn(config: string): readonly number[] {
  const { options } = parseAllDocuments(config)[0]!.toJS() as { options: Readonly<Record<string, number>> };
  return listeningComponents.map((name) => options[`${name}Port`]!);
}

/**
 * Logs who did what to which object, as the audit log of EKS does, and of writes to what is drawn the object, too. What is
 * in Secrets, ConfigMaps and tokens is never written down.
 */
export const auditPolicy = stringify({
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [
    // Renewals of leases and health checks would be nine lines of ten.
    { level: 'None', resources: [{ group: 'coordination.k8s.io', resources: ['leases'] }] },
    { level: 'None', nonResourceURLs: ['/healthz*', '/livez*', '/readyz*', '/metrics*'] },
    ...rulesForDrawnWrites,
    { level: 'Metadata' },
  ],
});

/** What a simulated container says when its log is read. In the format of the container runtime interface. */
export const simulatedLog =
  '2026-01-01T00:00:00.000000000Z stdout F (simulated container: no program runs here, so it logs nothing)\n';

/** Registers metrics-server with the API server; kwokctl fills in where it listens. */
export const metricsServerManifests = [
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'metrics-server', namespace: 'kube-system' },
    spec: { ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 'https' }] },
  },
  {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: 'v1beta1.metrics.k8s.io' },
    spec: {
      service: { name: 'metrics-server', namespace: 'kube-system' },
      group: 'metrics.k8s.io',
      version: 'v1beta1',
      insecureSkipTLSVerify: true,
      groupPriorityMinimum: 100,
      versionPriority: 100,
    },
  },
]
  .map((document) => stringify(document))
  .join('---\n');
