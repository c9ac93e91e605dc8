import { App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { webCpuTarget } from '../lib/application/sample-workload.ts';
import { sampleImage } from '../lib/application/sample-image.ts';
import { labelsOf, restrictedContainer, restrictedNamespaceLabels, restrictedPod, selectorOf } from './defaults.ts';

/** The name of every object of the sample workload except its namespace. */
const name = 'web';

/**
 * The port that the container listens on: above 1023, because a process without capabilities can't open lower ports.
 */
const containerPort = 8080;

const replicas = 3;

/** Properties of {@link Web}. */
export interface WebProps {
  /** The namespace, which the chart creates, of all objects. */
  readonly namespace: string;
}

/** The sample workload: a small web application in its own namespace, the same on every target. */
export class Web extends Chart {
  constructor(scope: Construct, id: string, { namespace }: WebProps) {
    super(scope, id, { disableResourceNameHashes: true });
    const metadata = { name, namespace, labels: labelsOf(name) };

    new k8s.KubeNamespace(this, 'Namespace', { metadata: { name: namespace, labels: restrictedNamespaceLabels } });
    new k8s.KubeDeployment(this, 'Deployment', { metadata, spec: deployment });
    new k8s.KubeService(this, 'Service', {
      metadata,
      spec: {
        type: 'ClusterIP',
        selector: selectorOf(name),
        ports: [{ name: 'http', port: 80, targetPort: k8s.IntOrString.fromString('http'), protocol: 'TCP' }],
      },
    });
    new k8s.KubePodDisruptionBudget(this, 'PodDisruptionBudget', {
      metadata,
      spec: {
        minAvailable: k8s.IntOrString.fromNumber(replicas - 1),
        selector: { matchLabels: selectorOf(name) },
        // Pods that never became ready receive no traffic. They must not block the drain of a node.
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
    new k8s.KubeNetworkPolicy(this, 'NetworkPolicy', { metadata, spec: networkPolicy });
    new k8s.KubeHorizontalPodAutoscalerV2(this, 'HorizontalPodAutoscaler', {
      metadata,
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        minReplicas: replicas,
        maxReplicas: 2 * replicas,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: webCpuTarget } },
          },
        ],
      },
    });
  }
}

const probe = (path: string): k8s.Probe => ({
  httpGet: { path, port: k8s.IntOrString.fromString('http') },
  periodSeconds: 5,
});

/**
 * Pods leave a lost node after 10 seconds and not after the default of 300, because minutes of waiting teach nothing.
 */
const leaveLostNode = ['not-ready', 'unreachable'].map((condition) => ({
  key: `node.kubernetes.io/${condition}`,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 10,
}));

const deployment: k8s.DeploymentSpec = {
  // Set although an autoscaler owns this field: without metrics the autoscaler does not change it, and the default is
  // 1. Applying the chart again resets the Deployment to three replicas, and the autoscaler continues from there.
  replicas,
  selector: { matchLabels: selectorOf(name) },
  strategy: {
    type: 'RollingUpdate',
    rollingUpdate: { maxUnavailable: k8s.IntOrString.fromNumber(0), maxSurge: k8s.IntOrString.fromNumber(1) },
  },
  template: {
    metadata: { labels: labelsOf(name) },
    spec: restrictedPod(
      restrictedContainer(
        { name, image: sampleImage },
        {
          // On SIGTERM it answers 503 on /readyz, and continues to serve until load balancing has noticed.
          args: ['netexec', `--http-port=${containerPort}`, '--delay-shutdown=5'],
          env: [{ name: 'VERSION', value: '1' }],
          ports: [{ name: 'http', containerPort, protocol: 'TCP' }],
          readinessProbe: probe('/readyz'),
          livenessProbe: probe('/healthz'),
        },
      ),
      {
        tolerations: leaveLostNode,
        topologySpreadConstraints: [
          {
            topologyKey: 'topology.kubernetes.io/zone',
            maxSkew: 1,
            // A preference, because when a zone is lost, its pods must run in the remaining zone.
            whenUnsatisfiable: 'ScheduleAnyway',
            labelSelector: { matchLabels: selectorOf(name) },
            // Counts only pods of the same version; otherwise the pods of a rollout end up spread unevenly.
            matchLabelKeys: ['pod-template-hash'],
          },
        ],
      },
    ),
  },
};

/** Ingress: only the container's port, from pods of the same namespace. Egress: only the cluster's DNS. */
const networkPolicy: k8s.NetworkPolicySpec = {
  podSelector: { matchLabels: selectorOf(name) },
  policyTypes: ['Ingress', 'Egress'],
  ingress: [
    {
      from: [{ podSelector: {} }],
      ports: [{ protocol: 'TCP', port: k8s.IntOrString.fromNumber(containerPort) }],
    },
  ],
  egress: [
    {
      to: [
        {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
          podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
        },
      ],
      ports: ['UDP', 'TCP'].map((protocol) => ({ protocol, port: k8s.IntOrString.fromNumber(53) })),
    },
  ],
};

/** The sample workload as a separate chart, for a cluster construct that accepts cdk8s charts. */
export const sampleWorkload = (namespace: string): Web => new Web(new App(), 'SampleWorkload', { namespace });

/** The sample workload as YAML, for `kubectl apply`. */
export function sampleWorkloadYaml(namespace: string): string {
  const app = new App();
  new Web(app, 'SampleWorkload', { namespace });
  return app.synthYaml();
}
