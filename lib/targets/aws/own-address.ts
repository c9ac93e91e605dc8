import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { text } from 'node:stream/consumers';
import ipaddr from 'ipaddr.js';
import { ExternalError } from '../../core/errors.ts';
import type { Text } from '../../core/text.ts';
import { explained, wordsOf } from './errors.ts';
import { EnvironmentAgent } from './http-agent.ts';

/** Where AWS tells a caller's public address; it answers over IPv4 only. */
const service = 'https://checkip.amazonaws.com';

/** How long it may take to answer, in milliseconds. */
const defaultTimeout = 10_000;

const noAnswer = (milliseconds: number): Text => ({
  ja: `${milliseconds / 1000} 秒待っても応答がありません`,
  en: `no answer in ${milliseconds / 1000} s`,
});

const way: Text = {
  ja: 'API エンドポイントへの接続を許すアドレスを、-c allowedCidrs=ADDRESS/32 で指定してください。',
  en: 'Give the address that the API endpoint is to be open to with -c allowedCidrs=ADDRESS/32.',
};

/** What no address on the internet is: something on the way answered in the service's place. */
const inner = ['private', 'loopback', 'linkLocal', 'carrierGradeNat', 'unspecified', 'multicast', 'broadcast'];

/**
 * The public IPv4 address of this machine.
 *
 * @param fetchText reads a URL; replaced in tests
 * @param timeoutMs how long the service may take to answer, in milliseconds
 * @throws ExternalError when it can't be found
 */
export async function ownAddress(
  signal: AbortSignal,
  fetchText: (url: string, signal: AbortSignal) => Promise<string> = httpGet,
  timeoutMs = defaultTimeout,
): Promise<string> {
  let answer: string;
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    answer = (await fetchText(service, AbortSignal.any([signal, timeout]))).trim();
  } catch (error) {
    signal.throwIfAborted();
    const reason = timeout.aborted ? noAnswer(timeoutMs) : wordsOf(explained(error));
    throw new ExternalError({
      ja: `このマシンのパブリック IPv4 アドレスがわかりませんでした（${service}: ${reason.ja}）。${way.ja}`,
      en: `Your public IPv4 address could not be found (${service}: ${reason.en}). ${way.en}`,
    });
  }
  if (ipaddr.IPv4.isValidFourPartDecimal(answer) && !inner.includes(ipaddr.IPv4.parse(answer).range())) return answer;
  const answered = answer.slice(0, 60);
  throw new ExternalError({
    ja: `このマシンのパブリック IPv4 アドレスがわかりませんでした（${service} の応答は「${answered}」）。${way.ja}`,
    en: `Your public IPv4 address could not be found: ${service} answered '${answered}'. ${way.en}`,
  });
}

/** Reads a URL in the way in which AWS is called. */
export async function httpGet(url: string, signal: AbortSignal): Promise<string> {
  const agent = new EnvironmentAgent();
  try {
    const request = get(url, { agent, signal });
    const [response] = (await once(request, 'response', { signal })) as [IncomingMessage];
    if (response.statusCode !== 200) throw new Error(`status ${response.statusCode ?? 0}`);
    return await text(response);
  } finally {
    agent.destroy();
  }
}
