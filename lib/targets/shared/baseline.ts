import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, ExternalError } from '../../core/errors.ts';
import { writeAtomically } from '../../platform/write-atomically.ts';
import type { Kubectl } from './kubectl.ts';
import {
  argumentsFor,
  asMade,
  belongsToComponent,
  isOfLabs,
  isSame,
  keyOf,
  nodePatch,
  type BaselineObject,
} from './baseline-object.ts';

/** The kinds beside a lab that a fault, or what somebody tries against it, may change. */
const ofCluster = [
  'nodes',
  'apiservices',
  'priorityclasses',
  'storageclasses',
  'clusterroles',
  'clusterrolebindings',
  'validatingadmissionpolicies',
  'validatingadmissionpolicybindings',
  'validatingwebhookconfigurations',
  'mutatingwebhookconfigurations',
];

/** Likewise in the namespace of the cluster's own workloads. */
const ofSystem = [
  'deployments',
  'daemonsets',
  'services',
  'configmaps',
  'serviceaccounts',
  'roles',
  'rolebindings',
  'networkpolicies',
  'resourcequotas',
  'limitranges',
];

/** What comes and goes without anybody's doing: capacity, and what components keep for themselves. */
const comesByItself = ['Node', 'ConfigMap'];

/** An object that differs from what it was. */
interface Difference {
  readonly object: BaselineObject;
  /** Whether it was there, as it is here. */
  readonly wasThere: boolean;
}

/** What a lab's folder remembers. */
interface Remembered {
  /** All there was beside the lab, while a fault is in it. */
  readonly all?: readonly BaselineObject[];
  /** Once it is healed: what the fault and its repair have left. */
  readonly left?: readonly Difference[];
}

type Run = Pick<Kubectl, 'run'>;

const file = (folder: string): string => path.join(folder, 'outside.json');

/**
 * Remembers in a lab's folder all that is beside the lab, before a fault is put into it.
 *
 * @throws ExternalError with kubectl's own words
 */
export async function recordBaseline(folder: string, kubectl: Run, signal: AbortSignal): Promise<void> {
  await write(folder, { all: (await present(kubectl, signal)).map(asMade) });
}

/**
 * Remembers from now on only what differs: the fault is healed, and what is changed later is not of its repair.
 *
 * @throws ExternalError with kubectl's own words
 */
export async function closeBaseline(folder: string, kubectl: Run, signal: AbortSignal): Promise<void> {
  const { all } = await read(folder);
  if (all === undefined) return;
  const left = differences(all, await present(kubectl, signal));
  if (left.length === 0) await rm(file(folder));
  else await write(folder, { left });
}

/**
 * Puts what {@link recordBaseline} remembered back as it was, and forgets it; nothing happens where nothing is
 * remembered. It may be interrupted and run again.
 *
 * @throws ExternalError with kubectl's own words
 */
export async function restoreBaseline(folder: string, kubectl: Run, signal: AbortSignal): Promise<void> {
  const { all, left = [] } = await read(folder);
  const changes = all === undefined ? left : differences(all, await present(kubectl, signal));
  for (const change of changes) await putBack(change, kubectl, signal);
  await rm(file(folder), { force: true });
}

/** First what was not there: it may forbid what comes after it. */
function differences(then: readonly BaselineObject[], now: readonly BaselineObject[]): readonly Difference[] {
  const before = new Map(then.map((object) => [keyOf(object), object]));
  const after = new Map(now.map((object) => [keyOf(object), object]));
  const added = now.filter(
    (object) => !before.has(keyOf(object)) && !comesByItself.includes(object.kind) && !isOfLabs(object),
  );
  const changed = then.filter((object) => {
    const today = after.get(keyOf(object));
    return today === undefined || !isSame(object, today);
  });
  return [
    ...added.map((object) => ({ object: asMade(object), wasThere: false })),
    ...changed.map((object) => ({ object, wasThere: true })),
  ];
}

async function putBack({ object, wasThere }: Difference, kubectl: Run, signal: AbortSignal): Promise<void> {
  if (!wasThere) {
    await kubectl.run(['delete', ...argumentsFor(object), '--ignore-not-found', '--timeout=60s'], signal);
    return;
  }
  if (object.kind === 'Node') return putBackNode(object, kubectl, signal);
  const made = JSON.stringify(asMade(object));
  try {
    await kubectl.run(['replace', '-f', '-'], signal, made);
  } catch (error) {
    if (!(error instanceof ExternalError) || !error.message.includes('(NotFound)')) throw error;
    await kubectl.run(['create', '-f', '-'], signal, made);
  }
}

/** A node that is gone comes back through its kubelet alone. */
async function putBackNode(before: BaselineObject, kubectl: Run, signal: AbortSignal): Promise<void> {
  const get = ['get', ...argumentsFor(before), '--ignore-not-found', '--output=json'];
  const json = await kubectl.run(get, signal);
  if (json.trim() === '') return;
  const patch = JSON.stringify(nodePatch(before, JSON.parse(json) as BaselineObject));
  await kubectl.run(['patch', ...argumentsFor(before), '--type=merge', '--patch', patch], signal);
}

/** All that is watched, as it is now. */
async function present(kubectl: Run, signal: AbortSignal): Promise<readonly BaselineObject[]> {
  const list = async (kinds: readonly string[], where: readonly string[]): Promise<readonly BaselineObject[]> => {
    const json = await kubectl.run(
      ['get', kinds.join(','), ...where, '--show-managed-fields', '--output=json'],
      signal,
    );
    return (JSON.parse(json) as { items: BaselineObject[] }).items;
  };
  const objects = [...(await list(ofCluster, [])), ...(await list(ofSystem, ['--namespace', 'kube-system']))];
  return objects.filter((object) => !belongsToComponent(object));
}

async function read(folder: string): Promise<Remembered> {
  try {
    return JSON.parse(await readFile(file(folder), 'utf8')) as Remembered;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return {};
    throw error;
  }
}

async function write(folder: string, remembered: Remembered): Promise<void> {
  await writeAtomically(file(folder), JSON.stringify(remembered) + '\n', { mode: 0o600 });
}
