import path from 'node:path';
import type { SeenComponent } from '../../observe/components.ts';
import { auditFile } from '../../observe/audit.ts';
import type { Observables } from '../../observe/observables.ts';
import { commandsOf, isRunning } from '../../platform/processes.ts';
import type { LocalFolder } from './local-folder.ts';

/** The one machine of a local control plane, whatever this machine is called. */
const machine = 'local';

/** Programs of a control plane, by the names that processes have. */
const components: ReadonlySet<string> = new Set([
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kwok',
  'metrics-server',
]);

/** What can be seen of a local environment beside its API: processes, and the audit log. */
export function localObservables(folder: LocalFolder): Observables {
  /** Process ids of the components that ran when they were looked for. */
  let pids = new Map<string, number>();
  const look = async (): Promise<readonly SeenComponent[]> => {
    // Reading the command lines of all processes every second would cost more than all else that is observed.
    if (pids.size < components.size || ![...pids.values()].every(isRunning)) pids = await findComponents(folder.path);
    return [...pids.keys()].map((component) => ({ component, machine }));
  };
  const log = path.join(folder.clusterFolder, 'logs', 'audit.log');
  return { auditLogs: [auditFile(log)], look, machineOf: () => machine };
}

async function findComponents(folder: string): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const { pid, command } of await commandsOf(folder)) {
    // Of a program that is started again whenever it fails, the program counts, not the script that starts it.
    const name = path.basename(command.slice(folder.length + 1).split(' ')[0]!, '.program');
    if (command.startsWith(`${folder}/`) && components.has(name)) found.set(name, pid);
  }
  return found;
}
