import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { copyFile, mkdir, rm, stat, truncate } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { getProxyForUrl } from 'proxy-from-env';
import { Agent, fetch, ProxyAgent, type Response } from 'undici';
import { codeOf, ExternalError } from '../core/errors.ts';
import type { Report } from '../core/step.ts';
import { isDiskFull } from '../platform/disk-space.ts';
import { brokenOff, NotFoundError, shown } from './download-errors.ts';
import { progressMeter } from './transfer.ts';

/** How long a server may be silent, in milliseconds. */
const silence = 30_000;

/** How often a download is taken up again that broke off, as long as each attempt brings something. */
const attempts = 4;

/** Properties of a download. */
export interface DownloadOptions {
  /** How large the file is, in bytes. @default what the server says */
  readonly size?: number;
  /** How long a server may be silent, in milliseconds. @default 30 s */
  readonly silenceMs?: number;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/**
 * Downloads a file, through the proxy that the environment names (`HTTPS_PROXY`, `NO_PROXY`, …). What an earlier attempt
 * left in `file` is completed. Its content is not verified: compare its hash before you use it.
 *
 * @throws NotFoundError when the server does not have it
 * @throws ExternalError when it can't be had completely; what came stays in `file` for the next attempt
 */
export async function download(address: string, file: string, options: DownloadOptions): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const { url, headers } = withoutCredentials(address);
  if (url.protocol === 'file:') return copy(url, file);
  const meter = progressMeter(options.report);
  for (let attempt = 1; ; attempt += 1) {
    const before = await sizeOf(file);
    try {
      await transfer(url, headers, file, before, meter, options);
      return;
    } catch (error) {
      options.signal.throwIfAborted();
      if (isDiskFull(error)) {
        await rm(file, { force: true });
        throw error;
      }
      if (error instanceof ExternalError) throw error;
      if (attempt < attempts && (await sizeOf(file)) > before) continue;
      throw new ExternalError(brokenOff(url, error, options.silenceMs ?? silence));
    }
  }
}

/** Properties of the download of a small file. */
export interface DownloadTextOptions {
  /** How large the file may be, in bytes. */
  readonly limit: number;
  /** How long a server may be silent, in milliseconds. @default 30 s */
  readonly silenceMs?: number;
  readonly signal: AbortSignal;
}

/** The text of a small file. @throws ExternalError when it can't be downloaded, or is larger than the limit */
export async function downloadText(
  address: string,
  { limit, silenceMs = silence, signal }: DownloadTextOptions,
): Promise<string> {
  const { url, headers } = withoutCredentials(address);
  try {
    const response = await request(url, headers, silenceMs, signal);
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of bodyOf(response)) {
      size += chunk.length;
      if (size > limit) {
        throw new ExternalError({
          ja: `${shown(url)} が大きすぎます（上限 ${limit} バイト）。アドレスを確かめてください。`,
          en: `${shown(url)} is larger than ${limit} bytes. Check the address.`,
        });
      }
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof ExternalError ? error : new ExternalError(brokenOff(url, error, silenceMs));
  }
}

/** SHA-256 of what a stream gives, in hexadecimal. */
export async function sha256Of(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of stream) hash.update(chunk);
  return hash.digest('hex');
}

async function transfer(
  url: URL,
  headers: Record<string, string>,
  file: string,
  before: number,
  meter: ReturnType<typeof progressMeter>,
  { size, silenceMs = silence, signal, ...rest }: DownloadOptions,
): Promise<void> {
  if (size !== undefined && before === size) return;
  if (size !== undefined && before > size) {
    await rm(file);
    before = 0;
  }
  const range: Record<string, string> = before > 0 ? { range: `bytes=${before}-` } : {};
  const response = await request(url, { ...headers, ...range }, silenceMs, signal);
  if (response.status === 416) {
    // There is more than the server has, or all of it: only the content tells, so it is asked for once more.
    await response.body?.cancel();
    await rm(file);
    return transfer(url, headers, file, 0, meter, { ...rest, size, silenceMs, signal });
  }
  // A server that does not continue, or has another file by now, sends all of it.
  const continues = response.status === 206 && beginsAt(response, before);
  const start = continues ? before : 0;
  if (response.status === 206 && !continues) throw new Error('the server sent another part than it was asked for');
  if (!continues && before > 0) await truncate(file);
  const length = Number(response.headers.get('content-length') ?? Number.NaN);
  const total = size ?? (Number.isNaN(length) ? undefined : start + length);
  let done = start;
  meter.begin(done, total);
  const count = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      done += chunk.length;
      if (total !== undefined && done > total) return next(new Error('the server sent more than the file'));
      meter.add(chunk.length);
      next(null, chunk);
    },
  });
  await pipeline(Readable.from(bodyOf(response)), count, createWriteStream(file, { flags: 'a' }), { signal });
  if (total !== undefined && done < total) throw new Error(`the connection ended after ${done} of ${total} bytes`);
}

async function request(
  url: URL,
  headers: Record<string, string>,
  silenceMs: number,
  signal: AbortSignal,
): Promise<Response> {
  const timeouts = { headersTimeout: silenceMs, bodyTimeout: silenceMs };
  const proxy = getProxyForUrl(url.href);
  const dispatcher = proxy === '' ? new Agent(timeouts) : new ProxyAgent({ uri: proxy, ...timeouts });
  const response = await fetch(url, {
    // Programs are compressed already, and a part of a file must be one of the file itself.
    headers: { ...headers, 'accept-encoding': 'identity' },
    signal,
    dispatcher,
  });
  if (url.protocol === 'https:' && !response.url.startsWith('https:')) {
    await response.body?.cancel();
    throw new ExternalError({
      ja: `${shown(url)} は、暗号化されないアドレスに転送します。ダウンロードしません。`,
      en: `${shown(url)} redirects to an address without encryption, which is not followed.`,
    });
  }
  if (response.ok || (response.status === 416 && headers.range !== undefined)) return response;
  await response.body?.cancel();
  const said = `${response.status} ${response.statusText}`.trim();
  if (response.status === 404 || response.status === 410) {
    throw new NotFoundError({
      ja: `${shown(url)} がありません（${said}）。アドレスを確かめてください。`,
      en: `${shown(url)} is not there (${said}). Check the address.`,
    });
  }
  throw new ExternalError({
    ja: `${shown(url)} をダウンロードできませんでした。サーバーの応答: ${said}`,
    en: `${shown(url)} could not be downloaded: the server answered ${said}.`,
  });
}

const bodyOf = (response: Response): AsyncIterable<Uint8Array> =>
  (response.body ?? []) as unknown as AsyncIterable<Uint8Array>;

const beginsAt = (response: Response, offset: number): boolean =>
  response.headers.get('content-range')?.startsWith(`bytes ${offset}-`) === true;

const sizeOf = (file: string): Promise<number> =>
  stat(file).then(
    ({ size }) => size,
    () => 0,
  );

/** `fetch` takes no user in an address: it goes into a header. */
function withoutCredentials(address: string): { url: URL; headers: Record<string, string> } {
  const url = new URL(address);
  if (url.username === '') return { url, headers: {} };
  const user = [url.username, url.password].map(decodeURIComponent).join(':');
  url.username = url.password = '';
  return { url, headers: { authorization: `Basic ${Buffer.from(user).toString('base64')}` } };
}

async function copy(url: URL, file: string): Promise<void> {
  try {
    await copyFile(fileURLToPath(url), file);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    throw new NotFoundError({ ja: `${url.href} がありません。`, en: `${url.href} is not there.` });
  }
}
