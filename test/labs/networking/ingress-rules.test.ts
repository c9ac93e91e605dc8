import { describe, expect, test } from '@jest/globals';
import {
  ingressPoliciesOf,
  isLetIn,
  type Connection,
  type IngressPolicy,
  type IngressRule,
} from '../../../labs/networking/ingress-rules.ts';

type Spec = NonNullable<IngressPolicy['spec']>;

const policy = (spec: Spec): IngressPolicy => ({ spec: { podSelector: {}, ...spec } });
const rules = (...ingress: IngressRule[]) => [policy({ policyTypes: ['Ingress'], ingress })];

const connection: Connection = {
  to: { app: 'api' },
  from: { app: 'client', access: 'api' },
  namespace: { 'kubernetes.io/metadata.name': 'networking' },
  port: { number: 8080, name: 'http' },
};

describe('which policies decide', () => {
  test.each<[string, Spec, boolean]>([
    ['one that picks everything', {}, true],
    ['one without types, which is for ingress at least', { podSelector: { matchLabels: { app: 'api' } } }, true],
    ['one that picks others', { podSelector: { matchLabels: { app: 'web' } } }, false],
    ['one for egress', { policyTypes: ['Egress'] }, false],
    ['one for both', { policyTypes: ['Egress', 'Ingress'] }, true],
  ])('%s', (_, spec, decides) => {
    expect(ingressPoliciesOf([policy(spec)], connection.to)).toHaveLength(decides ? 1 : 0);
  });
});

describe('what is let in', () => {
  test('everything, where no policy decides', () => {
    expect(isLetIn([], connection)).toBe(true);
    expect(isLetIn([policy({ podSelector: { matchLabels: { app: 'web' } } })], connection)).toBe(true);
  });

  test('nothing, by a policy without rules', () => {
    expect(isLetIn([policy({ policyTypes: ['Ingress'] })], connection)).toBe(false);
  });

  test('what one of several policies lets in', () => {
    const closed = policy({ policyTypes: ['Ingress'] });
    expect(isLetIn([closed, ...rules({})], connection)).toBe(true);
    expect(isLetIn([...rules({}), closed], connection)).toBe(true);
  });

  const from = (selector: object) => ({ _from: [{ podSelector: selector }] });
  const network = { matchLabels: { 'kubernetes.io/metadata.name': 'networking' } };
  test.each<[string, IngressRule, boolean]>([
    ['any pod', from({}), true],
    ['a label that fits', from({ matchLabels: { access: 'api' } }), true],
    ['a label with another value', from({ matchLabels: { access: 'web' } }), false],
    ['one label of two', from({ matchLabels: { access: 'api', app: 'web' } }), false],
    ['In', from({ matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'client'] }] }), true],
    ['In others', from({ matchExpressions: [{ key: 'app', operator: 'In', values: ['web'] }] }), false],
    ['NotIn', from({ matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['client'] }] }), false],
    ['NotIn of a label that is not there', from({ matchExpressions: [{ key: 'x', operator: 'NotIn' }] }), true],
    ['Exists', from({ matchExpressions: [{ key: 'access', operator: 'Exists' }] }), true],
    ['Exists of a label that is not there', from({ matchExpressions: [{ key: 'x', operator: 'Exists' }] }), false],
    ['DoesNotExist', from({ matchExpressions: [{ key: 'access', operator: 'DoesNotExist' }] }), false],
    ['the namespace', { _from: [{ namespaceSelector: network }] }, true],
    ['another namespace', { _from: [{ namespaceSelector: { matchLabels: { team: 'a' } } }] }, false],
    [
      'a pod of the namespace, both in one peer',
      { _from: [{ namespaceSelector: network, podSelector: { matchLabels: { access: 'web' } } }] },
      false,
    ],
    [
      'the namespace or a pod, in two peers',
      { _from: [{ namespaceSelector: network }, { podSelector: { matchLabels: { access: 'web' } } }] },
      true,
    ],
    ['a block of addresses', { _from: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }, true],
    ['the port', { ports: [{ port: 8080 }] }, true],
    ['the port by its name', { ports: [{ port: 'http' }] }, true],
    ['another name', { ports: [{ port: 'https' }] }, false],
    ["the Service's port", { ports: [{ port: 80 }] }, false],
    ['a range of ports', { ports: [{ port: 8000, endPort: 8080 }] }, true],
    ['a range that ends before', { ports: [{ port: 8000, endPort: 8079 }] }, false],
    ['another protocol', { ports: [{ port: 8080, protocol: 'UDP' }] }, false],
    ['all ports of the protocol', { ports: [{ protocol: 'TCP' }] }, true],
    ['the right peer at the wrong port', { ...from({}), ports: [{ port: 80 }] }, false],
  ])('%s', (_, rule, letIn) => {
    expect(isLetIn(rules(rule), connection)).toBe(letIn);
  });
});
