import { afterEach, expect, test } from '@jest/globals';
import type { Frame } from '../../lib/log/frame.ts';
import { FrameLog } from '../../lib/log/frame-log.ts';
import { pictureOf } from '../../lib/log/reduce.ts';
import { ApiError } from '../../lib/observe/api.ts';
import { leadersSource } from '../../lib/observe/leaders.ts';
import { objectSources } from '../../lib/observe/objects.ts';
import { observe, type Observation } from '../../lib/observe/source.ts';
import type { Api, SentObject } from '../../lib/observe/watch.ts';
import { waitUntil } from '../wait-until.ts';

/** An API server with objects of one collection; what it does next, tests say. */
class StandInApi implements Api {
  objects: SentObject[] = [];
  version = 1;
  /** Thrown at the next lists. */
  failures: Error[] = [];
  /** Most objects of a page. */
  pageSize = 500;
  readonly asked: string[] = [];
  readonly #watchers = new Set<{ readonly push: (line: unknown) => void; readonly fail: (error: Error) => void }>();

  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  async get(url: string): Promise<unknown> {
    this.asked.push(url);
    const { searchParams, pathname } = new URL(url, 'https://api');
    if (pathname !== this.url) return { metadata: { resourceVersion: '1' }, items: [] };
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    const from = Number(searchParams.get('continue') ?? 0);
    const next = from + this.pageSize;
    return {
      metadata: {
        resourceVersion: String(this.version),
        ...(next < this.objects.length ? { continue: String(next) } : {}),
      },
      items: this.objects.slice(from, next),
    };
  }

  async *lines(url: string, signal: AbortSignal): AsyncGenerator {
    this.asked.push(url);
    const pending: unknown[] = [];
    let failure: Error | undefined;
    let wake: () => void = () => undefined;
    const watcher = {
      push: (line: unknown) => (pending.push(line), wake()),
      fail: (error: Error) => ((failure = error), wake()),
    };
    signal.addEventListener('abort', () => watcher.fail(new Error('aborted')));
    if (url.startsWith(`${this.url}?`)) this.#watchers.add(watcher);
    for (;;) {
      while (pending.length > 0) yield pending.shift();
      if (failure !== undefined) {
        this.#watchers.delete(watcher);
        if (failure.message === 'ended') return;
        throw failure;
      }
      await new Promise<void>((resolve) => (wake = resolve));
    }
  }

