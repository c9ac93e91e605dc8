import { zoneLabel } from '../../lib/checks/nodes.ts';
import { nonRootId } from '../../lib/application/non-root-id.ts';
import { sampleImage } from '../../lib/application/sample-image.ts';

/** The namespace of a team, which gets a quota. */
export const teamNamespace = 'operations-team';

/** The namespace in which a backup is restored as a drill. */
export const drillNamespace = 'operations-drill';

/** The only namespace that admits pods which mount folders of their node. */
export const agentsNamespace = 'operations-agents';

const name = 'ledger';
const selector = { 'app.kubernetes.io/name': name };

/** Prints a line, and runs until it gets SIGTERM. */
const script = `trap 'echo "ledger: closed"; exit 0' TERM; echo "ledger: open, in $CURRENCY"; while :; do sleep 3600 & wait; done`;

const podSpec = {
  automountServiceAccountToken: false,
  terminationGracePeriodSeconds: 5,
  securityContext: {
    runAsNonRoot: true,
    runAsUser: nonRootId,
    runAsGroup: nonRootId,
    seccompProfile: { type: 'RuntimeDefault' },
  },
  // A preference: while one zone is closed, all pods may run in the other.
  topologySpreadConstraints: [
    {
      topologyKey: zoneLabel,
      maxSkew: 1,
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: selector },
      matchLabelKeys: ['pod-template-hash'],
    },
  ],
  containers: [
    {
      name,
      image: sampleImage,
      imagePullPolicy: 'IfNotPresent',
      command: ['sh', '-c', script],
      envFrom: [{ configMapRef: { name: `${name}-settings` } }],
      resources: { requests: { cpu: '50m', memory: '32Mi' }, limits: { memory: '32Mi' } },
      securityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        readOnlyRootFilesystem: true,
      },
    },
  ],
};

/**
 * An application with one pod, and a disruption budget that never allows its eviction, which blocks the drain of its
 * node.
 */
export const ledger = (namespace: string): readonly object[] => {
  const metadata = { name, namespace, labels: selector };
  return [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { ...metadata, name: `${name}-settings` },
      data: { CURRENCY: 'JPY' },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: 1,
        selector: { matchLabels: selector },
        template: { metadata: { labels: selector }, spec: podSpec },
      },
    },
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata,
      spec: { minAvailable: 1, selector: { matchLabels: selector } },
    },
  ];
};

/** The namespace of agents. */
export const agents: object = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: agentsNamespace, labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } },
};
