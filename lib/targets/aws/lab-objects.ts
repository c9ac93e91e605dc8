import type { V1DeploymentList, V1NodeList } from '@kubernetes/client-node';
import { forgetBrokenFault } from '../../progress/faults.ts';
import type { Lab } from '../../model/lab.ts';
import type { Report } from '../../core/step.ts';
import { namespacesOf } from '../shared/lab-namespaces.ts';
import { writeLauncher } from '../shared/launcher.ts';
import type { AwsFolder } from './aws-folder.ts';
import { writeKubeconfig, type ClusterAddress } from './kubeconfig.ts';
import { deleteClusterScoped } from '../shared/cluster-scoped.ts';
import { restoreBaseline } from '../shared/baseline.ts';
import type { AwsDependencies } from './dependencies.ts';

/** How long a lab's Deployments may take to become available: a pod on Fargate takes a minute or two. */
const workloadTimeout = '600s';

/** How long a namespace may take to end, with the load balancers in it. */
const namespaceTimeout = '600s';

/** How long the API may take to let the new role in, in milliseconds. */
const entryTimeout = 120_000;

/** A lab on AWS whose objects are being worked on. */
export interface LabWork {
  readonly parts: AwsDependencies;
  readonly folder: AwsFolder;
  readonly lab: Lab;
  /** Told what is being done or waited for. */
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** What this machine needs to reach a cluster: kubectl and labs, and a kubeconfig for itself and one for the lab. */
export async function writeAccess(
  folder: AwsFolder,
  lab: Lab,
  address: ClusterAddress,
  kubectl: string,
): Promise<void> {
  await folder.linkKubectl(kubectl);
  await writeLauncher(folder.bin);
  await writeKubeconfig(folder.adminKubeconfig, address, 'default');
  await writeKubeconfig(folder.labKubeconfig(lab.id), address, lab.namespace);
}

/**
 * Applies a lab's objects, unless they are the sample workload that came with the stack, and waits for them.
 *
 * @throws ExternalError with kubectl's own words
 */
export async function install(work: LabWork): Promise<void> {
  const { parts, folder, lab, report, signal } = work;
  const kubectl = parts.kubectl(folder);
  if (lab.namespace !== lab.environment.sampleNamespace) {
    report({ ja: `名前空間 ${lab.namespace}`, en: `namespace ${lab.namespace}` });
    await kubectl.apply(await lab.loadManifests(), signal, entryTimeout);
  }
  await waitForDeployments(work);
}

/** Puts a lab's objects back as they were made, and lets nodes that were cordoned take pods again. */
export async function restore(work: LabWork): Promise<void> {
  const { parts, folder, lab, signal } = work;
  const kubectl = parts.kubectl(folder);
  const nodes = JSON.parse(await kubectl.run(['get', 'nodes', '-o', 'json'], signal)) as V1NodeList;
  const cordoned = nodes.items.flatMap(({ metadata, spec }) =>
    spec?.unschedulable === true && metadata?.name !== undefined ? [metadata.name] : [],
  );
  if (cordoned.length > 0) await kubectl.run(['uncordon', ...cordoned], signal);
  await deleteNamespaces(work);
  await kubectl.apply(await lab.loadManifests(), signal, entryTimeout);
  await waitForDeployments(work);
  await forgetBrokenFault(folder.labFolder(lab.id));
}

/**
 * Puts back what a fault changed beside a lab, deletes the lab's namespaces, what was made on AWS for them first, and waits
 * until all of it is gone.
 */
export async function deleteNamespaces({ parts, folder, lab, report, signal }: LabWork): Promise<void> {
  await restoreBaseline(folder.labFolder(lab.id), parts.kubectl(folder), signal);
  await deleteClusterScoped(lab.clusterScoped, parts.kubectl(folder), signal);
  report({ ja: 'ロードバランサーとボリューム', en: 'load balancers and volumes' });
  const cluster = await parts.openCluster(folder.adminKubeconfig, lab.namespace);
  const namespaces = namespacesOf(lab, await lab.loadManifests());
  await parts.removeExternal(cluster, { namespaces, signal, timeoutMs: 600_000 });
  report({ ja: `名前空間 ${namespaces.join('、')}`, en: `namespace ${namespaces.join(', ')}` });
  await parts
    .kubectl(folder)
    .run(['delete', 'namespace', ...namespaces, '--ignore-not-found', `--timeout=${namespaceTimeout}`], signal);
}

async function waitForDeployments({ parts, folder, lab, report, signal }: LabWork): Promise<void> {
  const kubectl = parts.kubectl(folder);
  for (const namespace of namespacesOf(lab, await lab.loadManifests())) {
    const inNamespace = ['-n', namespace];
    const deployments = JSON.parse(
      await kubectl.run(['get', 'deployments', ...inNamespace, '-o', 'json'], signal),
    ) as V1DeploymentList;
    // kubectl calls it an error to wait for all of nothing.
    if (deployments.items.length === 0) continue;
    const count = deployments.items.length;
    report({
      ja: `名前空間 ${namespace} の ${count} 個の Deployment`,
      en: `${count} deployments of namespace ${namespace}`,
    });
    await kubectl.run(
      ['wait', 'deployment', '--all', ...inNamespace, '--for=condition=Available', `--timeout=${workloadTimeout}`],
      signal,
    );
  }
}
