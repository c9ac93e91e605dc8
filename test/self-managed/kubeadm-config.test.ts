import { describe, expect, test } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { kubeadmFiles } from '../../lib/self-managed/kubeadm-config.ts';

const options = {
  clusterName: 'self-managed',
  release: '1.36.3',
  endpoint: 'api.example.internal',
  podCidr: '10.244.0.0/16',
  serviceCidr: '10.96.0.0/16',
};
const files = kubeadmFiles(options);
const objects = (name: string) =>
  parseAllDocuments(files[name]!).map((document) => document.toJS() as Record<string, unknown>);
const objectOf = (name: string, kind: string) => objects(name).find((object) => object.kind === kind)!;

describe('kubeadm configuration', () => {
  test('names the load balancer, which is in the API servers’ certificates', () => {
    const cluster = objectOf('init.yaml', 'ClusterConfiguration');
    expect(cluster.controlPlaneEndpoint).toBe('api.example.internal:6443');
    expect(cluster.apiServer).toMatchObject({ certSANs: ['api.example.internal', '127.0.0.1'] });
  });

  test('leaves every secret to the node', () => {
    expect(objectOf('init.yaml', 'InitConfiguration')).toMatchObject({
      certificateKey: '@CERTIFICATE_KEY@',
      bootstrapTokens: [{ token: '@TOKEN@', ttl: '2h0m0s' }],
    });
    expect(objectOf('join-control-plane.yaml', 'JoinConfiguration')).toMatchObject({
      discovery: { bootstrapToken: { token: '@TOKEN@', caCertHashes: ['@CA_HASH@'] } },
      controlPlane: { certificateKey: '@CERTIFICATE_KEY@' },
    });
    expect(files['encryption.yaml']).toContain('secret: "@ENCRYPTION_KEY@"');
  });

  test('gives a worker no certificate key', () => {
    expect(files['join-worker.yaml']).not.toContain('@CERTIFICATE_KEY@');
  });

  test('encrypts secrets, and reads what is not encrypted yet', () => {
    const [configuration] = objects('encryption.yaml');
    expect(configuration).toMatchObject({
      resources: [{ resources: ['secrets'], providers: [{ secretbox: {} }, { identity: {} }] }],
    });
  });

  test('uses systemd’s cgroups, unless the machine differs', () => {
    expect(objectOf('init.yaml', 'KubeletConfiguration').cgroupDriver).toBe('systemd');
    const elsewhere = kubeadmFiles({ ...options, differences: { kubelet: { cgroupDriver: 'cgroupfs' } } });
    expect(elsewhere['init.yaml']).toContain('cgroupDriver: cgroupfs');
  });

  test('records no content of secrets in the audit log', () => {
    const [policy] = objects('audit-policy.yaml');
    const levels = (policy!.rules as { level: string }[]).map(({ level }) => level);
    expect(new Set(levels)).toEqual(new Set(['None', 'Metadata']));
  });

  test('puts the audit rules of a machine after those for secrets, and before the one for all else', () => {
    const rule = { level: 'RequestResponse', resources: [{ group: 'apps' }] };
    const file = kubeadmFiles({ ...options, differences: { auditRules: [rule] } })['audit-policy.yaml']!;
    const { rules } = parse(file) as { rules: { level: string; resources?: { resources?: string[] }[] }[] };
    expect(rules.at(-3)?.resources?.[0]?.resources).toEqual(['secrets', 'configmaps']);
    expect(rules.slice(-2)).toEqual([rule, { level: 'Metadata' }]);
  });
});
