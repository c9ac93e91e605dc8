import type { LinuxNode } from '../lib/targets/linux/node.ts';

/** Waits until CoreDNS tells a node the address of the API, by the Service of its own. */
export async function dnsAnswers(node: LinuxNode): Promise<void> {
  const ask = 'busybox nslookup -type=a kubernetes.default.svc.cluster.local 10.96.0.10';
  const result = await node.run(['timeout', '120', 'bash', '-c', `until ${ask}; do sleep 0.2; done`]);
  if (result.failed) throw new Error(`CoreDNS of node ${node.name} does not answer: ${String(result.all).slice(-500)}`);
}
