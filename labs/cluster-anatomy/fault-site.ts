import { ExternalError } from '../../lib/core/errors.ts';
import type { FaultSite } from '../../lib/model/fault.ts';
import { machineNames, machinesOf } from './machines.ts';

/** Where a node keeps the files that a fault changes there, as they were. */
const kept = '/var/lib/kubernetes-textbook-labs-kept.tar';

/** The names of the nodes of a kind. */
export const nodesOfKind = ({ cluster }: FaultSite, kind: 'control-plane' | 'worker'): Promise<readonly string[]> =>
  machineNames(cluster, kind);

/**
 * Runs a script of bash on a node, as root.
 *
 * @throws ExternalError when it fails
 */
export async function onNode({ cluster }: FaultSite, name: string, script: string): Promise<string> {
  const { exitCode, stdout } = await machinesOf(cluster).run(name, ['bash', '-euo', 'pipefail', '-c', script]);
  if (exitCode === 0) return stdout;
  throw new ExternalError(`A command on node ${name} ended with ${exitCode ?? 'no answer'}. ${stdout}`.trim());
}

/** Keeps files of a node as they are now, so that {@link restoreFiles} brings them back. */
export const keepFiles = (site: FaultSite, name: string, files: readonly string[]): Promise<string> =>
  onNode(site, name, `tar -cPf ${kept}.new ${files.join(' ')}; mv ${kept}.new ${kept}`);

/** Brings the files back that {@link keepFiles} kept, if it did. */
export const restoreFiles = (site: FaultSite, name: string): Promise<string> =>
  onNode(site, name, `[ ! -e ${kept} ] || { tar -xPf ${kept}; rm ${kept}; }`);

/**
 * A script that changes the file of a static pod, or with an empty `sed` restarts it. It waits for the old process to end:
 * a file that is back at once is no news to the kubelet.
 */
export const editManifest = (component: string, sed: string): string =>
  [
    'cd /etc/kubernetes',
    `mv manifests/${component}.yaml .`,
    // A process is known by 15 letters of its name.
    `for i in {1..40}; do ps -C ${component.slice(0, 15)} > /dev/null || break; sleep 1; done`,
    'sleep 3',
    ...(sed === '' ? [] : [`sed -i '${sed}' ${component}.yaml`]),
    `mv ${component}.yaml manifests/`,
  ].join('; ');

/** Brings the kept files of all control planes back, and has the static pods of a component made anew there. */
export async function restoreControlPlanes(site: FaultSite, component: string): Promise<void> {
  for (const name of await nodesOfKind(site, 'control-plane')) {
    await restoreFiles(site, name);
    // Anew, without the growing pauses of a container that failed.
    await onNode(site, name, editManifest(component, ''));
  }
}

/** For reference solutions: the function `on_all` that runs a script on all control planes. */
export const onAll = `on_all() { for cp in control-plane-1 control-plane-2 control-plane-3; do labs node $cp -- bash -euc "$1"; done; }\n`;
