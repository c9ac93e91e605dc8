import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { runOnNode } from '../../../lib/targets/aws/session.ts';
import { closeTunnel, openPort, openTunnel } from '../../../lib/targets/aws/tunnel.ts';
import { processesOf } from '../../../lib/platform/processes.ts';
import { removeFolder, temporaryFolder } from '../../temporary-folder.ts';
import { waitUntil } from '../../wait-until.ts';
import { never } from './recorded.ts';

const target = { instance: 'i-1', region: 'ap-northeast-1', profile: 'workshop' };
const end = { host: 'api.selfmanaged.labs.internal', port: 6443 };

let folder: string;
const pathBefore = process.env.PATH;
beforeEach(async () => {
  folder = await temporaryFolder('session');
  process.env.PATH = [folder, pathBefore].join(path.delimiter);
});
afterEach(async () => {
  process.env.PATH = pathBefore;
  await closeTunnel(folder);
  await removeFolder(folder);
});

/** Puts an AWS CLI on PATH that notes how it was called. */
const aws = async (script: string) => {
  const called = `printf '%s\\n' "$AWS_PROFILE" "$@" >'${folder}/called.$$' && mv '${folder}/called.$$' '${folder}/called'`;
  await writeFile(path.join(folder, 'aws'), `#!/bin/sh\n${called}\n${script}\n`, { mode: 0o755 });
};
const words = async () => (await readFile(path.join(folder, 'called'), 'utf8')).trim().split('\n');

/** Listens as the plugin does, in a process of its own beside the CLI's. */
const listening = async (lasts: string) => {
  const plugin = path.join(folder, 'plugin.mjs');
  await writeFile(
    plugin,
    `import { createServer } from 'node:net';
     const { localPortNumber: [port] } = JSON.parse(process.argv[2]);
     createServer((socket) => socket.destroy()).listen(Number(port), '127.0.0.1');
     ${lasts}`,
  );
  await aws(`while [ "$#" -gt 1 ]; do shift; done\n'${process.execPath}' '${plugin}' "$1" &\nwait`);
};

describe('a command on a node', () => {
  test('runs as root in bash, and what it printed comes back', async () => {
    await aws(`printf '\\nStarting session with SessionId: me-1\\r\\nhello\\r\\n'`);
    expect(await runOnNode(target, 'echo "$(hostname)"', never)).toContain('\nhello');
    expect(await words()).toEqual([
      'workshop',
      ...['ssm', 'start-session', '--region', 'ap-northeast-1', '--target', 'i-1'],
      ...['--document-name', 'AWS-StartNonInteractiveCommand'],
      ...['--parameters', `{"command":["sudo bash -c 'echo \\"$(hostname)\\"'"]}`],
    ]);
  });

  test('that is refused says why', async () => {
    await aws(`echo 'An error occurred (TargetNotConnected): i-1 is not connected.' >&2; exit 254`);
    await expect(runOnNode(target, 'true', never)).rejects.toThrow(
      'No session with node i-1: An error occurred (TargetNotConnected): i-1 is not connected.',
    );
  });

  test('that could end its quotation is a mistake', async () => {
    await expect(runOnNode(target, "echo 'x'", never)).rejects.toThrow(/no single quotation mark/);
  });
});

describe('a tunnel', () => {
  test('stays open in the background, is found again, and ends with all that it started', async () => {
    await listening('');
    const port = await openTunnel(folder, target, end, never);
    expect(await words()).toEqual([
      'workshop',
      ...['ssm', 'start-session', '--region', 'ap-northeast-1', '--target', 'i-1'],
      ...['--document-name', 'AWS-StartPortForwardingSessionToRemoteHost'],
      '--parameters',
      `{"host":["api.selfmanaged.labs.internal"],"portNumber":["6443"],"localPortNumber":["${port}"]}`,
    ]);
    expect(await openPort(folder)).toBe(port);
    expect(await openPort(path.join(folder, 'other'))).toBeUndefined();
    await closeTunnel(folder);
    expect(await processesOf(folder)).toEqual([]);
    await waitUntil('the plugin ends', async () => !(await isOpen(port)), 5_000);
    expect(await openPort(folder)).toBeUndefined();
  });

  test('is begun again at the same port when its session ends', async () => {
    // The first session ends after a while, the second does not.
    const [ended, again] = [path.join(folder, 'ended'), path.join(folder, 'again')];
    await listening(
      `const { existsSync, writeFileSync } = await import('node:fs');
       const end = () => { writeFileSync('${ended}', ''); process.exit(); };
       if (existsSync('${ended}')) writeFileSync('${again}', '');
       else setTimeout(end, 500);`,
    );
    const port = await openTunnel(folder, target, end, never);
    await waitUntil('its session ends, and another begins', () => existsSync(again), 30_000);
    await waitUntil('it is open again', async () => (await openPort(folder)) === port, 30_000);
  }, 60_000);

  test('takes the place of the one before', async () => {
    await listening('');
    const before = await openTunnel(folder, target, end, never);
    const after = await openTunnel(folder, target, end, never);
    expect(await openPort(folder)).toBe(after);
    await waitUntil('the one before ends', async () => !(await isOpen(before)), 5_000);
  });

  test('that does not open says what the AWS CLI said, at once, and leaves no process', async () => {
    await aws(
      `echo 'An error occurred (AccessDeniedException): not authorized to perform: ssm:StartSession'; exit 254`,
    );
    const began = Date.now();
    await expect(openTunnel(folder, target, end, never)).rejects.toThrow(
      'No way to the API through Session Manager: An error occurred (AccessDeniedException): not authorized to perform: ssm:StartSession',
    );
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(await processesOf(folder)).toEqual([]);
  });

  test('that is interrupted leaves no process', async () => {
    await aws('sleep 60');
    const abort = new AbortController();
    const opening = openTunnel(folder, target, end, abort.signal);
    await waitUntil('it begins', () => existsSync(path.join(folder, 'called')), 10_000);
    abort.abort();
    await expect(opening).rejects.toThrow(/abort/);
    expect(await processesOf(folder)).toEqual([]);
  });
});

const isOpen = async (port: number): Promise<boolean> => {
  const { connect } = await import('node:net');
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
};
