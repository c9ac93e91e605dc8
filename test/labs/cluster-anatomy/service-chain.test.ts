import { describe, expect, test } from '@jest/globals';
import { chainOf } from '../../../labs/cluster-anatomy/service-chain.ts';

describe('the chain of a Service in iptables', () => {
  // As `iptables-save` shows them on every cluster: these two Services have the same names everywhere.
  test.each([
    ['default', 'kubernetes', 'https', 'TCP', 'KUBE-SVC-NPX46M4PTMTKRN6Y'],
    ['kube-system', 'kube-dns', 'dns', 'UDP', 'KUBE-SVC-TCOU7JCQXEZGVUNU'],
    ['kube-system', 'kube-dns', 'dns-tcp', 'TCP', 'KUBE-SVC-ERIFXISQEP7F7OF4'],
    ['cluster-anatomy', 'web', 'http', 'TCP', 'KUBE-SVC-HXEYOF2JOKGAABUQ'],
  ])('%s/%s:%s over %s', (namespace, service, port, protocol, chain) => {
    expect(chainOf({ namespace, service, port, protocol })).toBe(chain);
  });

  test('depends on the protocol, and a port without a name has one too', () => {
    const port = { namespace: 'a', service: 'b', port: '', protocol: 'TCP' };
    expect(chainOf(port)).toMatch(/^KUBE-SVC-[A-Z2-7]{16}$/);
    expect(chainOf(port)).not.toBe(chainOf({ ...port, protocol: 'UDP' }));
  });
});
