import { readFile, writeFile } from 'node:fs/promises';
import type { V1DeploymentList, V1NodeList } from '@kubernetes/client-node';
import { stringify } from 'yaml';
import type { Environment } from '../../model/environment.ts';
import { ExternalError } from '../../core/errors.ts';
import type { Lab } from '../../model/lab.ts';
import type { Settings } from '../../settings/settings.ts';
import { releaseOf } from '../../catalog/versions.ts';
import { Kubectl } from '../shared/kubectl.ts';
import { namesOf } from '../shared/lab-namespaces.ts';
import { LabObjects } from '../shared/lab-objects.ts';
import { waitForAnswer } from './api-client.ts';
import type { LocalFolder } from './local-folder.ts';
import { handOverPods, replaceEarlyPods } from './fargate/handover.ts';
import { computeType } from './fargate/names.ts';
import { deleteForeignLeases, waitForLeases } from './leases.ts';
import { deleteNamespaces } from './namespaces.ts';
import { simulatedNodes } from './nodes.ts';
import { systemWorkloads } from './system-workloads.ts';
import { labsCommand } from '../../model/labs-command.ts';

/** How long nodes may take to become ready, in milliseconds. */
const nodesTimeout = 60_000;

/** How long a lab's Deployments may take to become available, in milliseconds. */
const workloadTimeout = 120_000;

/** The objects that the labs command makes in a local environment: its nodes and kube-system, and each lab's own. */
export class EnvironmentObjects {
  /** Those of the labs. */
  readonly labs: LabObjects;
  readonly #folder: LocalFolder;
  readonly #kubectl: Kubectl;

  constructor(folder: LocalFolder) {
    const kubectl = new Kubectl(folder);
    this.#folder = folder;
    this.#kubectl = kubectl;
    this.labs = new LabObjects({
      folder,
      kubectl,
      waitForDeployments: (lab, namespaces, signal) => waitForDeployments(folder, lab, namespaces, signal),
      deleteNamespaces: (namespaces, signal) => deleteNamespaces(folder, kubectl, namespaces, signal),
    });
  }

  /** Draws the nodes of a new environment, and remembers them so that {@link restore} brings the same ones back. */
  async draw(environment: Environment, settings: Settings): Promise<void> {
    const { release, addOns } = releaseOf(settings.kubernetes);
    const objects = [
      ...simulatedNodes(environment.nodes(settings), release),
      ...systemWorkloads(environment.addOns, addOns),
    ].map((object) => stringify(object));
    const brought = (await environment.loadManifests?.(settings)) ?? '';
    await writeFile(this.#folder.objects, [...objects, brought].filter((yaml) => yaml !== '').join('---\n'));
  }

  /** Sees to what has to be there before a lab's first pod. It waits for the API server, so it can begin before that one does. */
  prepareForPods(environment: Environment, settings: Settings, signal: AbortSignal): Promise<void> {
    const { mutatingAdmissionPolicy } = releaseOf(settings.kubernetes);
    return handOverPods(this.#folder, environment.fargateProfiles(settings), mutatingAdmissionPolicy, signal);
  }

  /** Sees to the pods of a new environment that were made before {@link prepareForPods} was done. */
  replaceEarlyPods(environment: Environment, settings: Settings, signal: AbortSignal): Promise<void> {
    return replaceEarlyPods(this.#folder, environment.fargateProfiles(settings), signal);
  }

  /**
   * Applies nodes and kube-system, and waits until every node takes pods: those that came before would all end up on the
   * first node. A new node is tainted until the node controller has seen it; since that one takes longer to start than all
   * the rest, the taints are removed here.
   */
  async apply(signal: AbortSignal): Promise<void> {
    const objects = await readFile(this.#folder.objects, 'utf8');
    await this.#kubectl.apply(objects, signal);
    const names = namesOf('Node', objects);
    if (names.length === 0) return;
    const patch = JSON.stringify({ spec: { unschedulable: null, taints: null } });
    await this.#kubectl.run(['patch', 'node', ...names, '--type=merge', '-p', patch], signal);
    if (await waitForAnswer(this.#folder, '/api/v1/nodes', nodesTimeout, signal, allTakePods)) return;
    throw new ExternalError({
      ja: `ノードの準備が ${nodesTimeout / 1000} 秒以内にできませんでした。`,
      en: `The nodes were not ready after ${nodesTimeout / 1000} seconds.`,
    });
  }

  /** Undoes what a learner may have done to the nodes: deletions, cordons, taints, a lease taken from the kubelet. */
  async restore(environment: Environment, settings: Settings, signal: AbortSignal): Promise<void> {
    await deleteForeignLeases(this.#kubectl, signal);
    await this.prepareForPods(environment, settings, signal);
    await this.apply(signal);
    await waitForLeases(this.#folder, namesOf('Node', await readFile(this.#folder.objects, 'utf8')), signal);
  }
}

/** Waits until the Deployments of a lab's namespaces are available. */
async function waitForDeployments(
  folder: LocalFolder,
  lab: Lab,
  namespaces: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + workloadTimeout;
  for (const namespace of namespaces) {
    const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`;
    if (await waitForAnswer(folder, deployments, deadline - Date.now(), signal, allAvailable)) continue;
    const look = `eval "$(${labsCommand('env', lab.id, 'local')})" && kubectl get pods -n ${namespace}`;
    throw new ExternalError({
      ja: `名前空間 ${namespace} の Deployment が、${workloadTimeout / 1000} 秒以内に使える状態になりませんでした。様子を見るには: ${look}`,
      en:
        `The Deployments of namespace ${namespace} were not available after ${workloadTimeout / 1000} seconds. ` +
        `Look at them with: ${look}`,
    });
  }
}

/** Whether every EC2 node of a list is ready and without taints. */
function allTakePods(body: string): boolean {
  const nodes = (JSON.parse(body) as V1NodeList).items.filter(
    ({ metadata }) => metadata?.labels?.[computeType] !== 'fargate',
  );
  return nodes.length > 0 && nodes.every(({ spec, status }) => spec?.taints === undefined && isTrue('Ready', status));
}

/** Whether every Deployment of a list is available. */
function allAvailable(body: string): boolean {
  const { items } = JSON.parse(body) as V1DeploymentList;
  return items.every(({ status }) => isTrue('Available', status));
}

const isTrue = (type: string, status: { conditions?: { type: string; status: string }[] } | undefined): boolean =>
  status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
