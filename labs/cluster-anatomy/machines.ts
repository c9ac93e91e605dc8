import type { Cluster, ClusterNodes, NodeAnswer } from '../../lib/model/cluster.ts';
import { ExternalError } from '../../lib/core/errors.ts';

/**
 * The machines of the cluster's nodes.
 *
 * @throws ExternalError on a target without machines
 */
export function machinesOf({ nodes }: Cluster): ClusterNodes {
  if (nodes === undefined) throw new ExternalError('The checks of this lab look at nodes, and there are none here.');
  return nodes;
}

/** The names of the machines of a kind. */
export async function machineNames(cluster: Cluster, kind: 'control-plane' | 'worker'): Promise<readonly string[]> {
  return (await machinesOf(cluster).names()).filter((name) => name.startsWith(`${kind}-`));
}

/** A machine, and the result of a command on it. */
export interface MachineAnswer extends NodeAnswer {
  readonly name: string;
}

/** Runs a command on all machines of a kind at the same time, and returns the results. */
export async function answersOf(
  cluster: Cluster,
  kind: 'control-plane' | 'worker',
  command: readonly string[],
): Promise<readonly MachineAnswer[]> {
  const names = await machineNames(cluster, kind);
  return Promise.all(names.map(async (name) => ({ name, ...(await machinesOf(cluster).run(name, command)) })));
}

/** The names of the machines on which a command failed, or did not run. */
export const failedOn = (answers: readonly MachineAnswer[]): readonly string[] =>
  answers.filter(({ exitCode }) => exitCode !== 0).map(({ name }) => name);

const pki = '/etc/kubernetes/pki/etcd';

/** A command of etcdctl for a control plane, with the certificates of the member there. */
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
