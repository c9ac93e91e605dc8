import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ExternalError } from '../../../lib/core/errors.ts';
import { explaining } from '../../../lib/targets/aws/errors.ts';
import { Aws } from '../../../lib/targets/aws/sdk.ts';

/** The parts of this process's environment that the tests replace. */
const before = { ...process.env };
const asked: string[] = [];
let server: Server;
const identity =
  '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
  '<Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>';
const refusal = (code: string) =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`;
/** What the server answers next: status, content type and body; when there is nothing more, who calls. */
let answers: [status: number, type: string, body: string][] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    request.setEncoding('utf8').on('data', (body: string) => asked.push(body));
    request.on('end', () => {
      const [status, type, body] = answers.shift() ?? [200, 'text/xml', identity];
      response.writeHead(status, { 'Content-Type': type, Server: 'squid/6.1' });
      response.end(body);
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

const caller = () => new Aws('ap-northeast-1').call('sts.GetCallerIdentity', {});

describe('a call of the SDK', () => {
  beforeEach(() => {
    asked.length = 0;
    answers = [];
  });

  test('goes to the operation that its name says, and brings its answer', async () => {
    const { Account } = await new Aws('ap-northeast-1').call('sts.GetCallerIdentity', {});
    expect(Account).toBe('111122223333');
    expect(asked).toEqual([expect.stringContaining('Action=GetCallerIdentity')]);
  });

  test('that is throttled is made again', async () => {
    answers = [
      [400, 'text/xml', refusal('Throttling')],
      [503, 'text/xml', refusal('ServiceUnavailable')],
    ];
    expect((await caller()).Account).toBe('111122223333');
    expect(asked).toHaveLength(3);
  });

  test('that is denied says which one it was', async () => {
    answers = [[403, 'text/xml', refusal('AccessDenied')]];
    await expect(explaining(caller)).rejects.toThrow(/^Your identity may not call sts:GetCallerIdentity on AWS: no\./);
    expect(asked).toHaveLength(1);
  });

  test.each([
    ['a proxy that refuses', 403],
    ['a network that wants a sign-in first', 200],
  ])('that %s answers with a page says who answered, and what to do', async (_, status) => {
    answers = [[status, 'text/html; charset=utf-8', '<!DOCTYPE html><html><body>Sign in</body></html>']];
    await expect(explaining(caller)).rejects.toThrow(
      new ExternalError(
        `Something other than AWS answered (127.0.0.1 answered with a web page, status ${status}, by squid/6.1). ` +
          'Most often a proxy of a company refuses, or the network of a hotel wants you to sign in first. Open any page in ' +
          'a browser to see; for a proxy, set HTTPS_PROXY or have *.amazonaws.com allowed.',
      ),
    );
  });

  test('that a page answers because of an overload is made again', async () => {
    answers = [[503, 'text/html', '<html>503</html>']];
    expect((await caller()).Account).toBe('111122223333');
  });

  test('can be interrupted', async () => {
    const calling = new Aws('ap-northeast-1').call('sts.GetCallerIdentity', {}, AbortSignal.abort());
    await expect(calling).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  });
});
