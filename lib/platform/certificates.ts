import { codeOf } from '../core/errors.ts';
import type { Text } from '../core/text.ts';

/** What Node.js says of a certificate by an authority that it does not trust (Node.js, "TLS", "X509 certificate error codes"). */
const untrustedCodes: readonly string[] = [
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_UNTRUSTED',
];

/** The same in words, as programs print them: Node.js and Python by OpenSSL, and Go. */
const untrustedWords =
  /self[- ]signed certificate|unable to (get|verify) (the )?(local issuer|issuer|first) certificate|CERTIFICATE_VERIFY_FAILED|certificate signed by unknown authority/i;

/** Whether something, or what caused it, says that a certificate is by an authority that is not trusted. */
export function isUntrusted(error: unknown): boolean {
  for (let each = error; typeof each === 'object' && each !== null; each = (each as { cause?: unknown }).cause) {
    if (untrustedCodes.includes(codeOf(each) ?? '')) return true;
    if ('message' in each && untrustedWords.test(String(each.message))) return true;
  }
  return typeof error === 'string' && untrustedWords.test(error);
}

/**
 * What to do about a certificate that is not trusted.
 *
 * @param variables that name the authorities, for what is reached
 */
export const howToTrust = (...variables: readonly string[]): Text => {
  const settings = variables.map((name) => `export ${name}=/path/to/company-ca.pem`).join(' ');
  return {
    ja: `証明書の認証局が信頼されていません。会社のプロキシーが TLS を開いているのでしょう。その認証局の証明書（PEM）を管理者からもらい、次のように指定してください: ${settings}`,
    en: `Its certificate is by an authority that is not trusted; a company's proxy usually opens TLS. Get the authority's certificate (PEM) from your administrator, and name it: ${settings}`,
  };
};
