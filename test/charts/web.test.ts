import { describe, expect, test } from '@jest/globals';
import type {
  KubernetesObject,
  V1Deployment,
  V1Namespace,
  V1NetworkPolicy,
  V1PodDisruptionBudget,
  V1Service,
  V2HorizontalPodAutoscaler,
} from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import { sampleWorkload, sampleWorkloadYaml } from '../../charts/web.ts';

const namespace = 'eks-ec2';
const yaml = sampleWorkloadYaml(namespace);
const objects = parseAllDocuments(yaml).map((document) => document.toJS() as KubernetesObject & { spec?: unknown });

function object<T extends KubernetesObject>(kind: T['kind']): T {
  const found = objects.find((candidate) => candidate.kind === kind);
  if (found === undefined) throw new Error(`The chart has no ${kind}.`);
  return found as T;
}

const namespaceObject = object<V1Namespace>('Namespace');
const deployment = object<V1Deployment>('Deployment').spec!;
const service = object<V1Service>('Service').spec!;
const budget = object<V1PodDisruptionBudget>('PodDisruptionBudget').spec!;
const policy = object<V1NetworkPolicy>('NetworkPolicy').spec!;
const autoscaler = object<V2HorizontalPodAutoscaler>('HorizontalPodAutoscaler').spec!;
const pod = deployment.template.spec!;
const container = pod.containers[0]!;

test('is the YAML that was reviewed', () => {
  expect(yaml).toMatchSnapshot();
});

test('is the same for AWS, where CDK takes the chart, and for kubectl', () => {
  expect(sampleWorkload(namespace).toJson()).toEqual(objects);
});

test('puts everything into the namespace that it makes first', () => {
  expect(objects[0]).toMatchObject({ kind: 'Namespace', metadata: { name: namespace } });
  for (const { metadata } of objects.slice(1)) expect(metadata).toMatchObject({ name: 'web', namespace });
  expect(sampleWorkloadYaml('other')).not.toContain(namespace);
});

test('uses stable APIs only', () => {
  expect(objects.map(({ apiVersion }) => apiVersion)).toEqual(
    objects.map(() => expect.stringMatching(/^([a-z.0-9]+\/)?v\d+$/)),
  );
});

describe('Pod Security "restricted"', () => {
  test.each(['enforce', 'audit', 'warn'])('is what the namespace says in mode %s', (mode) => {
    expect(namespaceObject.metadata!.labels).toMatchObject({
      [`pod-security.kubernetes.io/${mode}`]: 'restricted',
      [`pod-security.kubernetes.io/${mode}-version`]: 'latest',
    });
  });

  test('wants no root, a seccomp profile, no capabilities, no escalation, no host', () => {
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(pod.securityContext!.runAsUser).toBeGreaterThan(0);
    expect(container.securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      privileged: false,
    });
    for (const host of ['hostNetwork', 'hostPID', 'hostIPC', 'volumes']) expect(pod).not.toHaveProperty(host);
    expect(container.ports).toEqual([{ name: 'http', containerPort: 8080, protocol: 'TCP' }]);
  });
});

describe('traps of cdk8s-plus', () => {
  test('names and selectors end in a hash: ours do not', () => {
    expect(yaml).not.toMatch(/-c8[0-9a-f]{6}/);
    expect(yaml).not.toContain('cdk8s.io/');
    for (const selector of [
      deployment.selector.matchLabels,
      service.selector,
      budget.selector!.matchLabels,
      policy.podSelector!.matchLabels,
    ]) {
      expect(selector).toEqual({ 'app.kubernetes.io/name': 'web' });
      expect(deployment.template.metadata!.labels).toMatchObject(selector!);
    }
  });

  test('each pod requests a whole core: ours requests little', () => {
    expect(container.resources).toEqual({ requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '64Mi' } });
  });

  test('there is a startup probe of TCP: ours has HTTP probes for readiness and liveness', () => {
    expect(container).not.toHaveProperty('startupProbe');
    expect(container.readinessProbe!.httpGet).toEqual({ path: '/readyz', port: 'http' });
    expect(container.livenessProbe!.httpGet).toEqual({ path: '/healthz', port: 'http' });
  });

  test('images are pulled always and by any tag: ours is pulled once, by a tag that stays', () => {
    expect(container.imagePullPolicy).toBe('IfNotPresent');
    expect(container.image).toMatch(/^registry\.k8s\.io\/.+:\d+\.\d+/);
  });

  test('replicas are 2, or none beside an autoscaler: ours are 3, and the autoscaler starts there', () => {
    expect(deployment.replicas).toBe(3);
    expect(autoscaler).toMatchObject({
      minReplicas: 3,
      maxReplicas: 6,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    });
  });

  test('`spread` leaves the third pod pending on two zones: ours only wishes', () => {
    expect(pod).not.toHaveProperty('affinity');
    expect(pod.topologySpreadConstraints).toEqual([
      {
        topologyKey: 'topology.kubernetes.io/zone',
        maxSkew: 1,
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: { 'app.kubernetes.io/name': 'web' } },
        matchLabelKeys: ['pod-template-hash'],
      },
    ]);
  });

  test('a token for the API server is mounted by default: ours has none, and a root filesystem that nobody writes', () => {
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(container.securityContext!.readOnlyRootFilesystem).toBe(true);
  });
});

describe('behaviour that the guide relies on', () => {
  test('pods leave a lost node after 10 seconds', () => {
    expect(pod.tolerations).toEqual(
      ['not-ready', 'unreachable'].map((condition) => ({
        key: `node.kubernetes.io/${condition}`,
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds: 10,
      })),
    );
  });

  test('a rollout changes VERSION and never takes a pod away before its successor is ready', () => {
    expect(container.env).toEqual([{ name: 'VERSION', value: '1' }]);
    expect(deployment.strategy!.rollingUpdate).toEqual({ maxUnavailable: 0, maxSurge: 1 });
    expect(budget).toMatchObject({
      minAvailable: 2,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    });
  });

  test('the Service leads from port 80 to the container', () => {
    expect(service).toMatchObject({
      type: 'ClusterIP',
      ports: [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }],
    });
    expect(container.args).toContain('--http-port=8080');
  });

  test('network policy lets in the namespace on one port, and out to DNS alone', () => {
    const { policyTypes, ingress, egress } = policy;
    expect(policyTypes).toEqual(['Ingress', 'Egress']);
    expect(ingress).toEqual([{ from: [{ podSelector: {} }], ports: [{ protocol: 'TCP', port: 8080 }] }]);
    expect(egress).toHaveLength(1);
    expect(egress![0]!.ports).toEqual([
      { protocol: 'UDP', port: 53 },
      { protocol: 'TCP', port: 53 },
    ]);
    expect(egress![0]!.to).toEqual([
      {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
        podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
      },
    ]);
  });
});
