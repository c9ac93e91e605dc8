import { stringify } from 'yaml';

/** The image of metrics-server, which is built from `tools/metrics-server`. */
export const metricsServerImage = 'registry.k8s.io/metrics-server/metrics-server:v0.9.0';

const name = 'metrics-server';
const namespace = 'kube-system';
const labels = { 'app.kubernetes.io/name': name };
const account = [{ kind: 'ServiceAccount', name, namespace }];
const port = 10250;
const rbac = 'rbac.authorization.k8s.io';

const role = (kind: 'ClusterRole' | 'Role', roleName: string) => ({ apiGroup: rbac, kind, name: roleName });

/** Who metrics-server is, and what it may read. */
const permissions: readonly object[] = [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace, labels } },
  {
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRole',
    metadata: { name: `system:${name}`, labels },
    rules: [
      { apiGroups: [''], resources: ['nodes/metrics'], verbs: ['get'] },
      { apiGroups: [''], resources: ['pods', 'nodes'], verbs: ['get', 'list', 'watch'] },
    ],
  },
  {
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: `system:${name}`, labels },
    roleRef: role('ClusterRole', `system:${name}`),
    subjects: account,
  },
  {
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: `${name}:system:auth-delegator`, labels },
    roleRef: role('ClusterRole', 'system:auth-delegator'),
    subjects: account,
  },
  {
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata: { name: `${name}-auth-reader`, namespace, labels },
    roleRef: role('Role', 'extension-apiserver-authentication-reader'),
    subjects: account,
  },
  {
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRole',
    metadata: {
      name: 'system:aggregated-metrics-reader',
      // Roles view and edit may read the metrics of a namespace, too.
      labels: Object.fromEntries(['view', 'edit', 'admin'].map((each) => [`${rbac}/aggregate-to-${each}`, 'true'])),
    },
    rules: [{ apiGroups: ['metrics.k8s.io'], resources: ['pods', 'nodes'], verbs: ['get', 'list', 'watch'] }],
  },
];

const container = {
  name,
  image: metricsServerImage,
  args: [
    `--secure-port=${port}`,
    '--cert-dir=/tmp',
    '--kubelet-preferred-address-types=InternalIP',
    '--kubelet-use-node-status-port',
    // A kubelet of kubeadm's signs its own certificate.
    '--kubelet-insecure-tls',
    '--metric-resolution=15s',
  ],
  ports: [{ name: 'https', containerPort: port }],
  resources: { requests: { cpu: '100m', memory: '200Mi' } },
  readinessProbe: {
    httpGet: { path: '/readyz', port: 'https', scheme: 'HTTPS' },
    periodSeconds: 2,
    failureThreshold: 5,
  },
  livenessProbe: { httpGet: { path: '/livez', port: 'https', scheme: 'HTTPS' }, periodSeconds: 10 },
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    runAsUser: 1000,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  },
  volumeMounts: [{ name: 'certificate', mountPath: '/tmp' }],
};

const deployment: object = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace, labels },
  spec: {
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        serviceAccountName: name,
        priorityClassName: 'system-cluster-critical',
        // As on EC2, where only control planes reach the kubelets of workers.
        nodeSelector: { 'node-role.kubernetes.io/control-plane': '' },
        tolerations: [{ key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' }],
        containers: [container],
        volumes: [{ name: 'certificate', emptyDir: {} }],
      },
    },
  },
};

const service: object = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace, labels },
  spec: { selector: labels, ports: [{ name: 'https', port: 443, targetPort: 'https', appProtocol: 'https' }] },
};

const apiService: object = {
  apiVersion: 'apiregistration.k8s.io/v1',
  kind: 'APIService',
  metadata: { name: 'v1beta1.metrics.k8s.io', labels },
  spec: {
    group: 'metrics.k8s.io',
    version: 'v1beta1',
    groupPriorityMinimum: 100,
    versionPriority: 100,
    // It makes its own certificate when it starts.
    insecureSkipTLSVerify: true,
    service: { name, namespace },
  },
};

/** metrics-server, as the add-on of EKS would bring it: what `kubectl top` and autoscalers ask. */
export const metricsServerYaml = (): string =>
  [...permissions, deployment, service, apiService].map((object) => stringify(object)).join('---\n');
