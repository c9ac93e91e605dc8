import { stringify } from 'yaml';

/** The image of the provisioner, which is built from `tools/node-disk`. There is no registry that has it. */
export const nodeDiskImage = 'localhost/kubernetes-textbook-labs/node-disk:1';

/** Where a node keeps its volumes, each in a folder: on its own disk, which outlives a loss of power. */
export const volumesFolder = '/var/lib/node-disk';

/** The name of all its objects, and of the StorageClass. */
const name = 'node-disk';
/** One of its own, because its pods write to a folder of the node. */
const namespace = name;
const provisioner = `kubernetes-textbook-labs/${name}`;
const labels = { 'app.kubernetes.io/name': name };
const rbac = 'rbac.authorization.k8s.io';

/** The class of a claim that names none. It behaves as a class of the EBS CSI driver does. */
const storageClass: object = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name, labels, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  provisioner,
  reclaimPolicy: 'Delete',
  // A volume is where its pod is, so the pod's node comes first.
  volumeBindingMode: 'WaitForFirstConsumer',
};

/** Who the provisioner is, and what it may do: what its library does, and nothing to pods, nodes or secrets. */
const permissions: readonly object[] = [
  {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace, labels: { ...labels, 'pod-security.kubernetes.io/enforce': 'privileged' } },
  },
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace, labels } },
  {
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRole',
    metadata: { name: `${namespace}:${name}`, labels },
    rules: [
      {
        apiGroups: [''],
        resources: ['persistentvolumes'],
        verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'],
      },
      { apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: ['storage.k8s.io'], resources: ['storageclasses'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
    ],
  },
  {
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: `${namespace}:${name}`, labels },
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: `${namespace}:${name}` },
    subjects: [{ kind: 'ServiceAccount', name, namespace }],
  },
];

const container = {
  name,
  image: nodeDiskImage,
  args: [`-provisioner=${provisioner}`, '-node=$(NODE_NAME)', `-folder=${volumesFolder}`],
  env: [{ name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
  resources: { requests: { cpu: '10m', memory: '20Mi' } },
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    // What removes the data of others: their folders may be closed, or sticky.
    capabilities: { drop: ['ALL'], add: ['DAC_OVERRIDE', 'FOWNER'] },
    seccompProfile: { type: 'RuntimeDefault' },
  },
  volumeMounts: [{ name: 'volumes', mountPath: volumesFolder }],
};

const daemonSet: object = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name, namespace, labels },
  spec: {
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        serviceAccountName: name,
        priorityClassName: 'system-node-critical',
        // Whatever keeps other pods away: a volume may be there.
        tolerations: [{ operator: 'Exists' }],
        containers: [container],
        volumes: [{ name: 'volumes', hostPath: { path: volumesFolder, type: 'Directory' } }],
      },
    },
  },
};

/** PersistentVolumes on the nodes' own disks, in place of the EBS CSI driver: a default StorageClass and who serves it. */
export const nodeDiskYaml = (): string =>
  [...permissions, storageClass, daemonSet].map((object) => stringify(object)).join('---\n');

/** What `kubectl rollout status` waits for: claims are served on every node. */
export const nodeDiskRollout: readonly string[] = [`daemonset/${name}`, '--namespace', namespace];
