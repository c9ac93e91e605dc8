import { describe, expect, test } from '@jest/globals';
import { WriteReader } from '../../lib/observe/write-reader.ts';

const start = new Date('2026-12-01T00:00:00.000Z');

/** An event about a Deployment, as kubectl's writes make them. */
const event = (more: object = {}): string =>
  JSON.stringify({
    kind: 'Event',
    stage: 'ResponseComplete',
    verb: 'patch',
    requestURI: '/apis/apps/v1/namespaces/shop/deployments/web?fieldManager=kubectl-scale',
    user: { username: 'kubernetes-admin' },
    userAgent: 'kubectl/v1.36.3 (linux/amd64) kubernetes/abc',
    objectRef: { resource: 'deployments', apiGroup: 'apps', namespace: 'shop', name: 'web' },
    responseStatus: { code: 200 },
    requestReceivedTimestamp: '2026-12-01T00:00:01.250000Z',
    ...more,
  });

const deployment = (replicas: number, version: string, status: object = {}) => ({
  metadata: { namespace: 'shop', name: 'web', resourceVersion: version },
  spec: { replicas },
  status,
});

describe('a write', () => {
  test('has its author, what it is about, when it was, and what it changed', () => {
    const reader = new WriteReader(start);
    reader.remember('deployments', deployment(2, '10'));
    const answered = { kind: 'Deployment', apiVersion: 'apps/v1', ...deployment(3, '11') };
    const line = event({ requestObject: { spec: { replicas: 3 } }, responseObject: answered });
    expect(reader.read(line, 'control-plane-1')).toEqual({
      kind: 'write',
      actor: { kind: 'user', name: 'kubectl' },
      verb: 'patch',
      object: { resource: 'deployments', group: 'apps', namespace: 'shop', name: 'web' },
      status: 200,
      at: 1250,
      version: '11',
      changes: [{ path: 'spec.replicas', before: '2', after: '3' }],
      server: 'control-plane-1',
    });
  });

  test('that was refused says why, and changed nothing', () => {
    const line = event({
      responseStatus: { code: 403, message: 'no, you may not' },
      requestObject: { spec: { replicas: 3 } },
    });
    expect(new WriteReader(start).read(line)).toMatchObject({ status: 403, refused: 'no, you may not', changes: [] });
  });

  test('of an object that is not known tells what was sent', () => {
    const line = event({ requestObject: { spec: { replicas: 3 } }, responseObject: deployment(3, '11') });
    expect(new WriteReader(start).read(line)?.changes).toEqual([{ path: 'spec.replicas', after: '3' }]);
  });

  test('of which only metadata was logged changed something that is not known', () => {
    expect(new WriteReader(start).read(event())).toMatchObject({ object: { name: 'web' }, changes: [] });
  });

  test('that is a JSON patch tells values by their paths', () => {
    const patch = [
      { op: 'replace', path: '/spec/replicas', value: 3 },
      { op: 'remove', path: '/spec/paused' },
    ];
    expect(
      new WriteReader(start).read(event({ requestObject: patch, responseObject: deployment(3, '11') }))?.changes,
    ).toEqual([
      { path: "['/spec/replicas']", after: '3' },
      { path: "['/spec/paused']", after: 'null' },
    ]);
  });

  test('that created an object has the name that the API server made up', () => {
    const line = event({
      verb: 'create',
      objectRef: { resource: 'pods', namespace: 'shop' },
      responseStatus: { code: 201 },
      responseObject: { metadata: { namespace: 'shop', name: 'web-x7x7x', resourceVersion: '12' } },
    });
    expect(new WriteReader(start).read(line)).toMatchObject({
      object: { name: 'web-x7x7x' },
      version: '12',
      changes: [],
    });
  });

  test('of the scheduler tells the node', () => {
    const reader = new WriteReader(start);
    const pod = { metadata: { namespace: 'shop', name: 'web-1', resourceVersion: '1' }, spec: {}, status: {} };
    reader.remember('pods', pod);
    const binding = event({
      verb: 'create',
      userAgent: 'kube-scheduler/v1.36.3 (linux/amd64) kubernetes/abc/scheduler',
      objectRef: { resource: 'pods', subresource: 'binding', namespace: 'shop', name: 'web-1' },
      responseStatus: { code: 201 },
      requestObject: { target: { kind: 'Node', name: 'n1' } },
      responseObject: { metadata: {}, status: 'Success' },
    });
    expect(reader.read(binding)).toMatchObject({
      actor: { kind: 'scheduler' },
      changes: [{ path: 'spec.nodeName', after: '"n1"' }],
    });
    // The kubelet did not choose its node, though the pod in its write has one now.
    const status = event({
      user: { username: 'system:node:n1' },
      objectRef: { resource: 'pods', subresource: 'status', namespace: 'shop', name: 'web-1' },
      requestObject: { status: { phase: 'Running' } },
      responseObject: { ...pod, spec: { nodeName: 'n1' }, status: { phase: 'Running' } },
    });
    expect(reader.read(status)).toMatchObject({
      actor: { kind: 'kubelet', name: 'n1' },
      changes: [{ path: 'status.phase', after: '"Running"' }],
    });
  });

  test('to a scale tells the replicas, and nobody else gets them ascribed', () => {
    const reader = new WriteReader(start);
    reader.remember('deployments', deployment(2, '10'));
    const scale = event({
      objectRef: { resource: 'deployments', subresource: 'scale', apiGroup: 'apps', namespace: 'shop', name: 'web' },
      responseObject: { metadata: { name: 'web', resourceVersion: '11' }, spec: { replicas: 5 } },
    });
    expect(reader.read(scale)?.changes).toEqual([{ path: 'spec.replicas', before: '2', after: '5' }]);
    const update = event({
      verb: 'update',
      responseObject: { ...deployment(5, '12'), metadata: { name: 'web', annotations: { revision: '2' } } },
    });
    expect(reader.read(update)?.changes.map(({ path }) => path)).toEqual([
      'metadata.namespace',
      'metadata.annotations',
    ]);
  });
});

