import { createHash } from 'node:crypto';

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The first bits of a hash in base 32 (RFC 4648), as many as the characters need. */
function base32Of(hash: Buffer, characters: number): string {
  const bits = [...hash].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return Array.from(
    { length: characters },
    (_, index) => base32[parseInt(bits.slice(5 * index, 5 * index + 5), 2)],
  ).join('');
}

/** The identity of a port of a Service. */
export interface ServicePort {
  readonly namespace: string;
  readonly service: string;
  /** The name of the port; empty for a port without a name. */
  readonly port: string;
  /** For example `TCP`. */
  readonly protocol: string;
}

/**
 * The name of the iptables chain that kube-proxy creates for a port of a Service. It contains only a hash, because
 * names of chains are short (`servicePortChainName` in `pkg/proxy/iptables/proxier.go` of Kubernetes 1.36).
 */
export function chainOf({ namespace, service, port, protocol }: ServicePort): string {
  const name = `${namespace}/${service}${port === '' ? '' : `:${port}`}`;
  const hash = createHash('sha256')
    .update(name + protocol.toLowerCase())
    .digest();
  return `KUBE-SVC-${base32Of(hash, 16)}`;
}
