import type { DrawnNode, DrawnPod } from '../../lib/log/drawn.ts';
import type { Frame, FrameBody } from '../../lib/log/frame.ts';

/** A pod as it is drawn. */
export const pod = (name: string, more: Partial<DrawnPod> = {}): DrawnPod => ({
  kind: 'Pod',
  namespace: 'shop',
  name,
  uid: `uid-${name}`,
  version: '1',
  phase: 'Pending',
  ready: false,
  containers: [],
  ...more,
});

/** A node as it is drawn. */
export const node = (name: string, more: Partial<DrawnNode> = {}): DrawnNode => ({
  kind: 'Node',
  name,
  uid: `uid-${name}`,
  version: '1',
  ready: 'True',
  machine: 'ec2',
  ...more,
});

export const added = (object: DrawnPod | DrawnNode): FrameBody => ({ kind: 'object', change: 'added', object });
export const changed = (object: DrawnPod | DrawnNode): FrameBody => ({ kind: 'object', change: 'changed', object });
export const removed = ({ kind, namespace, name }: DrawnPod | DrawnNode): FrameBody => ({
  kind: 'object',
  change: 'removed',
  object: { kind, name, ...(namespace === undefined ? {} : { namespace }) },
});

/** A write to a pod by kubectl. */
export const write = (name: string): FrameBody => ({
  kind: 'write',
  actor: { kind: 'user', name: 'kubectl' },
  verb: 'patch',
  object: { resource: 'pods', namespace: 'shop', name },
  status: 200,
  at: 0,
  changes: [],
});

/** Frames of a log, ten milliseconds apart. */
export const framesOf = (...bodies: readonly FrameBody[]): Frame[] =>
  bodies.map((body, index) => ({ seq: index + 1, ms: (index + 1) * 10, ...body }));

/** Numbers that look random and are the same in every run. */
export function* randomNumbers(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** Frames of a busy log: pods that come, change and go, writes, and a component that stops and starts. */
export function busyLog(count: number, pods = 200, seed = 1): Frame[] {
  const random = randomNumbers(seed);
  const bodies: FrameBody[] = [];
  while (bodies.length < count) {
    const name = `web-${Math.floor(random.next().value * pods)}`;
    const choice = random.next().value;
    if (choice < 0.2) bodies.push(added(pod(name)));
    else if (choice < 0.5)
      bodies.push(changed(pod(name, { phase: 'Running', node: 'n1', version: `${bodies.length}` })));
    else if (choice < 0.6) bodies.push(removed(pod(name)));
    else if (choice < 0.9) bodies.push(write(name));
    else if (choice < 0.95)
      bodies.push({ kind: 'component', component: 'kube-scheduler', machine: 'm1', runs: choice < 0.92 });
    else bodies.push({ kind: 'task', task: `t${Math.floor(choice * 100)}`, passed: choice < 0.97 });
  }
  return framesOf(...bodies);
}
