import { App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Application } from '../lib/application/application.ts';
import { startupFailures } from '../lib/application/startup-failures.ts';
import { cpuQuantity, cpuUnits, memoryQuantity, millicores } from '../lib/application/units.ts';
import { minAvailableDuringDrain, maxUnavailable, surge } from '../lib/application/rollout.ts';
import { labelsOf, restrictedContainer, restrictedNamespaceLabels, restrictedPod, selectorOf } from './defaults.ts';

/** Properties of {@link ApplicationChart}. */
export interface ApplicationChartProps {
  readonly application: Application;
  /** The namespace, which the chart creates, of all objects. */
  readonly namespace: string;
}

/** The Kubernetes objects of an application. `lib/constructs/ecs-application.ts` creates its ECS resources. */
export class ApplicationChart extends Chart {
  constructor(scope: Construct, id: string, { application, namespace }: ApplicationChartProps) {
    super(scope, id, { disableResourceNameHashes: true });
    const { name } = application;
    const metadata = { name, namespace, labels: labelsOf(name) };

    new k8s.KubeNamespace(this, 'Namespace', { metadata: { name: namespace, labels: restrictedNamespaceLabels } });
    new k8s.KubeDeployment(this, 'Deployment', { metadata, spec: deployment(application) });
    new k8s.KubeService(this, 'Service', {
      metadata,
      spec: {
        type: 'ClusterIP',
        selector: selectorOf(name),
        ports: [
          {
            name: 'http',
            port: application.servicePort,
            targetPort: k8s.IntOrString.fromString('http'),
            protocol: 'TCP',
          },
        ],
      },
    });
    new k8s.KubePodDisruptionBudget(this, 'PodDisruptionBudget', {
      metadata,
      spec: {
        minAvailable: k8s.IntOrString.fromNumber(minAvailableDuringDrain(application)),
        selector: { matchLabels: selectorOf(name) },
        // Pods that never became ready receive no traffic. They must not block the drain of a node.
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
    new k8s.KubeHorizontalPodAutoscalerV2(this, 'HorizontalPodAutoscaler', {
      metadata,
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        minReplicas: application.minReplicas,
        maxReplicas: application.maxReplicas,
        metrics: [
          {
            type: 'Resource',
            resource: {
              name: 'cpu',
              target: { type: 'Utilization', averageUtilization: application.targetCpuPercent },
            },
          },
        ],
      },
    });
    new k8s.KubeNetworkPolicy(this, 'NetworkPolicy', { metadata, spec: networkPolicy(application) });
  }
}

function deployment(application: Application): k8s.DeploymentSpec {
  const { name, image, replicas, vcpus, memoryMib } = application;
  const memory = k8s.Quantity.fromString(memoryQuantity(memoryMib));
  const container = restrictedContainer(
    { name, image },
    {
      args: [...application.args],
      env: Object.entries(application.environment).map(([variable, value]) => ({ name: variable, value })),
      ports: [{ name: 'http', containerPort: application.port, protocol: 'TCP' }],
      resources: {
        requests: { cpu: k8s.Quantity.fromString(cpuQuantity(millicores(cpuUnits(vcpus)))), memory },
        // The memory of an ECS task is also its limit, and so is its CPU. A pod may use the idle CPU of its node.
        limits: { memory },
      },
      ...probes(application),
    },
  );
  return {
    replicas,
    selector: { matchLabels: selectorOf(name) },
    strategy: {
      type: 'RollingUpdate',
      rollingUpdate: {
        maxUnavailable: k8s.IntOrString.fromNumber(maxUnavailable(application)),
        maxSurge: k8s.IntOrString.fromNumber(surge),
      },
    },
    template: {
      metadata: { labels: labelsOf(name) },
      spec: restrictedPod(container, {
        terminationGracePeriodSeconds: application.stopSeconds,
        topologySpreadConstraints: [
          {
            topologyKey: 'topology.kubernetes.io/zone',
            maxSkew: 1,
            whenUnsatisfiable: 'ScheduleAnyway',
            labelSelector: { matchLabels: selectorOf(name) },
            matchLabelKeys: ['pod-template-hash'],
          },
        ],
      }),
    },
  };
}

/**
 * Two probes for the one health check of ECS: a failing pod is both removed from its Service and restarted. ECS only
 * replaces the task; in place of readiness, it has the health check of a load balancer.
 */
function probes({ healthCheck }: Application): Partial<k8s.Container> {
  const probe: k8s.Probe = {
    httpGet: { path: healthCheck.path, port: k8s.IntOrString.fromString('http') },
    periodSeconds: healthCheck.intervalSeconds,
    timeoutSeconds: healthCheck.timeoutSeconds,
    failureThreshold: healthCheck.retries,
  };
  return {
    livenessProbe: probe,
    readinessProbe: probe,
    // The other probes wait until this one has succeeded, so failures during the start do not count, as in the start
    // period of a task.
    ...(healthCheck.graceSeconds > 0 && {
      startupProbe: { ...probe, failureThreshold: startupFailures(healthCheck) },
    }),
  };
}

/**
 * The counterpart of the task's security group. Ingress: the port, from pods of this namespace. Egress: the port of
 * these pods, and the cluster's DNS.
 */
function networkPolicy({ name, port }: Application): k8s.NetworkPolicySpec {
  const ports = [{ protocol: 'TCP', port: k8s.IntOrString.fromNumber(port) }];
  return {
    podSelector: { matchLabels: selectorOf(name) },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ from: [{ podSelector: {} }], ports }],
    egress: [
      { to: [{ podSelector: {} }], ports },
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
}

/** An application as a separate chart, for a cluster construct that accepts cdk8s charts. */
export const applicationChart = (application: Application, namespace: string): ApplicationChart =>
  new ApplicationChart(new App(), 'Application', { application, namespace });

/** An application as YAML, for `kubectl apply`. */
export function applicationYaml(application: Application, namespace: string): string {
  const app = new App();
  new ApplicationChart(app, 'Application', { application, namespace });
  return app.synthYaml();
}
