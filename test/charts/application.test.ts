import { describe, expect, test } from '@jest/globals';
import type {
  KubernetesObject,
  V1Deployment,
  V1Namespace,
  V1NetworkPolicy,
  V1PodDisruptionBudget,
  V1Service,
} from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import { applicationChart, applicationYaml } from '../../charts/application.ts';
import { webApplication } from '../../lib/environments/ecs-and-eks.web.ts';

const namespace = 'ecs-and-eks';

const objectsOf = (application = webApplication) =>
  parseAllDocuments(applicationYaml(application, namespace)).map((document) => document.toJS() as KubernetesObject);

function object<T extends KubernetesObject>(kind: T['kind'], application = webApplication): T {
  const found = objectsOf(application).find((candidate) => candidate.kind === kind);
  if (found === undefined) throw new Error(`The chart has no ${kind}.`);
  return found as T;
}

const pod = object<V1Deployment>('Deployment').spec!.template.spec!;
const container = pod.containers[0]!;

test('is the YAML that was reviewed', () => {
  expect(applicationYaml(webApplication, namespace)).toMatchSnapshot();
});

test('is the same for AWS, where CDK takes the chart, and for kubectl', () => {
  expect(applicationChart(webApplication, namespace).toJson()).toEqual(objectsOf());
});

test('puts everything into the namespace that it makes first, under the name of the application', () => {
  const [first, ...others] = objectsOf({ ...webApplication, name: 'shop' });
  expect(first).toMatchObject({ kind: 'Namespace', metadata: { name: namespace } });
  expect(others).toHaveLength(5);
  for (const { metadata } of others) expect(metadata).toMatchObject({ name: 'shop', namespace });
});

test('uses stable APIs only', () => {
  for (const { apiVersion } of objectsOf()) expect(apiVersion).toMatch(/^([a-z.0-9]+\/)?v\d+$/);
});

test('is admitted by Pod Security "restricted", which its namespace enforces', () => {
  expect(object<V1Namespace>('Namespace').metadata!.labels).toMatchObject({
    'pod-security.kubernetes.io/enforce': 'restricted',
  });
  expect(pod).toMatchObject({
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
  });
  expect(container.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    privileged: false,
    readOnlyRootFilesystem: true,
  });
});

test('limits memory to what it requests, and CPU not at all', () => {
  expect(container.resources).toEqual({ requests: { cpu: '250m', memory: '512Mi' }, limits: { memory: '512Mi' } });
});

describe('health', () => {
  test('is asked by two probes for the one check of ECS, after a start in which failures do not count', () => {
    const asked = {
      httpGet: { path: '/healthz', port: 'http' },
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 3,
    };
    expect(container.livenessProbe).toEqual(asked);
    expect(container.readinessProbe).toEqual(asked);
    // 20 seconds of grace, and then the three failures that count.
    expect(container.startupProbe).toEqual({ ...asked, failureThreshold: 5 });
  });

  test('needs no startup probe without such a start', () => {
    const application = { ...webApplication, healthCheck: { ...webApplication.healthCheck, graceSeconds: 0 } };
    const [other] = object<V1Deployment>('Deployment', application).spec!.template.spec!.containers;
    expect(other).not.toHaveProperty('startupProbe');
    expect(other).toHaveProperty('livenessProbe');
  });
});

test.each([
  [3, 2, 2],
  [3, 3, 2],
  [1, 1, 0],
  [4, 0, 0],
])(
  'of %d, of which a rollout leaves %d, a drain may take all but %d, and never none',
  (replicas, minAvailable, kept) => {
    const application = { ...webApplication, replicas, minAvailable };
    expect(object<V1PodDisruptionBudget>('PodDisruptionBudget', application).spec!.minAvailable).toBe(kept);
  },
);

test('is called by its Service, and lets in and out what the security group of its tasks does', () => {
  expect(object<V1Service>('Service').spec).toEqual({
    type: 'ClusterIP',
    selector: { 'app.kubernetes.io/name': 'web' },
    ports: [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }],
  });
  const port = [{ protocol: 'TCP', port: 8080 }];
  expect(object<V1NetworkPolicy>('NetworkPolicy').spec).toMatchObject({
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ from: [{ podSelector: {} }], ports: port }],
    egress: [{ to: [{ podSelector: {} }], ports: port }, { ports: [{ port: 53 }, { port: 53 }] }],
  });
});
