import { describe, expect, test } from '@jest/globals';
import { keyOf } from '../../lib/log/drawn.ts';
import type { Frame } from '../../lib/log/frame.ts';
import { emptyPicture, goneLimit, writesLimit } from '../../lib/log/picture.ts';
import { pictureOf, reduce, reduceAll } from '../../lib/log/reduce.ts';
import { Timeline } from '../../lib/log/timeline.ts';
import { added, busyLog, changed, framesOf, node, pod, randomNumbers, removed, write } from './frames.ts';

const podsIn = (picture: ReturnType<typeof pictureOf>) => [...picture.objects.Pod.values()].map(({ object }) => object);

function shuffled<T>(values: readonly T[], seed: number): T[] {
  const random = randomNumbers(seed);
  const result = [...values];
  for (let index = result.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random.next().value * (index + 1));
    [result[index], result[other]] = [result[other]!, result[index]!];
  }
  return result;
}

describe('objects', () => {
  test('appear, change and go', () => {
    const web = pod('web');
    const placed = pod('web', { node: 'n1', phase: 'Running' });
    const frames = framesOf(added(node('n1')), added(web), changed(placed));
    const picture = pictureOf(frames);
    expect(podsIn(picture)).toEqual([placed]);
    expect([...picture.objects.Node.keys()]).toEqual(['/n1']);
    expect(picture.at).toEqual({ seq: 3, ms: 30 });
    expect(podsIn(reduce(picture, { seq: 4, ms: 40, ...removed(web) }))).toEqual([]);
  });

  test('that went do not come back by a frame that arrives late', () => {
    const [first, second] = framesOf(added(pod('web')), removed(pod('web')));
    expect(podsIn(reduceAll(emptyPicture, [second!, first!]))).toEqual([]);
  });

  test('of the same name are another object when they come again', () => {
    const again = pod('web', { uid: 'another' });
    expect(podsIn(pictureOf(framesOf(added(pod('web')), removed(pod('web')), added(again))))).toEqual([again]);
  });

  test('of the same name in another namespace, or of another kind, are others', () => {
    const picture = pictureOf(
      framesOf(added(pod('web')), added(pod('web', { namespace: 'other' })), added(node('web'))),
    );
    expect([picture.objects.Pod.size, picture.objects.Node.size]).toEqual([2, 1]);
  });

  test('may have names of 253 characters, names of JavaScript, and hostile text', () => {
    const names = [
      'x'.repeat(253),
      '__proto__',
      'constructor',
      '<img src=x onerror=alert(1)>',
      '../..',
      '\u0000\u202e',
    ];
    const picture = pictureOf(framesOf(...names.map((name) => added(pod(name)))));
    expect(podsIn(picture).map(({ name }) => name)).toEqual(names);
    expect(picture.objects.Pod.has(keyOf({ namespace: 'shop', name: '__proto__' }))).toBe(true);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

test('frames and objects of kinds that nobody knows are passed over, unknown fields are kept', () => {
  const frames = [
    { seq: 1, ms: 1, kind: 'weather', rain: true },
    { seq: 2, ms: 2, kind: 'object', change: 'added', object: { kind: 'Widget', name: 'w' } },
    { seq: 3, ms: 3, kind: 'object', change: 'added', object: { kind: '__proto__', name: 'w' } },
    { seq: 4, ms: 4, ...added({ ...pod('web'), later: 1 } as never) },
  ] as unknown as Frame[];
  const picture = pictureOf(frames);
  expect(picture.at.seq).toBe(4);
  expect(podsIn(picture)).toEqual([{ ...pod('web'), later: 1 }]);
});

test('a component runs, leads and stops; a frame about one fact leaves the other', () => {
  const about = { kind: 'component', component: 'kube-scheduler', machine: 'control-plane-1' } as const;
  const picture = pictureOf(framesOf({ ...about, runs: true }, { ...about, leads: true }, { ...about, runs: false }));
  expect(picture.components.get('control-plane-1/kube-scheduler')).toEqual({
    component: 'kube-scheduler',
    machine: 'control-plane-1',
    runs: { value: false, seq: 3 },
    leads: { value: true, seq: 2 },
  });
});

test('the picture has the last writes, the newest last', () => {
  const frames = framesOf(...Array.from({ length: 3 * writesLimit }, (_, index) => write(`web-${index}`)));
  const { writes } = pictureOf(frames);
  expect(writes).toHaveLength(writesLimit);
  expect(writes.map(({ seq }) => seq)).toEqual(frames.slice(-writesLimit).map(({ seq }) => seq));
});

test('tasks and blocks are as they were told last', () => {
  const block = { kind: 'block', block: 2, task: 'scale' } as const;
  const picture = pictureOf(
    framesOf(
      { kind: 'task', task: 'scale', passed: false, hint: { ja: 'まだ', en: 'not yet' } },
      { ...block, state: 'started' },
      { ...block, state: 'ended', outcome: 'passed', output: 'scaled' },
      { kind: 'task', task: 'scale', passed: true },
      { kind: 'source', source: 'watch Pod', live: false },
    ),
  );
  expect(picture.tasks.get('scale')).toEqual({ seq: 4, ms: 40, kind: 'task', task: 'scale', passed: true });
  expect(picture.blocks.get(2)).toMatchObject({ state: 'ended', output: 'scaled' });
  expect(picture.sources.get('watch Pod')).toMatchObject({ live: false });
});

describe('any log', () => {
  test.each([1, 2, 3])('makes one picture, in any order and with frames that come twice (seed %i)', (seed) => {
    const frames = busyLog(400, 60, seed);
    const expected = pictureOf(frames);
    for (let round = 0; round < 10; round += 1) {
      const twice = shuffled([...frames, ...shuffled(frames, round).slice(0, 100)], seed * 100 + round);
      expect(pictureOf(twice)).toEqual(expected);
    }
  });

  test('makes one picture, whether it is reduced one by one or all at once', () => {
    const frames = busyLog(500);
    expect(frames.reduce(reduce, emptyPicture)).toEqual(pictureOf(frames));
  });

  test('changes no earlier picture, and shares what did not change', () => {
    const frames = busyLog(300);
    const before = pictureOf([...frames, { seq: 301, ms: 3010, ...added(node('n1')) }]);
    const copy = structuredClone(before);
    const after = reduce(before, { seq: 302, ms: 3020, ...added(pod('late')) });
    expect(before).toEqual(copy);
    expect(after.objects.Node).toBe(before.objects.Node);
    expect(after.objects.Pod).not.toBe(before.objects.Pod);
    expect(after.writes).toBe(before.writes);
  });

  test('remembers no more than a thousand objects that went', () => {
    const names = Array.from({ length: goneLimit + 500 }, (_, index) => `web-${index}`);
    expect(pictureOf(framesOf(...names.map((name) => removed(pod(name))))).gone.size).toBe(goneLimit);
  });
});

describe('a timeline', () => {
  const frames = busyLog(1_700);
  const timeline = new Timeline(frames);

  test.each([0, 1, 499, 500, 501, 1_000, 1_699, 1_700])('has the picture after %i frames', (count) => {
    expect(timeline.after(count)).toEqual(pictureOf(frames.slice(0, count)));
  });

  test('has the picture of any moment', () => {
    expect(timeline.at(-1)).toEqual(emptyPicture);
    expect(timeline.at(0)).toEqual(emptyPicture);
    expect(timeline.at(5_005)).toEqual(pictureOf(frames.slice(0, 500)));
    expect(timeline.at(1e9)).toEqual(pictureOf(frames));
    expect(timeline.duration).toBe(17_000);
  });

  test('of nothing is empty', () => {
    expect(new Timeline([]).at(5)).toEqual(emptyPicture);
    expect(new Timeline([]).duration).toBe(0);
  });
});
