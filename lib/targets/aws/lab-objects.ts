import type { V1NodeList } from '@kubernetes/client-node';
import type { Lab } from '../../model/lab.ts';
import type { Report } from '../../core/step.ts';
import { waitForDeployments } from '../shared/deployments.ts';
import { LabObjects } from '../shared/lab-objects.ts';
import { namespacesOf } from '../shared/lab-namespaces.ts';
import { writeLauncher } from '../shared/launcher.ts';
import type { AwsFolder } from './aws-folder.ts';
import { writeKubeconfig, type ClusterAddress } from './kubeconfig.ts';
import type { AwsDependencies } from './dependencies.ts';

/** How long a lab's Deployments may take to become available: a pod on Fargate takes a minute or two. */
const workloadTimeout = '600s';

/** How long a namespace may take to end, with the load balancers in it. */
const namespaceTimeout = '600s';

/** How long the load balancers and volumes of a namespace may take to end, in milliseconds. */
const externalTimeout = 600_000;

/** How long the API may take to let the new role in, in milliseconds. */
const entryTimeout = 120_000;

/** A lab on AWS whose objects are being worked on. */
export interface LabWork {
  readonly dependencies: AwsDependencies;
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

/** The objects of a lab: what Kubernetes made on AWS for a namespace is deleted before the namespace. */
export function labObjects({ dependencies, folder, lab, report }: LabWork): LabObjects {
  const kubectl = dependencies.kubectl(folder);
  return new LabObjects({
    folder,
    kubectl: { run: kubectl.run.bind(kubectl), apply: (yaml, signal) => kubectl.apply(yaml, signal, entryTimeout) },
    waitForDeployments: (_, namespaces, signal) =>
      waitForDeployments(kubectl, namespaces, { timeout: workloadTimeout, report, signal }),
    async deleteNamespaces(namespaces, signal) {
      report({ ja: 'ロードバランサーとボリューム', en: 'load balancers and volumes' });
      const cluster = await dependencies.openCluster(folder.adminKubeconfig, lab.namespace);
      await dependencies.removeExternal(cluster, { namespaces, signal, timeoutMs: externalTimeout });
      report({ ja: `名前空間 ${namespaces.join('、')}`, en: `namespace ${namespaces.join(', ')}` });
      const timeout = `--timeout=${namespaceTimeout}`;
      await kubectl.run(['delete', 'namespace', ...namespaces, '--ignore-not-found', timeout], signal);
    },
  });
}

/**
 * Applies a lab's objects, unless they are the sample workload that came with the stack, and waits for them.
 *
 * @throws ExternalError with kubectl's own words
 */
export async function install(work: LabWork): Promise<void> {
  const { dependencies, folder, lab, report, signal } = work;
  if (lab.namespace !== lab.environment.sampleNamespace) {
    report({ ja: `名前空間 ${lab.namespace}`, en: `namespace ${lab.namespace}` });
    return labObjects(work).apply(lab, signal);
  }
  const manifests = await lab.loadManifests();
  await labObjects(work).adopt(lab, manifests);
  const options = { timeout: workloadTimeout, report, signal };
  await waitForDeployments(dependencies.kubectl(folder), namespacesOf(lab, manifests), options);
}

/**
 * Puts a lab's objects back as they were made, and lets nodes that were cordoned take pods again.
 *
 * @param keepProgress whether what is remembered of the learner stays
 */
export async function reset(work: LabWork, keepProgress: boolean): Promise<void> {
  const { dependencies, folder, lab, signal } = work;
  const kubectl = dependencies.kubectl(folder);
  const nodes = JSON.parse(await kubectl.run(['get', 'nodes', '-o', 'json'], signal)) as V1NodeList;
  const cordoned = nodes.items.flatMap(({ metadata, spec }) =>
    spec?.unschedulable === true && metadata?.name !== undefined ? [metadata.name] : [],
  );
  if (cordoned.length > 0) await kubectl.run(['uncordon', ...cordoned], signal);
  await labObjects(work).reset(lab, keepProgress, signal);
}
