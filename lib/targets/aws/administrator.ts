import { generateKeyPairSync } from 'node:crypto';
import { ExternalError } from '../../core/errors.ts';

/** Who a kubeconfig of a self-managed cluster is, and whom it trusts. All in PEM. */
export interface Administrator {
  /** Made on this machine, and never anywhere else. */
  readonly key: string;
  readonly certificate: string;
  /** The cluster's certificate authority. */
  readonly certificateAuthority: string;
}

/** How long a certificate counts, in days: longer than a lab is up. */
const validDays = 30;

/** The group that kubeadm makes cluster administrators of (kubeadm 1.29 and later). */
const subject = '/O=kubeadm:cluster-admins/CN=labs';

/**
 * Makes an administrator: the key here, its certificate by the cluster's CA on a control plane. So no secret goes through
 * the session, whose words stand in argument lists, in CloudTrail, and in a session log where the account keeps one.
 *
 * @param run runs a script on a control plane as root and returns what it printed
 * @throws ExternalError when no certificate comes back
 */
export async function newAdministrator(run: (script: string) => Promise<string>): Promise<Administrator> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const printed = await run(signingScript(publicKey));
  const [certificateAuthority, certificate] =
    printed.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (certificateAuthority === undefined || certificate === undefined)
    throw new ExternalError({
      ja: `コントロールプレーンから証明書が返ってきませんでした。返ってきたもの: ${printed.trim() || 'なし'}`,
      en: `The control plane gave no certificate. It said: ${printed.trim() || 'nothing'}`,
    });
  return { key: privateKey, certificate: `${certificate}\n`, certificateAuthority: `${certificateAuthority}\n` };
}

/** Prints the cluster's CA, and a certificate for a public key. */
const signingScript = (publicKey: string): string =>
  'set -euo pipefail; pki=/etc/kubernetes/pki; cat $pki/ca.crt; ' +
  `openssl x509 -new -force_pubkey <(base64 --decode <<<${Buffer.from(publicKey).toString('base64')}) ` +
  `-CA $pki/ca.crt -CAkey $pki/ca.key -set_serial 0x$(openssl rand -hex 16) -days ${validDays} -sha256 -subj ${subject} ` +
  '-extfile <(echo extendedKeyUsage=clientAuth)';
