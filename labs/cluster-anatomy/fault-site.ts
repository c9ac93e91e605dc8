import { ExternalError } from '../../lib/core/errors.ts';
import type { FaultSite } from '../../lib/model/fault.ts';
import { machineNames, machinesOf } from './machines.ts';

/** The folder of a node that keeps the original files which a fault changes. */
const kept = '/var/lib/kubernetes-textbook-labs-kept.tar';

/** The names of the nodes of this kind. */
export const nodesOfKind = ({ cluster }: FaultSite, kind: 'control-plane' | 'worker'): Promise<readonly string[]> =>
  machineNames(cluster, kind);

/**
 * Runs a bash script on a node as root.
 *
 * @throws ExternalError when it fails
 */
export async function onNode({ cluster }: FaultSite, name: string, script: string): Promise<string> {
  const { exitCode, stdout } = await machinesOf(cluster).run(name, ['bash', '-euo', 'pipefail', '-c', script]);
  if (exitCode === 0) return stdout;
  throw new ExternalError(`A command on node ${name} ended with ${exitCode ?? 'no answer'}. ${stdout}`.trim());
}

/** Copies files of a node, so that {@link restoreFiles} can restore them. */
export const keepFiles = (site: FaultSite, name: string, files: readonly string[]): Promise<string> =>
  onNode(site, name, `tar -cPf ${kept}.new ${files.join(' ')}; mv ${kept}.new ${kept}`);

/** Restores the files that {@link keepFiles} copied, if there are any. */
export const restoreFiles = (site: FaultSite, name: string): Promise<string> =>
  onNode(site, name, `[ ! -e ${kept} ] || { tar -xPf ${kept}; rm ${kept}; }`);

/**
 * A script that changes the manifest of a static pod, or with an empty `sed` restarts the pod. It waits until the old
 * process has ended, because the kubelet does not notice a manifest that is back at once.
 */
export const editManifest = (component: string, sed: string): string =>
  [
    'cd /etc/kubernetes',
    `mv manifests/${component}.yaml .`,
    // Linux keeps 15 characters of a process name.
    `for i in {1..40}; do ps -C ${component.slice(0, 15)} > /dev/null || break; sleep 1; done`,
    'sleep 3',
    ...(sed === '' ? [] : [`sed -i '${sed}' ${component}.yaml`]),
    `mv ${component}.yaml manifests/`,
  ].join('; ');

/** Restores the files of all control planes, and recreates the static pods of a component there. */
export async function restoreControlPlanes(site: FaultSite, component: string): Promise<void> {
  for (const name of await nodesOfKind(site, 'control-plane')) {
    await restoreFiles(site, name);
    // Recreates the pod, because a failed container would restart only after growing pauses.
    await onNode(site, name, editManifest(component, ''));
  }
}

/** For reference solutions: the function `on_all`, which runs a script on all control planes. */
export const onAll = `on_all() { for cp in control-plane-1 control-plane-2 control-plane-3; do labs node $cp -- bash -euc "$1"; done; }\n`;
