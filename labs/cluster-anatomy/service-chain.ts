import { createHash } from 'node:crypto';

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648 base 32 of the first bits of a hash, as many as the characters need. */
function base32Of(hash: Buffer, characters: number): string {
  const bits = [...hash].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return Array.from(
    { length: characters },
    (_, index) => base32[parseInt(bits.slice(5 * index, 5 * index + 5), 2)],
  ).join('');
}

/** A port of a Service, as it is told from all others. */
export interface ServicePort {
  readonly namespace: string;
  readonly service: string;
  /** Its name; empty for a port without one. */
  readonly port: string;
  /** For example `TCP`. */
  readonly protocol: string;
}

/**
 * The chain that kube-proxy makes in iptables for a port of a Service. Its name has room for a hash only
 * (`servicePortChainName` in `pkg/proxy/iptables/proxier.go` of Kubernetes 1.36).
 */
export function chainOf({ namespace, service, port, protocol }: ServicePort): string {
  const name = `${namespace}/${service}${port === '' ? '' : `:${port}`}`;
  const hash = createHash('sha256')
    .update(name + protocol.toLowerCase())
    .digest();
  return `KUBE-SVC-${base32Of(hash, 16)}`;
}
