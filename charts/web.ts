import { App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { webCpuTarget } from '../lib/application/sample-workload.ts';
import { sampleImage } from '../lib/application/sample-image.ts';
import { labelsOf, restrictedContainer, restrictedNamespaceLabels, restrictedPod, selectorOf } from './defaults.ts';

/** The name of every object of the sample workload but its namespace. */
const name = 'web';

/** Port that the container listens on: above 1023, which a process without capabilities can't open. */
const containerPort = 8080;

const replicas = 3;

/** What the sample workload needs to know. */
export interface WebProps {
  /** The namespace that the chart makes and puts everything into. */
  readonly namespace: string;
}

/** The sample workload: a small web application in a namespace of its own, the same on every target. */
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
        // Pods that never became ready serve nobody: they must not keep a node from being drained.
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

/** Minutes of waiting would teach nothing: pods leave a node that is gone after 10 seconds, not after the usual 300. */
const leaveLostNode = ['not-ready', 'unreachable'].map((condition) => ({
  key: `node.kubernetes.io/${condition}`,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 10,
}));

const deployment: k8s.DeploymentSpec = {
  // Said although an autoscaler owns this number: without metrics the autoscaler leaves it alone, and unset means one.
  // Applying the chart again takes the Deployment back to three, from where the autoscaler goes on.
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
          // On SIGTERM it answers 503 on /readyz and goes on serving for as long as load balancing needs to notice.
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
            // A wish and not a demand: when a zone is lost, its pods have to run in the one that is left.
            whenUnsatisfiable: 'ScheduleAnyway',
            labelSelector: { matchLabels: selectorOf(name) },
            // Pods of the version that a rollout replaces do not count; otherwise its last pods end up unevenly.
            matchLabelKeys: ['pod-template-hash'],
          },
        ],
      },
    ),
  },
};

/** In: the container's port, from pods of the same namespace. Out: the cluster's DNS. Nothing else. */
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

/** The sample workload as a chart of its own, for a cluster that takes cdk8s charts. */
export const sampleWorkload = (namespace: string): Web => new Web(new App(), 'SampleWorkload', { namespace });

/** The sample workload as YAML, for `kubectl apply`. */
export function sampleWorkloadYaml(namespace: string): string {
  const app = new App();
  new Web(app, 'SampleWorkload', { namespace });
  return app.synthYaml();
}
