import { execFileSync } from 'node:child_process';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { AwsMachines } from '../../../lib/targets/aws/machines.ts';
import type { SessionTarget } from '../../../lib/targets/aws/session.ts';
import { awsError, never, RecordedAws } from './recorded.ts';

const instance = (id: string, name: string, launched: number, state: 'running' | 'stopped' = 'running') => ({
  InstanceId: id,
  Tags: [
    { Key: 'Name', Value: `SelfManaged-${name}` },
    { Key: 'kubernetes.io/cluster/SelfManaged', Value: 'owned' },
  ],
  LaunchTime: new Date(launched),
  State: { Name: state },
  PrivateDnsName: `${id}.internal`,
});

let aws: RecordedAws;
let sessions: SessionTarget[];
let machines: AwsMachines;
let around: (printed: string) => string;

beforeEach(() => {
  sessions = [];
  around = (printed) =>
    `\nStarting session with SessionId: me-1\n${printed}\n\nExiting session with sessionId: me-1.\n`;
  aws = new RecordedAws({
    'ec2.DescribeInstances': ({ NextToken }) =>
      NextToken === undefined
        ? {
            Reservations: [
              { Instances: [instance('i-w-old', 'worker', 1), instance('i-c2', 'control-plane-2', 9, 'stopped')] },
              { Instances: [instance('i-w-new', 'worker', 2)] },
            ],
            NextToken: 'more',
          }
        : { Reservations: [{ Instances: [instance('i-c1', 'control-plane-1', 9)] }] },
  });
  machines = new AwsMachines({
    aws,
    cluster: 'SelfManaged',
    profile: 'textbook',
    sessions: {
      // As the agent does: the words in single quotation marks go to bash as they stand.
      run: async (target, script) => {
        sessions.push(target);
        expect(script).not.toContain("'");
        return around(execFileSync('bash', ['-c', script.replace('cd /root', 'cd /')]).toString());
      },
    },
  });
});

const connect = async (name: string, command: readonly string[], input = '') => {
  const streams = {
    stdin: Readable.from(input === '' ? [] : [input]),
    stdout: new PassThrough(),
    stderr: new PassThrough(),
  };
  const exitCode = await machines.connect(name, command, streams, never);
  streams.stdout.end();
  streams.stderr.end();
  return { exitCode, stdout: await text(streams.stdout), stderr: await text(streams.stderr) };
};

test('control planes come by their number and workers by their age', async () => {
  expect(await machines.names()).toEqual(['control-plane-1', 'control-plane-2', 'worker-1', 'worker-2']);
  expect(await machines.list()).toEqual([
    { name: 'control-plane-1', running: true },
    { name: 'control-plane-2', running: false },
    { name: 'worker-1', running: true },
    { name: 'worker-2', running: true },
  ]);
  // Those that were replaced are gone; those of other clusters are not the learner's.
  expect(aws.calls[0]![1]).toMatchObject({
    Filters: expect.arrayContaining([
      { Name: 'tag:kubernetes.io/cluster/SelfManaged', Values: ['owned'] },
      { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped'] },
    ]) as unknown,
  });
});

describe('run', () => {
  test.each([
    ['worker-1', 'i-w-old'],
    ['i-w-new.internal', 'i-w-new'],
  ])('%s is reached by its instance', async (name, id) => {
    expect(await machines.run(name, ['true'])).toEqual({ exitCode: 0, stdout: '' });
    expect(sessions).toEqual([{ instance: id, region: aws.region, profile: 'textbook' }]);
  });

  test('words arrive as they are, and the exit code comes back', async () => {
    const words = [`it's "$HOME"`, 'two\nlines', '', '日本語'];
    const { stdout } = await machines.run('worker-1', ['printf', '[%s]', ...words]);
    expect(stdout).toBe(words.map((word) => `[${word}]`).join(''));
    expect(await machines.run('worker-1', ['bash', '-c', 'echo out; echo err >&2; exit 7'])).toEqual({
      exitCode: 7,
      stdout: 'out',
    });
  });

  test('a node that does not run has no exit code', async () => {
    expect(await machines.run('control-plane-2', ['true'])).toEqual({ exitCode: undefined, stdout: '' });
    expect(sessions).toEqual([]);
  });

  test('an unknown node is refused with the valid names', async () => {
    await expect(machines.run('worker-3', ['true'])).rejects.toThrow(
      /^Unknown node 'worker-3'\. Did you mean 'worker-1'\? Valid: control-plane-1, control-plane-2, worker-1, worker-2\.$/,
    );
  });

  test('a session that ends early is no answer', async () => {
    around = () => 'Starting session with SessionId: me-1\n\nExiting session with sessionId: me-1.\n';
    await expect(machines.run('worker-1', ['true'])).rejects.toThrow(/session with node worker-1 ended before/);
  });

  test('what AWS refuses is said in a sentence', async () => {
    aws.answers = {
      'ec2.DescribeInstances': () => {
        throw awsError('ExpiredToken');
      },
    };
    await expect(machines.names()).rejects.toThrow(/expired/i);
  });
});

describe('connect', () => {
  test('input goes in, both outputs and the exit code come out', async () => {
    const command = ['bash', '-c', 'cat; echo wrong >&2; exit 3'];
    expect(await connect('worker-1', command, 'typed\n')).toEqual({
      exitCode: 3,
      stdout: 'typed\n',
      stderr: 'wrong\n',
    });
  });

  test('a node that does not run, and input that is too large, are refused', async () => {
    await expect(connect('control-plane-2', ['true'])).rejects.toThrow(
      'Node control-plane-2 (i-c2) is not running. Start it in the EC2 console.',
    );
    await expect(connect('worker-1', ['cat'], 'x'.repeat(20_000))).rejects.toThrow(/takes 16384 bytes of input/);
    expect(sessions).toEqual([]);
  });
});

test('nobody switches their power here', () => {
  expect('power' in machines).toBe(false);
});
