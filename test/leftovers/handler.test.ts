import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { answer, type CustomResourceEvent } from '../../lib/leftovers/custom-resource.ts';
import { handle, type HandlerOptions } from '../../lib/leftovers/handler.ts';
import { PretendAws } from './pretend-aws.ts';
import { cluster, idsIn, littered, tagsOf, vpc } from './world.ts';

/** What CloudFormation would receive. */
interface Received {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: number;
  readonly body: Readonly<Record<string, string>>;
}

let server: Server;
const received: Received[] = [];
/** Status codes of the next answers; then it is 200. */
let statuses: number[] = [];
const logged: string[] = [];

beforeEach(async () => {
  received.length = 0;
  logged.length = 0;
  statuses = [];
  for (const name of ['log', 'error'] as const) {
    jest.spyOn(console, name).mockImplementation((text: string) => void logged.push(text));
  }
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks);
      const body = JSON.parse(text.toString()) as Received['body'];
      received.push({ method: request.method ?? '', headers: request.headers, bytes: text.length, body });
      response.writeHead(statuses.shift() ?? 200).end();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});

afterEach(() => {
  jest.restoreAllMocks();
  server.closeAllConnections();
  server.close();
});

const event = (RequestType: CustomResourceEvent['RequestType'], more: Partial<CustomResourceEvent> = {}) => ({
  RequestType,
  ResponseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/answer?signature=x`,
  StackId: 'arn:aws:cloudformation:ap-northeast-1:111122223333:stack/EksEc2/0a1b',
  RequestId: 'request-1',
  LogicalResourceId: 'Leftovers',
  ...(RequestType !== 'Create' && { PhysicalResourceId: 'physical-1' }),
  ResourceProperties: { ServiceToken: 'arn', ClusterName: cluster, VpcId: vpc },
  ...more,
});

const minutes = (count: number) => ({ getRemainingTimeInMillis: () => count * 60_000 });
const run = (
  request: CustomResourceEvent,
  aws: PretendAws,
  more: Partial<HandlerOptions> = {},
  context = minutes(15),
) => handle(request, context, { clients: aws.clients, pollMs: 1, ...more });

describe('when the stack is deleted', () => {
  test('removes what is left, logs each thing, and tells CloudFormation', async () => {
    const aws = littered();
    await run(event('Delete'), aws);
    expect(idsIn(aws)).toEqual([]);
    expect(logged).toContain('Deleted classic load balancer a0classic.');
    expect(logged.at(-1)).toMatch(/^Cluster EksEc2 had left 15 resources behind, which were removed: classic load/);
    expect(received).toHaveLength(1);
    const [{ method, headers, body }] = received as [Received];
    expect(method).toBe('PUT');
    // The URL is signed for it.
    expect(headers['content-type']).toBe('');
    expect(headers['content-length']).toBe(String(received[0]!.bytes));
    expect(body).toEqual({
      Status: 'SUCCESS',
      PhysicalResourceId: 'physical-1',
      StackId: 'arn:aws:cloudformation:ap-northeast-1:111122223333:stack/EksEc2/0a1b',
      RequestId: 'request-1',
      LogicalResourceId: 'Leftovers',
    });
  });

  test('twice, or without a cluster ever made, succeeds', async () => {
    await run(event('Delete'), new PretendAws());
    await run(event('Delete'), new PretendAws());
    expect(received.map(({ body }) => body['Status'])).toEqual(['SUCCESS', 'SUCCESS']);
    expect(logged).toContain('Cluster EksEc2 left nothing behind.');
  });

  test('keeps what a living cluster uses, and succeeds: the resource may go from the stack without the cluster', async () => {
    const aws = littered();
    const before = idsIn(aws);
    aws.cluster = 'ACTIVE';
    await run(event('Delete'), aws);
    expect(idsIn(aws)).toEqual(before);
    expect(received[0]!.body['Status']).toBe('SUCCESS');
    expect(logged).toEqual(['Cluster EksEc2 still exists, so its resources are in use: nothing was removed.']);
  });

  test('succeeds too when the cluster is recreated in the meantime', async () => {
    const aws = new PretendAws();
    aws.volumes = [{ id: 'vol-1', tags: tagsOf.csi(), state: 'in-use' }];
    aws.fault = () => {
      if (aws.called(/eks/).length === 2) aws.cluster = 'CREATING';
      return undefined;
    };
    await run(event('Delete'), aws);
    expect(received[0]!.body['Status']).toBe('SUCCESS');
  });

  test('fails with what is left, why, and what to do', async () => {
    const aws = littered();
    aws.failing('ec2:DeleteSnapshot', { code: 'UnauthorizedOperation', status: 403, message: 'not authorized' });
    aws.failing('ec2:DescribeVolumes', { code: 'UnauthorizedOperation', status: 403, message: 'not authorized' });
    await run(event('Delete'), aws);
    expect(received[0]!.body).toMatchObject({
      Status: 'FAILED',
      PhysicalResourceId: 'physical-1',
      Reason:
        'Still there: EBS snapshot snap-1 (UnauthorizedOperation: not authorized). ' +
        'AWS did not say whether there are: EBS volumes (UnauthorizedOperation: not authorized). ' +
        'Remove what uses them, or grant the missing permissions, and delete stack EksEc2 again: it continues from here.',
    });
    expect(logged.at(-1)).toBe(received[0]!.body['Reason']);
  });

  test('answers in 4096 bytes however much is left, and logs all of it', async () => {
    const aws = new PretendAws();
    aws.volumes = Array.from({ length: 100 }, (_, index) => ({
      id: `vol-${index}-0123456789abcdef`,
      tags: tagsOf.csi(),
    }));
    aws.failing('ec2:DeleteVolume', { code: 'UnauthorizedOperation', status: 403 });
    await run(event('Delete'), aws);
    expect(received[0]!.bytes).toBeLessThan(4096);
    expect(received[0]!.body['Reason']).toMatch(/The function's log has all of it\.$/);
    expect(logged.at(-1)).toContain('vol-99-');
  });

  test('stops a minute before its time is up', async () => {
    const aws = new PretendAws();
    aws.volumes = [{ id: 'vol-1', tags: tagsOf.csi(), state: 'in-use' }];
    const end = Date.now() + 60_300;
    const started = Date.now();
    await run(event('Delete'), aws, { pollMs: 20 }, { getRemainingTimeInMillis: () => end - Date.now() });
    expect(Date.now() - started).toBeLessThan(2_000);
    expect(received[0]!.body['Reason']).toContain('EBS volume vol-1 (its state is in-use)');
  });

  test('answers half a minute before its time is up although the work hangs', async () => {
    const aws = new PretendAws();
    const started = Date.now();
    // As if the SDK heeded no signal: the first call takes the function beyond the end of its work.
    let remaining = 900_000;
    aws.fault = async () => await new Promise(() => undefined);
    const context = {
      getRemainingTimeInMillis: () => {
        const now = remaining;
        remaining = 30_200;
        return now;
      },
    };
    await run(event('Delete'), aws, {}, context);
    expect(Date.now() - started).toBeLessThan(2_000);
    expect(received[0]!.body).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('Delete the stack again.'),
    });
  });

  test.each([
    ['no cluster', { VpcId: vpc }],
    ['no VPC', { ClusterName: cluster }],
    ['a number for a name', { ClusterName: 7, VpcId: vpc }],
  ])('with %s fails and touches nothing', async (_, ResourceProperties) => {
    const aws = littered();
    await run(event('Delete', { ResourceProperties }), aws);
    expect(received[0]!.body).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('ClusterName and VpcId'),
    });
    expect(aws.calls).toEqual([]);
  });

  test('answers although something throws that nobody foresaw', async () => {
    const broken = new PretendAws().clients;
    Object.defineProperty(broken, 'ec2', {
      get: () => {
        throw new TypeError('unforeseen');
      },
    });
    const aws = new PretendAws();
    await run(event('Delete'), aws, { clients: broken });
    expect(received[0]!.body['Status']).toBe('FAILED');
    expect(received[0]!.body['Reason']).toContain('unforeseen');
  });
});

describe('before that', () => {
  test.each(['Create', 'Update'] as const)('%s asks AWS for nothing and succeeds', async (type) => {
    const aws = littered();
    await run(event(type), aws);
    expect(aws.calls).toEqual([]);
    expect(received[0]!.body).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: type === 'Create' ? 'Leftovers' : 'physical-1',
    });
  });
});

describe('the answer', () => {
  test('is sent again when CloudFormation does not take it', async () => {
    statuses = [500, 503];
    await run(event('Create'), new PretendAws());
    expect(received.map(({ body }) => body['Status'])).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS']);
  });

  test('that nobody takes makes the function fail, so that Lambda runs it again', async () => {
    statuses = Array.from({ length: 9 }, () => 500);
    await expect(answer(event('Create'), { succeeded: true }, 1)).rejects.toThrow('CloudFormation answered 500.');
    expect(received).toHaveLength(5);
  });
});
