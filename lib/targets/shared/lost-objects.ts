import type { KubernetesObject } from '@kubernetes/client-node';
import { parseAllDocuments, stringify } from 'yaml';
import { readFaultsProgress } from '../../progress/faults.ts';
import type { Report, Step } from '../../core/step.ts';
import type { Text } from '../../core/text.ts';
import type { Lab } from '../../model/lab.ts';
import type { Kubectl } from './kubectl.ts';

/** How long Deployments that were brought back may take to become available. */
const workloadTimeout = '180s';

/** A lab whose objects are looked at. */
export interface LabOnCluster {
  readonly kubectl: Pick<Kubectl, 'run' | 'apply'>;
  /** The lab's own objects as YAML, as they were made. */
  readonly manifests: string;
  /** Folder for what is remembered of the lab. */
  readonly folder: string;
}

/**
 * Those of a lab's own objects that are not there any more, or about to go with their namespace. While a fault is in the
 * lab, nothing but a namespace counts as lost: what else is missing may be the fault.
 *
 * @throws ExternalError with kubectl's own words
 */
export async function lostObjects(
  { kubectl, manifests, folder }: LabOnCluster,
  signal: AbortSignal,
): Promise<readonly KubernetesObject[]> {
  const made = objectsIn(manifests);
  if (made.length === 0) return [];
  const json = await kubectl.run(['get', '-f', '-', '--ignore-not-found', '--output=json'], signal, manifests);
  const there = found(json).filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
  const ending = found(json)
    .filter(({ kind, metadata }) => kind === 'Namespace' && metadata?.deletionTimestamp !== undefined)
    .map(({ metadata }) => metadata?.name);
  const lost = made.filter(
    (object) =>
      ending.includes(object.metadata?.namespace) || !there.some((candidate) => isSameObject(object, candidate)),
  );
  if (lost.some(({ kind }) => kind === 'Namespace')) return lost;
  return (await readFaultsProgress(folder)).broken === undefined ? lost : [];
}

/**
 * Makes lost objects again and waits until the Deployments among them are available. Everything else stays as it is.
 *
 * @param endNamespaces waits until namespaces are gone that are about to go
 * @throws ExternalError with kubectl's own words
 */
export async function restoreLost(
  kubectl: Pick<Kubectl, 'run' | 'apply'>,
  lost: readonly KubernetesObject[],
  endNamespaces: (names: readonly string[]) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  if (lost.length === 0) return;
  const namespaces = lost.filter(({ kind }) => kind === 'Namespace').map(nameOf);
  if (namespaces.length > 0) await endNamespaces(namespaces);
  await kubectl.apply(lost.map((object) => stringify(object)).join('---\n'), signal);
  for (const deployment of lost.filter(({ kind }) => kind === 'Deployment')) {
    const namespace = deployment.metadata?.namespace ?? 'default';
    const available = ['--for=condition=Available', `--timeout=${workloadTimeout}`];
    await kubectl.run(['wait', 'deployment', nameOf(deployment), '--namespace', namespace, ...available], signal);
  }
}

/** Where lost objects are looked for, and restored from. */
export interface LostObjects {
  /** The lab's own objects that are missing. */
  lost(lab: Lab, signal: AbortSignal): Promise<readonly KubernetesObject[]>;
  /** Restores what {@link lost} finds, and returns it. */
  restoreLost(lab: Lab, signal: AbortSignal): Promise<readonly KubernetesObject[]>;
}

/** Says what was brought back, and what could not be. */
export function saidOfLost(lost: readonly KubernetesObject[]): Text | undefined {
  if (lost.length === 0) return undefined;
  const names = lost.map((object) => `${object.kind ?? ''} ${nameOf(object)}`);
  const ja = `ラボのものを戻しました（${names.join('、')}）。自分で作ったものは戻りません。`;
  const en = `brought back what is the lab's own (${names.join(', ')}); what you had made yourself does not come back`;
  return { ja, en };
}

/**
 * What it takes to bring back what a running lab has lost of its own objects; no step where nothing is lost.
 *
 * @param alone runs the step while no other command changes the environment
 */
export async function stepsForLost(
  lab: Lab,
  objects: LostObjects,
  alone: <T>(report: Report, signal: AbortSignal, run: () => Promise<T>) => Promise<T>,
): Promise<readonly Step[]> {
  if ((await objects.lost(lab, new AbortController().signal)).length === 0) return [];
  return [
    {
      title: {
        ja: `ラボ ${lab.id} の、なくなったオブジェクトを戻す`,
        en: `Bring back the objects that lab ${lab.id} has lost`,
      },
      run: (report, signal) => alone(report, signal, async () => saidOfLost(await objects.restoreLost(lab, signal))),
    },
  ];
}

const nameOf = ({ metadata }: KubernetesObject): string => metadata?.name ?? '';

const isSameObject = (made: KubernetesObject, there: KubernetesObject): boolean =>
  made.kind === there.kind &&
  nameOf(made) === nameOf(there) &&
  (made.metadata?.namespace === undefined || made.metadata.namespace === there.metadata?.namespace);

const objectsIn = (manifests: string): readonly KubernetesObject[] =>
  parseAllDocuments(manifests)
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object): object is KubernetesObject => object?.kind !== undefined);

/** What kubectl found: nothing, one object, or a list. */
function found(json: string): readonly KubernetesObject[] {
  if (json.trim() === '') return [];
  const result = JSON.parse(json) as KubernetesObject & { items?: readonly KubernetesObject[] };
  return result.items ?? [result];
}
