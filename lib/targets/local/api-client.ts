import { readFile } from 'node:fs/promises';
import https from 'node:https';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import type { EnvironmentFolder } from './environment-folder.ts';

/** How long an answer may take, in milliseconds. */
const patience = 2_000;

/** How often something that is waited for is looked at, in milliseconds. */
const pollInterval = 50;

/** Where the API server of a local environment is, and the administrator's keys. */
export interface Connection {
  readonly server: string;
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** What a read came to. */
interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Reads the connection of an environment whose control plane kwokctl has started. */
export async function connectionOf(folder: EnvironmentFolder): Promise<Connection> {
  const config = parse(await readFile(folder.adminKubeconfig, 'utf8')) as {
    clusters: { cluster: { server: string } }[];
  };
  const [ca, cert, key] = await Promise.all(
    ['ca.crt', 'admin.crt', 'admin.key'].map((file) => readFile(path.join(folder.clusterFolder, 'pki', file))),
  );
  return { server: config.clusters[0]!.cluster.server, ca: ca!, cert: cert!, key: key! };
}

/** Reads a path of the API; undefined while nothing answers. Quicker than kubectl, for what is asked again and again. */
async function read({ server, ca, cert, key }: Connection, url: string): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    const request = https.get(`${server}${url}`, { ca, cert, key, timeout: patience, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.on('error', () => resolve(undefined));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(undefined));
  });
}

/** Whether a path of the API answers with 200 within two seconds. */
export async function answers(folder: EnvironmentFolder, url: string): Promise<boolean> {
  const connection = await connectionOf(folder).catch(() => undefined);
  return connection !== undefined && (await read(connection, url))?.status === 200;
}

/**
 * Waits until a path of the API answers with 200, and with what is waited for.
 *
 * @param isThere judges the answer's body
 * @returns whether that came in time
 */
export async function waitForAnswer(
  folder: EnvironmentFolder,
  url: string,
  timeoutMs: number,
  signal: AbortSignal,
  isThere: (body: string) => boolean = () => true,
): Promise<boolean> {
  const connection = await connectionOf(folder);
  for (
    const deadline = Date.now() + timeoutMs;
    Date.now() < deadline;
    await sleep(pollInterval, undefined, { signal })
  ) {
    const answer = await read(connection, url);
    if (answer?.status === 200 && isThere(answer.body)) return true;
  }
  return false;
}
