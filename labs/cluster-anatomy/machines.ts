import type { Cluster, ClusterNodes, NodeAnswer } from '../../lib/cluster.ts';
import { SurroundingsError } from '../../lib/errors.ts';

/**
 * The machines of the cluster's nodes.
 *
 * @throws SurroundingsError on a target that has none
 */
export function machinesOf({ nodes }: Cluster): ClusterNodes {
  if (nodes === undefined)
    throw new SurroundingsError('The checks of this lab look at nodes, and there are none here.');
  return nodes;
}

/** A machine, and what a command on it came to. */
export interface MachineAnswer extends NodeAnswer {
  readonly name: string;
}

/** What a command comes to on each machine of a kind, all asked at once. */
export async function answersOf(
  cluster: Cluster,
  kind: 'control-plane' | 'worker',
  command: readonly string[],
): Promise<readonly MachineAnswer[]> {
  const machines = machinesOf(cluster);
  const names = (await machines.names()).filter((name) => name.startsWith(`${kind}-`));
  return Promise.all(names.map(async (name) => ({ name, ...(await machines.run(name, command)) })));
}

const pki = '/etc/kubernetes/pki/etcd';

/** A command of etcdctl, to be run on a control plane, with the certificates of the member there. */
export const etcdctl = (...args: readonly string[]): readonly string[] => [
  'etcdctl',
  '--cacert',
  `${pki}/ca.crt`,
  '--cert',
  `${pki}/server.crt`,
  '--key',
  `${pki}/server.key`,
  ...args,
];
