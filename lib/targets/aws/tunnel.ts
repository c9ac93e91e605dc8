import { spawn } from 'node:child_process';
import { open, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { ExternalError } from '../../core/errors.ts';
import type { Text } from '../../core/text.ts';
import { freePorts } from '../../platform/ports.ts';
import { commandsOf, endProcessesOf } from '../../platform/processes.ts';
import { sessionCommand, sessionEnvironment, type SessionTarget } from './session.ts';
import { waitFor } from '../../core/wait-for.ts';

/** How long a tunnel may take to open, in milliseconds. */
const openTimeout = 60_000;

/** What a tunnel leads to, as the node at its other end sees it. */
export interface TunnelEnd {
  readonly host: string;
  readonly port: number;
}

/**
 * Port of 127.0.0.1 at which the tunnel of a folder is open; undefined when it is not.
 *
 * @param folder the environment's: its process is known by it
 */
export async function openPort(folder: string): Promise<number | undefined> {
  for (const { command } of await commandsOf(folder)) {
    const port = Number(/"localPortNumber":\["(\d+)"\]/.exec(command)?.[1]);
    if (port > 0 && (await listens(port))) return port;
  }
  return undefined;
}

/**
 * Opens a tunnel through a node, in the background, and returns its port on 127.0.0.1. A session ends when nothing went
 * through it for some time (20 minutes, unless the account says otherwise), so it is begun again.
 *
 * @throws ExternalError with what the AWS CLI said
 */
export async function openTunnel(
  folder: string,
  target: SessionTarget,
  { host, port }: TunnelEnd,
  signal: AbortSignal,
): Promise<number> {
  await closeTunnel(folder);
  const [localPort = 0] = await freePorts(1);
  const script = path.join(folder, 'tunnel');
  const log = `${script}.log`;
  await writeFile(script, keepOpen, { mode: 0o755 });
  const parameters = { host, portNumber: String(port), localPortNumber: String(localPort) };
  const output = await open(log, 'w', 0o600);
  try {
    spawn(script, sessionCommand(target, 'tunnel', parameters), {
      // A session and a process group of its own: it outlives this process, and ends with all that it started.
      detached: true,
      stdio: ['ignore', output.fd, output.fd],
      ...sessionEnvironment(target),
    }).unref();
  } finally {
    await output.close();
  }
  try {
    const isOpen = async () => {
      if (await listens(localPort)) return true;
      const said = await readFile(log, 'utf8');
      if (/error|not found/i.test(said)) throw new ExternalError(sentence(said));
      return false;
    };
    if (await waitFor(isOpen, { timeoutMs: openTimeout, pauseMs: 100, signal })) return localPort;
    throw new ExternalError(sentence(await readFile(log, 'utf8')));
  } catch (error) {
    await closeTunnel(folder);
    throw error;
  }
}

/** Ends the tunnel of a folder, if there is one. */
export async function closeTunnel(folder: string): Promise<void> {
  await endProcessesOf(folder);
}

function sentence(said: string): Text {
  const last = said.trim().split('\n').at(-1);
  return {
    ja: `Session Manager を通して API に接続できません: ${last || 'セッションが開きませんでした'}`,
    en: `No way to the API through Session Manager: ${last || 'the session did not open'}`,
  };
}

/** Begins a session again whenever it ends, until several in a row did not last. `aws` leaves its plugin when it ends, hence the group. */
const keepOpen = `#!/bin/sh
trap 'trap - TERM; kill -TERM 0' TERM INT HUP
failures=0
while [ "$failures" -lt 30 ]; do
  began=$(date +%s)
  "$@" &
  wait "$!"
  if [ $(($(date +%s) - began)) -lt 10 ]; then failures=$((failures + 1)); else failures=0; fi
  sleep 5 &
  wait "$!"
done
`;

/** Whether something listens on a port of 127.0.0.1. */
const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (there: boolean) => {
      socket.destroy();
      resolve(there);
    };
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
  });
