import { describe, expect, test } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import type { Programs } from '../../../lib/toolchain/install.ts';
import {
  auditPolicy,
  kwokctlConfig,
  listeningComponents,
  metricsServerManifests,
  portsIn,
  simulatedLog,
  type KwokctlConfig,
  type ListeningComponent,
} from '../../../lib/targets/local/kwokctl-config.ts';

interface Configuration {
  kind: string;
  options: Record<string, unknown>;
  componentsPatches: { name: string; extraArgs: { key: string; value: string; override: boolean }[] }[];
}

const ports = Object.fromEntries(listeningComponents.map((name, index) => [name, 20_000 + index])) as Record<
  ListeningComponent,
  number
>;

const programs: Programs = {
  etcd: '/bin/of/etcd',
  etcdctl: '/bin/of/etcdctl',
  etcdutl: '/bin/of/etcdutl',
  kwok: '/bin/of/kwok',
  kwokctl: '/bin/of/kwokctl',
  'metrics-server': '/bin/of/metrics-server',
  'kube-apiserver': '/bin/of/kube-apiserver',
  'kube-controller-manager': '/bin/of/kube-controller-manager',
  'kube-scheduler': '/bin/of/kube-scheduler',
  kubectl: '/bin/of/kubectl',
};

const folders: KwokctlConfig = {
  programs,
  ports,
  release: '1.36.3',
  cacheFolder: '/with space/cache',
  auditPolicy: '/with space/audit: policy.yaml',
  metricsServerManifests: '/with space/metrics-server',
  logsFile: '/with space/simulated.log',
  mutatingAdmissionPolicy: 'v1',
};

function documents(text: string): unknown[] {
  const parsed = parseAllDocuments(text);
  if ('empty' in parsed) throw new Error('There is no YAML document.');
  return parsed.map((document) => {
    expect([...document.errors, ...document.warnings]).toEqual([]);
    return document.toJS() as unknown;
  });
}

const configuration = (more: Partial<KwokctlConfig> = {}) =>
  documents(kwokctlConfig({ ...folders, ...more }))[0] as Configuration;

const argsOf = (component: string, more: Partial<KwokctlConfig> = {}) =>
  configuration(more)
    .componentsPatches.filter(({ name }) => name === component)
    .flatMap(({ extraArgs }) => extraArgs);

describe('kwokctl configuration', () => {
  test('is YAML of three documents: the cluster, what pods use, what their logs say', () => {
    expect(documents(kwokctlConfig(folders)).map((document) => (document as Configuration).kind)).toEqual([
      'KwokctlConfiguration',
      'ClusterResourceUsage',
      'ClusterLogs',
    ]);
  });

  test('listens on this machine only', () => {
    expect(configuration().options.bindAddress).toBe('127.0.0.1');
  });

  test('runs processes, with metrics-server, an audit log and heartbeats as they are on EKS', () => {
    expect(configuration().options).toMatchObject({
      runtime: 'binary',
      enable: ['metrics-server'],
      heartbeatFactor: 1,
      kubeVersion: 'v1.36.3',
      cacheDir: folders.cacheFolder,
      kubeAuditPolicy: folders.auditPolicy,
      metricsServerManifests: [folders.metricsServerManifests],
    });
  });

  test('neither RBAC nor admission is switched off', () => {
    for (const key of ['kubeAuthorization', 'kubeAdmission', 'securePort']) {
      expect(configuration().options).not.toHaveProperty(key);
    }
  });

  test.each(listeningComponents)('%s listens on its port', (name) => {
    expect(configuration().options[`${name}Port`]).toBe(ports[name]);
  });

  test('starts the programs that it is given', () => {
    expect(configuration().options).toMatchObject({
      kubeApiserverBinary: '/bin/of/kube-apiserver',
      kubeControllerManagerBinary: '/bin/of/kube-controller-manager',
      kubeSchedulerBinary: '/bin/of/kube-scheduler',
      kubectlBinary: '/bin/of/kubectl',
      etcdBinary: '/bin/of/etcd',
      kwokControllerBinary: '/bin/of/kwok',
      metricsServerBinary: '/bin/of/metrics-server',
    });
  });

  test.each([
    ['kube-apiserver', 'service-cluster-ip-range', '172.20.0.0/16', false],
    ['kube-apiserver', 'kubelet-preferred-address-types', 'InternalDNS', false],
    // kwokctl gives these itself: without `override`, the program would get them twice.
    ['kube-controller-manager', 'node-monitor-grace-period', '50s', true],
    ['metrics-server', 'kubelet-preferred-address-types', 'InternalDNS', true],
    ['metrics-server', 'metric-resolution', '10s', true],
    // This one it does not give, and what overrides nothing is left out.
    ['metrics-server', 'kubelet-request-timeout', '5s', false],
    ['kwok-controller', 'cidr', '10.0.96.0/19', false],
  ])('%s gets --%s=%s (override: %s)', (component, key, value, override) => {
    expect(argsOf(component)).toContainEqual({ key, value, override });
  });

  test('policies that change objects are switched on where they are beta', () => {
    const keys = (version: 'v1' | 'v1beta1') =>
      argsOf('kube-apiserver', { mutatingAdmissionPolicy: version }).filter(({ key }) =>
        ['feature-gates', 'runtime-config'].includes(key),
      );
    expect(keys('v1')).toEqual([]);
    expect(keys('v1beta1').map(({ value }) => value)).toEqual([
      'MutatingAdmissionPolicy=true',
      'admissionregistration.k8s.io/v1beta1=true',
    ]);
  });

  test('simulated containers log what the file says', () => {
    expect(documents(kwokctlConfig(folders))[2]).toMatchObject({ spec: { logs: [{ logsFile: folders.logsFile }] } });
    expect(simulatedLog).toMatch(/^\S+Z stdout F \(simulated container: .*\)\n$/);
  });
});

test('the audit policy logs everything but leases and health checks, and objects of writes to what is drawn alone', () => {
  const { rules, omitStages } = parse(auditPolicy) as { rules: Record<string, unknown>[]; omitStages: string[] };
  expect(omitStages).toEqual(['RequestReceived']);
  expect(rules.map(({ level }) => level)).toEqual(['None', 'None', 'RequestResponse', 'Metadata']);
  expect(rules[2]).toMatchObject({ verbs: ['create', 'update', 'patch', 'delete'], omitManagedFields: true });
  expect(JSON.stringify(rules[2])).not.toMatch(/secret|configmap|token|serviceaccount|"\*"/);
  expect(rules.at(-1)).toEqual({ level: 'Metadata' });
});

test('metrics-server is registered as an API of its own', () => {
  expect(documents(metricsServerManifests)).toEqual([
    expect.objectContaining({ kind: 'Service' }),
    expect.objectContaining({
      kind: 'APIService',
      metadata: { name: 'v1beta1.metrics.k8s.io' },
      spec: expect.objectContaining({ service: { name: 'metrics-server', namespace: 'kube-system' } }),
    }),
  ]);
});

test('the ports of a configuration can be read from it', () => {
  expect(portsIn(kwokctlConfig(folders))).toEqual(Object.values(ports));
});
