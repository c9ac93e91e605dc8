import { performance } from 'node:perf_hooks';
import path from 'node:path';
import type { DrawnPod } from '../lib/log/drawn.ts';
import type { Frame, FrameBody } from '../lib/log/frame.ts';
import { FrameQueue } from '../lib/log/frame-queue.ts';
import { pictureOf, reduce } from '../lib/log/reduce.ts';
import { Timeline } from '../lib/log/timeline.ts';
import { readRecording } from '../lib/observe/recording-file.ts';
import { projectFolder } from '../lib/platform/paths.ts';
import type { Row } from './row.ts';

/** Sizes of the log that is measured. */
const [nodes, pods, frameCount] = [1_000, 5_000, 10_000];

/** The log's budgets, in milliseconds: a recording opens, and any moment of it is shown. */
const [openBudget, momentBudget] = [1_000, 100];

/** Milliseconds that one frame of a live log may take: 200 come in a second at most. */
const frameBudget = 5;

/** How much the memory of a burst of ten times as many frames may grow for a reader that does not read, in MiB. */
const burstBudget = 64;

/** Measures how quickly a log becomes a picture, and what a slow reader costs. */
export async function logRows(): Promise<Row[]> {
  const frames = bigLog();
  const began = performance.now();
  const timeline = new Timeline(frames);
  timeline.after(frames.length);
  const opened = performance.now() - began;

  let slowest = 0;
  for (let count = 0; count <= frames.length; count += 97) {
    const asked = performance.now();
    timeline.after(count);
    slowest = Math.max(slowest, performance.now() - asked);
  }

  let picture = pictureOf(frames);
  const changes = 500;
  const live = performance.now();
  for (let index = 0; index < changes; index += 1)
    picture = reduce(picture, { seq: frames.length + index + 1, ms: 0, ...changeOf(index) });
  const each = (performance.now() - live) / changes;

  const recording = path.join(projectFolder, 'test', 'log', 'fixtures', 'eks-ec2.rec.gz');
  const reading = performance.now();
  new Timeline((await readRecording(recording)).frames);
  const read = performance.now() - reading;

  return [
    row(`a log of ${frameCount} frames, ${nodes} nodes and ${pods} pods opened`, opened, openBudget),
    row('any moment of it shown, at most', slowest, momentBudget),
    row('one more frame reduced, as they come one by one', each, frameBudget),
    row("the recording of a lab's guide read and opened", read, openBudget),
    burstRow(),
  ];
}

const row = (what: string, ms: number, budget: number): Row => ({
  what,
  measured: `${ms.toFixed(1)} ms`,
  against: '–',
  result: ms,
  budget,
  unit: 'ms',
});

/** What waits for a reader that does not read while 100,000 frames come. */
function burstRow(): Row {
  const queue = new FrameQueue();
  const before = process.memoryUsage().heapUsed;
  for (let seq = 1; seq <= 10 * frameCount; seq += 1) queue.push({ seq, ms: seq, ...changeOf(seq) });
  const mib = (process.memoryUsage().heapUsed - before) / 1024 ** 2;
  return {
    what: `memory of a burst of ${10 * frameCount} frames for a reader that does not read`,
    measured: `${queue.size} frames wait`,
    against: '–',
    result: mib,
    budget: burstBudget,
    unit: 'MiB',
  };
}

const pod = (index: number, version: number): DrawnPod => ({
  kind: 'Pod',
  namespace: 'shop',
  name: `web-${index}`,
  uid: `uid-${index}`,
  version: String(version),
  phase: 'Running',
  ready: true,
  node: `node-${index % nodes}`,
  containers: [{ name: 'web', state: 'running', ready: true, restarts: version % 3 }],
});

const changeOf = (index: number): FrameBody => ({
  kind: 'object',
  change: 'changed',
  object: pod(index % pods, index),
});

function bigLog(): readonly Frame[] {
  const bodies: FrameBody[] = [];
  for (let index = 0; index < nodes; index += 1)
    bodies.push({
      kind: 'object',
      change: 'added',
      object: { kind: 'Node', name: `node-${index}`, uid: `n${index}`, version: '1', ready: 'True', machine: 'ec2' },
    });
  for (let index = 0; index < pods; index += 1) bodies.push({ kind: 'object', change: 'added', object: pod(index, 1) });
  for (let index = 0; bodies.length < frameCount; index += 1) bodies.push(changeOf(index * 7));
  return bodies.map((body, index) => ({ seq: index + 1, ms: index, ...body }));
}
