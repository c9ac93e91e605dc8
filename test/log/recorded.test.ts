import path from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { eksEc2Lab as lab } from '../../labs/eks-ec2/lab.ts';
import type { FrameOf, Picture } from '../../lib/log/picture.ts';
import type { Recording } from '../../lib/log/recording.ts';
import { pictureOf } from '../../lib/log/reduce.ts';
import { Timeline } from '../../lib/log/timeline.ts';
import { readRecording } from '../../lib/observe/recording-file.ts';

/** What `labs rehearse eks-ec2 --recording` wrote on the local control plane. */
const file = path.join(import.meta.dirname, 'fixtures', 'eks-ec2.rec.gz');

let recording: Recording;
let timeline: Timeline;
beforeAll(async () => {
  recording = await readRecording(file);
  timeline = new Timeline(recording.frames);
});

const inShop = (picture: Picture, kind: 'Pod' | 'Deployment' | 'ReplicaSet' | 'EndpointSlice') =>
  [...picture.objects[kind].values()]
    .map(({ object }) => object)
    .filter(({ namespace }) => namespace === lab.namespace);
const writes = () => recording.frames.filter((frame): frame is FrameOf<'write'> => frame.kind === 'write');
test('it is whole, and in the order in which it was written', () => {
  expect(recording).toMatchObject({ header: { lab: 'eks-ec2', target: 'local' }, complete: true });
  expect(recording.frames.map(({ seq }) => seq)).toEqual(recording.frames.map((_, index) => index + 1));
});

describe('its last picture', () => {
  test('has every task passed, and every block ended well', () => {
    const { tasks, blocks } = pictureOf(recording.frames);
    expect([...tasks.keys()]).toEqual(lab.tasks.map(({ id }) => id));
    expect([...tasks.values()].every(({ passed }) => passed)).toBe(true);
    for (const block of blocks.values())
      expect(block).toMatchObject({ state: 'ended', outcome: expect.stringMatching(/^(passed|not here)$/) });
  });

  test('has simulated nodes in zones, and pods in them that belong to a ReplicaSet of the Deployment', () => {
    const picture = pictureOf(recording.frames);
    const nodes = [...picture.objects.Node.values()].map(({ object }) => object);
    expect(nodes.map(({ machine, simulated, ready }) => [machine, simulated, ready])).toEqual(
      nodes.map(() => ['ec2', true, 'True']),
    );
    expect(new Set(nodes.map(({ zone }) => zone)).size).toBe(nodes.length);
    const names = new Set(nodes.map(({ name }) => name));
    const pods = inShop(picture, 'Pod');
    expect(pods.length).toBeGreaterThan(0);
    for (const pod of pods) {
      expect(pod.kind === 'Pod' && names.has(pod.node ?? '')).toBe(true);
      expect(picture.objects.ReplicaSet.get(`${lab.namespace}/${pod.owner?.name}`)?.object.owner).toEqual({
        kind: 'Deployment',
        name: 'web',
      });
    }
  });

  test('has who leads and what runs', () => {
    const { components } = pictureOf(recording.frames);
    expect([...components].map(([key, { runs, leads }]) => [key, runs?.value, leads?.value]).sort()).toEqual([
      ['local/etcd', true, undefined],
      ['local/kube-apiserver', true, undefined],
      ['local/kube-controller-manager', true, true],
      ['local/kube-scheduler', true, true],
      ['local/kwok', true, undefined],
      ['local/metrics-server', true, undefined],
    ]);
  });
});

test('a node that falls silent is seen to, and to come back', () => {
  const states = recording.frames.flatMap((frame) =>
    frame.kind === 'object' && frame.object.kind === 'Node' && frame.change !== 'removed' ? [frame.object.ready] : [],
  );
  expect(states).toContain('Unknown');
  expect(states.at(-1)).toBe('True');
});

test('a Service with the wrong selector reaches nothing until it is right', () => {
  const endpoints = recording.frames.flatMap((frame) =>
    frame.kind === 'object' &&
    frame.change !== 'removed' &&
    frame.object.kind === 'EndpointSlice' &&
    frame.object.service === 'web-canary'
      ? [frame.object.endpoints.length]
      : [],
  );
  expect(endpoints[0]).toBe(0);
  expect(endpoints.at(-1)).toBeGreaterThan(0);
  expect(writes().find(({ object: { name }, verb }) => name === 'web-canary' && verb === 'patch')).toMatchObject({
    actor: { kind: 'user', name: 'kubectl' },
    changes: [{ path: "spec.selector['app.kubernetes.io/name']", before: '"wbe"', after: '"web"' }],
  });
});

test('every author is named: nobody is somebody else', () => {
  const authors = new Set(writes().map(({ actor: { kind, name } }) => `${kind} ${name}`));
  expect([...authors].sort()).toEqual([
    'api-server kube-apiserver',
    'controller daemon-set-controller',
    'controller deployment-controller',
    'controller disruption-controller',
    'controller endpoint-controller',
    'controller endpointslice-controller',
    'controller horizontal-pod-autoscaler',
    'controller node-controller',
    'controller replicaset-controller',
    'kwok kwok',
    'scheduler kube-scheduler',
    'user kubectl',
  ]);
});

test('a refused write says why, and changes nothing', () => {
  const refused = writes().find(({ object: { name } }) => name === 'rude');
  expect(refused).toMatchObject({ status: 403, changes: [] });
  expect(refused!.refused).toMatch(/rude/);
});

test('a write leads to the object that it made, by its version', () => {
  const rollout = writes().find(
    ({ object, actor }) => object.resource === 'replicasets' && actor.name === 'deployment-controller',
  );
  const versions = recording.frames.flatMap((frame) =>
    frame.kind === 'object' && frame.change !== 'removed' ? [frame.object.version] : [],
  );
  expect(versions).toContain(rollout!.version);
});

test('any moment is shown, and goes back as it came', () => {
  const { duration } = timeline;
  const forth = [0, 0.25, 0.5, 0.75, 1].map((part) => timeline.at(part * duration));
  expect(timeline.at(duration * 0.5)).toEqual(forth[2]);
  expect(forth[4]).toEqual(pictureOf(recording.frames));
});
