import { describe, expect, test } from '@jest/globals';
import { ownAddress } from '../../../lib/targets/aws/own-address.ts';
import { never } from './recorded.ts';

describe('the public address of this machine', () => {
  test('is what the service answers', async () => {
    const asked: string[] = [];
    const address = await ownAddress(never, async (url) => {
      asked.push(url);
      return '203.0.113.7\n';
    });
    expect([address, asked]).toEqual(['203.0.113.7', ['https://checkip.amazonaws.com']]);
  });

  test.each(['<html>Sign in to the Wi-Fi</html>', '2001:db8::1', '10.0.0.1', ''])(
    'is not %j: then the way out is said',
    async (answer) => {
      await expect(ownAddress(never, async () => answer)).rejects.toThrow(
        `Your public IPv4 address could not be found: https://checkip.amazonaws.com answered '${answer}'. Give the address that the API endpoint is to be open to with -c allowedCidrs=ADDRESS/32.`,
      );
    },
  );

  test('is not known when nothing answers', async () => {
    await expect(ownAddress(never, () => Promise.reject(new Error('fetch failed')))).rejects.toThrow(
      /could not be found \(https:\/\/checkip\.amazonaws\.com: fetch failed\)\. Give the address/,
    );
  });

  test('is given up on with Ctrl-C, without a sentence about it', async () => {
    const abort = new AbortController();
    const asking = ownAddress(abort.signal, (_, signal) => {
      abort.abort();
      return Promise.reject(signal.reason as Error);
    });
    await expect(asking).rejects.toThrow(/aborted/);
  });
});