  send(type: string, object: object): void {
    for (const watcher of this.#watchers) watcher.push({ type, object });
  }

  cut(error: Error): void {
    for (const watcher of this.#watchers) watcher.fail(error);
  }

  get watches(): number {
    return this.#watchers.size;
  }
}

const pod = (name: string, version: string, more: object = {}): SentObject => ({
  metadata: { namespace: 'shop', name, resourceVersion: version },
  spec: {},
  status: { phase: 'Pending' },
  ...more,
});

let observation: Observation;
const frames: Frame[] = [];
afterEach(() => observation.stop());

function start(api: StandInApi, sources = objectSources(api)): () => void {
  frames.length = 0;
  const log = new FrameLog();
  const reader = log.read();
  observation = observe(sources, log);
  return () => frames.push(...reader.take().frames);
}

/** What was seen of pods, as `change name`. */
const seen = () =>
  frames.flatMap((frame) =>
    frame.kind === 'object' && frame.object.kind === 'Pod' ? [`${frame.change} ${frame.object.name}`] : [],
  );
const pods = () => [...pictureOf(frames).objects.Pod.values()].map(({ object }) => object.name);

test('what is there, what changes and what goes', async () => {
  const api = new StandInApi('/api/v1/pods');
  api.objects = [pod('one', '1'), pod('two', '1')];
  const take = start(api);
  await observation.ready;
  await waitUntil('the watch', async () => api.watches === 1);
  api.send('ADDED', pod('three', '2'));
  api.send('MODIFIED', pod('one', '3', { status: { phase: 'Running' } }));
  // A change of what is not drawn.
  api.send('MODIFIED', pod('one', '4', { status: { phase: 'Running', startTime: 'now' } }));
  api.send('BOOKMARK', { metadata: { resourceVersion: '5' } });
  api.send('DELETED', pod('two', '6'));
  await waitUntil('the last one', async () => (take(), seen().at(-1) === 'removed two'));
  expect(seen()).toEqual(['added one', 'added two', 'added three', 'changed one', 'removed two']);
  // A watch that the server ends goes on from its last version.
  api.cut(new Error('ended'));
  await waitUntil('the next watch', async () => api.asked.at(-1)!.includes('resourceVersion=6'));
});

test('a long list is read in pages', async () => {
  const api = new StandInApi('/api/v1/pods');
  api.pageSize = 2;
  api.objects = ['a', 'b', 'c', 'd', 'e'].map((name) => pod(name, '1'));
  const take = start(api);
  await observation.ready;
  take();
  expect(seen()).toHaveLength(5);
});

test.each([
  ['an event of code 410', (api: StandInApi) => api.send('ERROR', { code: 410, metadata: {} })],
  ['status 410', (api: StandInApi) => api.cut(new ApiError('/api/v1/pods', 410))],
])('a version that is not kept any more (%s): it lists again, and tells the difference alone', async (_, expire) => {
  const api = new StandInApi('/api/v1/pods');
  api.objects = [pod('one', '1'), pod('two', '1')];
  const take = start(api);
  await observation.ready;
  await waitUntil('the watch', async () => api.watches === 1);
  api.objects = [pod('one', '1'), pod('three', '9')];
  api.version = 9;
  expire(api);
  await waitUntil('the difference', async () => (take(), seen().includes('removed two')));
  expect(seen()).toEqual(['added one', 'added two', 'added three', 'removed two']);
  expect(pictureOf(frames).sources.get('watch Pod')).toMatchObject({ live: true });
  expect(frames.filter((frame) => frame.kind === 'source' && !frame.live)).toEqual([]);
});

test('a control plane that gives no answer is said to, and is watched again when it is back', async () => {
  const api = new StandInApi('/api/v1/pods');
  api.objects = [pod('one', '5')];
  api.version = 5;
  const take = start(api);
  await observation.ready;
  await waitUntil('the watch', async () => api.watches === 1);
  // As after a restore of etcd: versions go back.
  api.objects = [pod('other', '2')];
  api.version = 2;
  api.failures = [new Error('ECONNREFUSED')];
  api.cut(new Error('ECONNRESET'));
  await waitUntil('the end', async () => (take(), pictureOf(frames).sources.get('watch Pod')?.live === false));
  await waitUntil('the return', async () => (take(), pictureOf(frames).sources.get('watch Pod')?.live === true));
  expect(pods()).toEqual(['other']);
});

test('an API that is not served is no reason to wait for it', async () => {
  const api = new StandInApi('/api/v1/pods');
  api.failures = Array.from({ length: 100 }, () => new ApiError('/api/v1/pods', 404));
  const take = start(api);
  await observation.ready;
  take();
  expect(pictureOf(frames).sources.get('watch Pod')).toMatchObject({ live: false });
});

test('objects with fields that nobody expects are passed over, or drawn without them', async () => {
  const api = new StandInApi('/api/v1/pods');
  api.objects = [
    pod('odd', '1', { spec: null, status: 'broken' }),
    { ...pod('x'.repeat(253), '1'), status: { containerStatuses: [null, 1, { name: 7, state: [] }], conditions: {} } },
  ];
  const take = start(api);
  await observation.ready;
  take();
  expect(seen()).toEqual(['added odd', `added ${'x'.repeat(253)}`]);
});

test('who leads is told when it changes hands, and not when a Lease is renewed', async () => {
  const lease = (holder: string, renewed: string, name = 'kube-scheduler'): SentObject => ({
    metadata: { namespace: 'kube-system', name, resourceVersion: renewed },
    spec: { holderIdentity: holder, renewTime: renewed },
  });
  const api = new StandInApi('/apis/coordination.k8s.io/v1/namespaces/kube-system/leases');
  api.objects = [lease('control-plane-1_a-b-c', '1'), lease('apiserver-x', '1', 'apiserver-x')];
  const take = start(api, [leadersSource(api, (host) => host)]);
  await observation.ready;
  await waitUntil('the watch', async () => api.watches === 1);
  api.send('MODIFIED', lease('control-plane-1_a-b-c', '2'));
  api.send('MODIFIED', lease('control-plane-2_d-e-f', '3'));
  api.send('MODIFIED', lease('', '4'));
  const told = () => frames.filter(({ kind }) => kind === 'component');
  await waitUntil('the last one', async () => (take(), told().length >= 4));
  const about = { kind: 'component', component: 'kube-scheduler' };
  expect(told()).toEqual([
    expect.objectContaining({ ...about, machine: 'control-plane-1', leads: true }),
    expect.objectContaining({ ...about, machine: 'control-plane-1', leads: false }),
    expect.objectContaining({ ...about, machine: 'control-plane-2', leads: true }),
    expect.objectContaining({ ...about, machine: 'control-plane-2', leads: false }),
  ]);
});
