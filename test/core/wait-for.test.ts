import { describe, expect, test } from '@jest/globals';
import { waitFor } from '../../lib/core/wait-for.ts';

describe('waitFor', () => {
  test('returns the first result that is there', async () => {
    const results = [undefined, false, 'third', 'fourth'] as const;
    let looks = 0;
    expect(await waitFor(() => results[looks++], { timeoutMs: 10_000, pauseMs: 1 })).toBe('third');
    expect(looks).toBe(3);
  });

  test('takes 0 and an empty text for results', async () => {
    expect(await waitFor(() => 0, { timeoutMs: 0, pauseMs: 1 })).toBe(0);
    expect(await waitFor(async () => '', { timeoutMs: 0, pauseMs: 1 })).toBe('');
  });

  test('looks once when there is no time, and returns undefined', async () => {
    let looks = 0;
    expect(await waitFor(() => ++looks > 1, { timeoutMs: 0, pauseMs: 1 })).toBeUndefined();
    expect(looks).toBe(1);
  });

  test('looks until the time is over', async () => {
    let looks = 0;
    const began = Date.now();
    expect(await waitFor(() => ++looks < 0, { timeoutMs: 50, pauseMs: 5 })).toBeUndefined();
    expect(Date.now() - began).toBeGreaterThanOrEqual(50);
    expect(looks).toBeGreaterThan(1);
  });

  test('pauses as the time that has passed says', async () => {
    const passed: number[] = [];
    let looks = 0;
    const pauseMs = (passedMs: number) => {
      passed.push(passedMs);
      return 10;
    };
    expect(await waitFor(() => ++looks === 3, { timeoutMs: 10_000, pauseMs })).toBe(true);
    expect(passed).toHaveLength(2);
    expect(passed[1]! - passed[0]!).toBeGreaterThanOrEqual(9);
  });

  test('passes on what the condition throws', async () => {
    const failing = () => Promise.reject(new Error('no'));
    await expect(waitFor(failing, { timeoutMs: 10_000, pauseMs: 1 })).rejects.toThrow('no');
  });

  test('is interrupted in its pause', async () => {
    const abort = new AbortController();
    const condition = () => {
      setTimeout(() => abort.abort(), 5);
      return false;
    };
    const waiting = waitFor(condition, { timeoutMs: 60_000, pauseMs: 60_000, signal: abort.signal });
    await expect(waiting).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  });
});
