import { readFile, writeFile } from 'node:fs/promises';
import type { V1DeploymentList, V1Node, V1NodeList } from '@kubernetes/client-node';
import { parse, stringify } from 'yaml';
import type { Environment } from '../../model/environment.ts';
import { ExternalError } from '../../core/errors.ts';
import type { Lab } from '../../model/lab.ts';
import type { Settings } from '../../settings/settings.ts';
import { releaseOf } from '../../catalog/versions.ts';
import { Kubectl } from '../shared/kubectl.ts';
import { namesOf } from '../shared/lab-namespaces.ts';
import { LabObjects } from '../shared/lab-objects.ts';
import { waitForAnswer, type ApiRequest } from './api-client.ts';
import type { LocalFolder } from './local-folder.ts';
import { handOverPods } from './fargate/handover.ts';
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

const nodesUrl = '/api/v1/nodes';

/** Patch of a node that takes pods. */
const open = { spec: { unschedulable: null, taints: null } };

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

  /**
   * Applies the nodes, and waits until every one takes pods: those that came before would all end up on the first node. A
   * new node is tainted until the node controller has seen it; since that one takes longer to start than all the rest, the
   * taints are removed here. Without kubectl, so that it is done before kwokctl has finished.
   */
  async applyNodes(signal: AbortSignal): Promise<void> {
    const nodes = (await this.#documents()).filter(isNode).map((yaml) => parse(yaml) as V1Node);
    if (nodes.length === 0) return;
    const deadline = Date.now() + nodesTimeout;
    const arrives = async (request: ApiRequest | string, isThere?: (body: string) => boolean) => {
      if (await waitForAnswer(this.#folder, request, deadline - Date.now(), signal, isThere)) return;
      throw new ExternalError({
        ja: `ノードの準備が ${nodesTimeout / 1000} 秒以内にできませんでした。`,
        en: `The nodes were not ready after ${nodesTimeout / 1000} seconds.`,
      });
    };
    await Promise.all(
      nodes.map(async (node) => {
        const url = `${nodesUrl}/${node.metadata!.name!}`;
        await arrives({
          method: 'PATCH',
          url: `${url}?fieldManager=labs&force=true&fieldValidation=Strict`,
          contentType: 'application/apply-patch+yaml',
          body: node,
        });
        await arrives({ method: 'PATCH', url, contentType: 'application/merge-patch+json', body: open });
      }),
    );
    await arrives(nodesUrl, allTakePods);
  }

  /** Applies what stands in kube-system and what the environment brings. */
  async applyWorkloads(signal: AbortSignal): Promise<void> {
    const documents = (await this.#documents()).filter((yaml) => !isNode(yaml));
    await this.#kubectl.apply(documents.join('---\n'), signal);
  }

  /** Undoes what a learner may have done to the nodes: deletions, cordons, taints, a lease taken from the kubelet. */
  async restore(environment: Environment, settings: Settings, signal: AbortSignal): Promise<void> {
    await deleteForeignLeases(this.#kubectl, signal);
    await this.prepareForPods(environment, settings, signal);
    await this.applyNodes(signal);
    await this.applyWorkloads(signal);
    await waitForLeases(this.#folder, namesOf('Node', await readFile(this.#folder.objects, 'utf8')), signal);
  }

  /** The objects that {@link draw} has drawn, each as YAML. */
  async #documents(): Promise<readonly string[]> {
    return (await readFile(this.#folder.objects, 'utf8')).split(/^---\n/m);
  }
}

const isNode = (yaml: string): boolean => /^kind: Node$/m.test(yaml);

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
