import ipaddr from 'ipaddr.js';
import { ExternalError } from '../../core/errors.ts';
import type { Text } from '../../core/text.ts';
import { wordsOf } from './errors.ts';

/** Where AWS tells a caller's public address; it answers over IPv4 only. */
const service = 'https://checkip.amazonaws.com';

/** How long it may take to answer, in milliseconds. */
const patience = 10_000;

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
 * @throws ExternalError when it can't be found
 */
export async function ownAddress(
  signal: AbortSignal,
  fetchText: (url: string, signal: AbortSignal) => Promise<string> = httpGet,
): Promise<string> {
  let answer: string;
  try {
    answer = (await fetchText(service, AbortSignal.any([signal, AbortSignal.timeout(patience)]))).trim();
  } catch (error) {
    signal.throwIfAborted();
    const reason = wordsOf(error);
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

async function httpGet(url: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response.text();
}
