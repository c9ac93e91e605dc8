import { codeOf, ExternalError } from '../core/errors.ts';
import type { Text } from '../core/text.ts';
import { howToTrust, isUntrusted } from '../platform/certificates.ts';

/** A server answered, and does not have the file. */
export class NotFoundError extends ExternalError {}

/** An address as it may be printed: a user and password in it are left out. */
export function shown(address: URL | string): string {
  const url = new URL(address);
  url.username = url.password = '';
  return url.href;
}

/**
 * Says why a download was not completed.
 *
 * @param silenceMs how long the server was allowed to be silent, in milliseconds
 */
export function brokenOff(url: URL, error: unknown, silenceMs: number): Text {
  const { ja, en } = reasonOf(error, silenceMs);
  if (isUntrusted(error)) {
    const trust = howToTrust('NODE_EXTRA_CA_CERTS');
    return {
      ja: `${shown(url)} に接続できません（${ja}）。${trust.ja}`,
      en: `No connection to ${shown(url)} (${en}). ${trust.en}`,
    };
  }
  return {
    ja: `${shown(url)} のダウンロードが完了しませんでした（${ja}）。ネットワークを確かめて、もう一度実行してください。続きからダウンロードします。`,
    en: `The download of ${shown(url)} was not completed (${en}). Check the network and run the command again: it goes on where it stopped.`,
  };
}

/** The cause that lies deepest: `fetch` itself says only that it failed. */
function reasonOf(error: unknown, silenceMs: number): Text {
  let cause = error;
  while (isObject(cause) && cause.cause !== undefined) cause = cause.cause;
  const seconds = silenceMs / 1000;
  switch (codeOf(cause)) {
    case 'UND_ERR_HEADERS_TIMEOUT':
      return {
        ja: `サーバーに接続しましたが、${seconds} 秒待っても応答がありません`,
        en: `the server accepted the connection and did not answer for ${seconds} s`,
      };
    case 'UND_ERR_BODY_TIMEOUT':
      return {
        ja: `サーバーからの送信が止まり、${seconds} 秒待っても続きがありません`,
        en: `the server stopped in the middle of the file and sent nothing for ${seconds} s`,
      };
  }
  // The error for several addresses of a server has no message of its own.
  const message = (isObject(cause) && cause.message) || (codeOf(cause) ?? String(cause));
  return { ja: message, en: message };
}

// No `instanceof`: an error of another realm has another `Error` class.
const isObject = (error: unknown): error is { readonly cause?: unknown; readonly message?: string } =>
  typeof error === 'object' && error !== null;
