import { expect, test } from '@jest/globals';
import { linesAbout } from '../../../lib/targets/local/namespaces.ts';

test('a namespace that does not go says what holds it up, and which pods are left', () => {
  const conditions = [
    { type: 'NamespaceDeletionDiscoveryFailure', status: 'False', reason: 'ResourcesDiscovered', message: 'All found' },
    { type: 'NamespaceContentRemaining', status: 'True', reason: 'SomeResourcesRemain', message: '2 pods remain' },
  ];
  const lines = linesAbout('on-both', { status: { conditions } }, [
    { metadata: { name: 'web-1' }, spec: { nodeName: 'node-1' }, status: { phase: 'Running' } },
    { metadata: { name: 'kept', finalizers: ['a/b', 'c/d'] }, status: { phase: 'Pending' } },
  ]);
  expect(lines).toEqual([
    'on-both: NamespaceContentRemaining (SomeResourcesRemain): 2 pods remain',
    'on-both: pod web-1, Running, on node-1',
    'on-both: pod kept, Pending, on no node, finalizers a/b, c/d',
  ]);
});

test('a namespace that is gone has nothing to say', () => {
  expect(linesAbout('on-both', {}, [])).toEqual([]);
});
