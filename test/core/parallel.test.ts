import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { runInParallel } from '../../lib/core/parallel.ts';

const never = new AbortController().signal;

test('ends when its work has ended', async () => {
  const done: string[] = [];
  await runInParallel(never, async (_, add) => {
    const later = add(sleep(20).then(() => done.push('later')));
    void add(sleep(1).then(() => done.push('sooner')));
    await later;
  });
  expect(done).toEqual(['sooner', 'later']);
});

test('when a part fails, the others are aborted and have ended before it throws', async () => {
  const done: string[] = [];
  const running = runInParallel(never, async (signal, add) => {
    const endless = add(
      sleep(60_000, undefined, { signal }).catch(async () => {
        // What has been aborted may still write for a moment.
        await sleep(20);
        done.push('aborted');
      }),
    );
    const broken = add(sleep(1).then(() => Promise.reject(new Error('broken'))));
    await Promise.all([endless, broken]);
  });
  await expect(running).rejects.toThrow('broken');
  expect(done).toEqual(['aborted']);
});

test('the signal that it is given aborts its parts too', async () => {
  const abort = new AbortController();
  const running = runInParallel(abort.signal, async (signal, add) => {
    await add(sleep(60_000, undefined, { signal }));
  });
  abort.abort();
  await expect(running).rejects.toThrow(/abort/);
});

test('two parts that fail are one failure, and none is left unhandled', async () => {
  const running = runInParallel(never, async (_, add) => {
    void add(Promise.reject(new Error('second')));
    await add(Promise.reject(new Error('first')));
  });
  await expect(running).rejects.toThrow('first');
});
