/** Where to ask for a module, in the order of the GOPROXY environment variable. */
export interface GoProxy {
  /** Address of a module proxy; `direct` stands for where the module is at home. */
  readonly address: string;
  /** Whether the next is asked after any failure (`|`), not only after "not found" (`,`). */
  readonly orAnyFailure: boolean;
}

/**
 * Reads a GOPROXY as Go does (`go help goproxy`): addresses that commas or pipes separate; what follows `off` or `direct`
 * is never asked. `off` forbids every download.
 */
export function parseGoProxies(variable: string): { readonly proxies: readonly GoProxy[]; readonly off: boolean } {
  const proxies: GoProxy[] = [];
  for (const [, entry = '', separator] of variable.matchAll(/([^,|]*)([,|]|$)/g)) {
    const address = entry.trim();
    if (address === '') continue;
    if (address === 'off') return { proxies, off: true };
    proxies.push({
      address: address === 'direct' || /^\w+:/.test(address) ? address : `https://${address}`,
      orAnyFailure: separator === '|',
    });
    if (address === 'direct') break;
  }
  return { proxies, off: false };
}
