import { readFile } from 'node:fs/promises';
import https from 'node:https';
import path from 'node:path';
import { parse } from 'yaml';
import type { LocalFolder } from './local-folder.ts';
import { waitFor } from '../../core/wait-for.ts';

/** How long an answer may take, in milliseconds. */
const requestTimeout = 2_000;

/** How often something that is waited for is looked at, in milliseconds. */
const pollInterval = 50;

/** Where the API server of a local environment is, and the administrator's keys. */
export interface ApiConnection {
  readonly server: string;
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** What is asked of the API. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path and query. */
  readonly url: string;
  /** An object, sent as JSON. @default no body */
  readonly body?: object;
  /** How a patch is meant. @default `application/json` */
  readonly contentType?: string;
  /** Who the audit log says it is of. @default `labs` */
  readonly userAgent?: string;
  /** Keeps connections open for somebody who asks often. @default a connection for each request */
  readonly agent?: https.Agent;
}

/** What a request came to. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Reads the connection of an environment whose control plane kwokctl has started. */
export async function connectionOf(folder: LocalFolder): Promise<ApiConnection> {
  const config = parse(await readFile(folder.adminKubeconfig, 'utf8')) as {
    clusters: { cluster: { server: string } }[];
  };
  const [ca, cert, key] = await Promise.all(
    ['ca.crt', 'admin.crt', 'admin.key'].map((file) => readFile(path.join(folder.clusterFolder, 'pki', file))),
  );
  return { server: config.clusters[0]!.cluster.server, ca: ca!, cert: cert!, key: key! };
}

/** Asks the API; undefined while nothing answers. Quicker than kubectl, for what is asked again and again. */
export async function ask(connection: ApiConnection, request: ApiRequest): Promise<Answer | undefined> {
  const { server, ca, cert, key } = connection;
  const { method, url, body, contentType = 'application/json', userAgent = 'labs', agent = false } = request;
  const payload = body === undefined ? '' : JSON.stringify(body);
  // Node gives a DELETE no length by itself, and the server would take its body for the next request.
  const headers = {
    'content-type': contentType,
    'content-length': Buffer.byteLength(payload),
    'user-agent': userAgent,
  };
  return new Promise((resolve) => {
    const sent = https.request(
      `${server}${url}`,
      { method, ca, cert, key, timeout: requestTimeout, agent, headers },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
        response.on('error', () => resolve(undefined));
      },
    );
    sent.on('timeout', () => sent.destroy());
    sent.on('error', () => resolve(undefined));
    sent.end(payload);
  });
}

/** Whether a path of the API answers with 200 within two seconds. */
export async function answers(folder: LocalFolder, url: string): Promise<boolean> {
  const connection = await connectionOf(folder).catch(() => undefined);
  return connection !== undefined && (await ask(connection, { method: 'GET', url }))?.status === 200;
}

/**
 * Waits until the API answers a request with success, and with what is waited for.
 *
 * @param request what is asked again and again; of a path alone, it is read
 * @param isThere judges the answer's body
 * @returns whether that came in time
 */
export async function waitForAnswer(
  folder: LocalFolder,
  request: ApiRequest | string,
  timeoutMs: number,
  signal: AbortSignal,
  isThere: (body: string) => boolean = () => true,
): Promise<boolean> {
  const asked: ApiRequest = typeof request === 'string' ? { method: 'GET', url: request } : request;
  const isAnswered = async () => {
    // Read each time: the files come while the control plane starts.
    const connection = await connectionOf(folder).catch(() => undefined);
    const answer = connection && (await ask(connection, asked));
    return answer !== undefined && isSuccess(answer) && isThere(answer.body);
  };
  return (await waitFor(isAnswered, { timeoutMs, pauseMs: pollInterval, signal })) ?? false;
}

/** Whether the API did what was asked. */
export const isSuccess = ({ status }: Answer): boolean => status >= 200 && status < 300;
