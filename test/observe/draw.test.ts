import { describe, expect, test } from '@jest/globals';
import { drawnKinds } from '../../lib/log/drawn.ts';
import { draw } from '../../lib/observe/draw.ts';

const metadata = { name: 'web', namespace: 'shop', uid: 'u', resourceVersion: '7' };
const base = { name: 'web', namespace: 'shop', uid: 'u', version: '7' };

test('a pod that waits for a node says why', () => {
  const sent = {
    metadata: { ...metadata, ownerReferences: [{ kind: 'ReplicaSet', name: 'web-1', controller: true }] },
    spec: { schedulerName: 'default-scheduler', containers: [{ env: [{ name: 'PASSWORD', value: 'hunter2' }] }] },
    status: {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', message: '0/2 nodes are available' }],
    },
  };
  expect(draw('Pod', sent)).toEqual({
    ...base,
    kind: 'Pod',
    owner: { kind: 'ReplicaSet', name: 'web-1' },
    phase: 'Pending',
    ready: false,
    why: '0/2 nodes are available',
    containers: [],
  });
});

test('a pod that runs has its containers, and why one of them waits', () => {
  const sent = {
    metadata: { ...metadata, deletionTimestamp: 'now', annotations: { 'kubernetes.io/config.mirror': 'x' } },
    spec: { nodeName: 'n1', schedulerName: 'fargate-scheduler' },
    status: {
      phase: 'Running',
      podIP: '10.0.0.1',
      conditions: [{ type: 'Ready', status: 'True' }],
      initContainerStatuses: [
        { name: 'init', state: { terminated: { reason: 'Completed' } }, ready: true, restartCount: 0 },
      ],
      containerStatuses: [
        { name: 'web', state: { waiting: { reason: 'CrashLoopBackOff' } }, ready: false, restartCount: 3 },
      ],
    },
  };
  expect(draw('Pod', sent)).toEqual({
    ...base,
    kind: 'Pod',
    deleting: true,
    static: true,
    phase: 'Running',
    ready: true,
    node: 'n1',
    ip: '10.0.0.1',
    scheduler: 'fargate-scheduler',
    containers: [
      { name: 'init', state: 'terminated', ready: true, restarts: 0, reason: 'Completed', init: true },
      { name: 'web', state: 'waiting', ready: false, restarts: 3, reason: 'CrashLoopBackOff' },
    ],
  });
});

describe('a node', () => {
  const ready = (status: string, reason = 'r') => [
    { type: 'Ready', status, reason },
    { type: 'MemoryPressure', status: 'False' },
  ];

  test('that is lost, cordoned and tainted', () => {
    const sent = {
      metadata: {
        name: 'n1',
        labels: { 'topology.kubernetes.io/zone': 'us-east-1a', 'node-role.kubernetes.io/control-plane': '' },
      },
      spec: {
        providerID: 'aws:///us-east-1a/i-1',
        unschedulable: true,
        taints: [
          { key: 'a', value: 'b', effect: 'NoSchedule' },
          { key: 'c', effect: 'NoExecute' },
        ],
      },
      status: {
        conditions: [
          { type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown' },
          { type: 'DiskPressure', status: 'True' },
        ],
      },
    };
    expect(draw('Node', sent)).toMatchObject({
      ready: 'Unknown',
      reason: 'NodeStatusUnknown',
      pressures: ['DiskPressure'],
      taints: ['a=b:NoSchedule', 'c:NoExecute'],
      cordoned: true,
      controlPlane: true,
      zone: 'us-east-1a',
      machine: 'ec2',
    });
  });

  test('that is Fargate, or simulated', () => {
    const labels = { 'eks.amazonaws.com/compute-type': 'fargate' };
    const sent = {
      metadata: { name: 'n', labels, annotations: { 'kwok.x-k8s.io/node': 'fake' } },
      spec: {},
      status: { conditions: ready('True') },
    };
    expect(draw('Node', sent)).toMatchObject({ machine: 'fargate', simulated: true, ready: 'True' });
    expect(draw('Node', sent)).not.toHaveProperty('reason');
  });
});

test('a Service and its endpoints', () => {
  const service = {
    metadata,
    spec: {
      type: 'LoadBalancer',
      clusterIP: '10.1.1.1',
      selector: { app: 'web' },
      ports: [
        { port: 80, targetPort: 'http' },
        { port: 53, protocol: 'UDP' },
      ],
    },
    status: { loadBalancer: { ingress: [{ hostname: 'lb.example' }] } },
  };
  expect(draw('Service', service)).toEqual({
    ...base,
    kind: 'Service',
    type: 'LoadBalancer',
    ip: '10.1.1.1',
    ports: ['80→http/TCP', '53→53/UDP'],
    selector: 'app=web',
    external: ['lb.example'],
  });
  const slice = {
    metadata: { ...metadata, labels: { 'kubernetes.io/service-name': 'web' } },
    endpoints: [
      {
        addresses: ['10.0.0.1'],
        targetRef: { kind: 'Pod', name: 'web-1' },
        nodeName: 'n1',
        conditions: { ready: false },
      },
      { addresses: ['10.0.0.2'], conditions: {} },
    ],
  };
  expect(draw('EndpointSlice', slice)).toMatchObject({
    service: 'web',
    endpoints: [
      { address: '10.0.0.1', pod: 'web-1', node: 'n1', ready: false },
      { address: '10.0.0.2', ready: true },
    ],
  });
});

test('workloads say what is wanted and what is ready', () => {
  const of = (kind: 'Deployment' | 'DaemonSet' | 'Job', spec: object, status: object) => {
    const { desired, ready, updated } = draw(kind, { metadata, spec, status }) as never;
    return [desired, ready, updated];
  };
  expect(of('Deployment', { replicas: 3 }, { readyReplicas: 2, updatedReplicas: 1 })).toEqual([3, 2, 1]);
  expect(of('DaemonSet', {}, { desiredNumberScheduled: 3, numberReady: 2, updatedNumberScheduled: 1 })).toEqual([
    3, 2, 1,
  ]);
  expect(of('Job', { completions: 3 }, { ready: 2, succeeded: 1 })).toEqual([3, 2, 1]);
});

describe('odd objects', () => {
  const odd: readonly unknown[] = [undefined, null, 1, 'text', [], { a: { b: null } }, Number.NaN];
  test.each(drawnKinds)('of kind %s do no harm', (kind) => {
    for (const value of odd) {
      expect(draw(kind, value)).toBeUndefined();
      expect(
        draw(kind, {
          metadata: { name: 'n', labels: value, annotations: value, ownerReferences: value },
          spec: value,
          status: value,
        }),
      ).toMatchObject({ kind, name: 'n' });
      expect(
        draw(kind, {
          metadata: { name: 'n' },
          spec: { taints: value, ports: value, selector: value, scaleTargetRef: value },
          status: { conditions: [value], containerStatuses: [value], loadBalancer: value },
          endpoints: [value],
        }),
      ).toMatchObject({ kind });
    }
  });

  test('are drawn shortly, however long they are', () => {
    const long = 'x'.repeat(1_000_000);
    const conditions = Array.from({ length: 10_000 }, () => ({ type: 'PodScheduled', status: 'False', message: long }));
    const containerStatuses = Array.from({ length: 10_000 }, () => ({
      name: long,
      state: { waiting: { reason: long } },
    }));
    const drawn = draw('Pod', {
      metadata: { name: 'n' },
      spec: { nodeName: long },
      status: { phase: long, conditions, containerStatuses },
    });
    expect(JSON.stringify(drawn).length).toBeLessThan(100_000);
  });
});
