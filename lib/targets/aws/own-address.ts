import ipaddr from 'ipaddr.js';
import { SurroundingsError } from '../../errors.ts';

/** Where AWS tells a caller's public address; it answers over IPv4 only. */
const service = 'https://checkip.amazonaws.com';

/** How long it may take to answer, in milliseconds. */
const patience = 10_000;

const way = 'Give the address that the API endpoint is to be open to with -c allowedCidrs=ADDRESS/32.';

/** What no address on the internet is: something on the way answered in the service's place. */
const inner = ['private', 'loopback', 'linkLocal', 'carrierGradeNat', 'unspecified', 'multicast', 'broadcast'];

/**
 * The public IPv4 address of this machine.
 *
 * @param fetchText reads a URL; replaced in tests
 * @throws SurroundingsError when it can't be found
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
    throw new SurroundingsError(
      `Your public IPv4 address could not be found (${service}: ${error instanceof Error ? error.message : String(error)}). ${way}`,
    );
  }
  if (ipaddr.IPv4.isValidFourPartDecimal(answer) && !inner.includes(ipaddr.IPv4.parse(answer).range())) return answer;
  throw new SurroundingsError(
    `Your public IPv4 address could not be found: ${service} answered '${answer.slice(0, 60)}'. ${way}`,
  );
}

async function httpGet(url: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response.text();
}