describe('no frame is made of', () => {
  const reader = new WriteReader(start);
  test.each<[string, string]>([
    ['a read', event({ verb: 'get' })],
    ['a watch', event({ verb: 'watch' })],
    ['an Event', event({ verb: 'create', objectRef: { resource: 'events' } })],
    ['a renewal of a Lease', event({ objectRef: { resource: 'leases', apiGroup: 'coordination.k8s.io' } })],
    [
      'a review of access',
      event({ verb: 'create', objectRef: { resource: 'subjectaccessreviews', apiGroup: 'authorization.k8s.io' } }),
    ],
    ['a token', event({ verb: 'create', objectRef: { resource: 'serviceaccounts', subresource: 'token' } })],
    ['kubectl exec', event({ verb: 'create', objectRef: { resource: 'pods', subresource: 'exec' } })],
    ['a dry run', event({ requestURI: '/api/v1/pods?dryRun=All' })],
    ['a request that is not answered yet', event({ stage: 'RequestReceived' })],
    ['a request without an object', event({ objectRef: undefined })],
    ['a line that is no JSON', '{"stage":'],
    ['a line that is no object', 'null'],
  ])('%s', (_, line) => {
    expect(reader.read(line)).toBeUndefined();
  });

  test('a heartbeat: a write that changed times alone', () => {
    const node = (time: string, ready: string) => ({
      metadata: { name: 'n1', resourceVersion: time },
      status: { conditions: [{ type: 'Ready', status: ready, lastHeartbeatTime: time }] },
    });
    const beat = (time: string, ready: string) =>
      event({
        objectRef: { resource: 'nodes', subresource: 'status', name: 'n1' },
        requestObject: node(time, ready),
        responseObject: node(time, ready),
      });
    reader.remember('nodes', node('1', 'True'));
    expect(reader.read(beat('2', 'True'))).toBeUndefined();
    expect(reader.read(beat('3', 'False'))?.changes).toEqual([
      { path: 'status.conditions[Ready].status', before: '"True"', after: '"False"' },
    ]);
    expect(reader.read(beat('4', 'False'))).toBeUndefined();
  });
});

test('hostile and odd events make frames that are short, or none', () => {
  const reader = new WriteReader(start);
  const huge = 'x'.repeat(100_000);
  const frame = reader.read(
    event({
      userAgent: huge,
      user: { username: huge },
      objectRef: { resource: huge, name: huge, namespace: huge },
      responseStatus: { code: 500, message: huge },
      requestReceivedTimestamp: 'yesterday',
    }),
  );
  expect(JSON.stringify(frame).length).toBeLessThan(3_000);
  expect(frame?.at).toBe(0);
});

test('what is in a Secret never reaches a frame', () => {
  const secret = (value: string) => ({
    metadata: { namespace: 'shop', name: 'db', resourceVersion: value },
    data: { password: value },
  });
  const line = (verb: string, value: string) =>
    event({
      verb,
      objectRef: { resource: 'secrets', namespace: 'shop', name: 'db' },
      requestObject: secret(value),
      responseObject: secret(value),
    });
  const reader = new WriteReader(start);
  const frames = [
    reader.read(line('create', 'hunter2')),
    reader.read(line('update', 'hunter3')),
    reader.read(line('patch', 'hunter4')),
  ];
  expect(frames[1]?.changes).toEqual([{ path: 'data.password', before: '"…"', after: '"…"' }]);
  expect(JSON.stringify(frames.map((frame) => frame?.changes))).not.toContain('hunter');
});

test('three thousand objects are remembered, those that were written last', () => {
  const reader = new WriteReader(start);
  for (let index = 0; index < 3_001; index += 1)
    reader.remember('deployments', { ...deployment(1, '1'), metadata: { namespace: 'shop', name: `web-${index}` } });
  const line = (name: string) =>
    event({
      verb: 'update',
      objectRef: { resource: 'deployments', namespace: 'shop', name },
      responseObject: { metadata: { namespace: 'shop', name }, spec: { replicas: 2 } },
    });
  expect(reader.read(line('web-1'))?.changes.at(0)).toEqual({ path: 'spec.replicas', before: '1', after: '2' });
  expect(reader.read(line('web-0'))?.changes).toEqual([]);
});
