import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Aws } from '../../../lib/targets/aws/sdk.ts';

/** The parts of this process's environment that the tests replace. */
const before = { ...process.env };
const asked: string[] = [];
let server: Server;

beforeAll(async () => {
  server = createServer((request, response) => {
    request.setEncoding('utf8').on('data', (body: string) => asked.push(body));
    request.on('end', () => {
      response.setHeader('Content-Type', 'text/xml');
      response.end(
        '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
          '<Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>',
      );
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
});
afterAll(() => {
  process.env = before;
  server.close();
});

describe('a call of the SDK', () => {
  test('goes to the operation that its name says, and brings its answer', async () => {
    const { Account } = await new Aws('ap-northeast-1').call('sts.GetCallerIdentity', {});
    expect(Account).toBe('111122223333');
    expect(asked).toEqual([expect.stringContaining('Action=GetCallerIdentity')]);
  });

  test('can be interrupted', async () => {
    const calling = new Aws('ap-northeast-1').call('sts.GetCallerIdentity', {}, AbortSignal.abort());
    await expect(calling).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  });
});
