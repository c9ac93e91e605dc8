import type { KubernetesObject } from '@kubernetes/client-node';
import { parseAllDocuments, stringify } from 'yaml';
import { unknownNameText } from '../core/closest.ts';
import { openCluster } from '../model/cluster.ts';
import { codeOf, LabsError, ExternalError, UsageError } from '../core/errors.ts';
import { forgetBrokenFault, readFaultsProgress, writeFaultsProgress, type FaultsProgress } from '../progress/faults.ts';
import type { Fault, FaultPlan, FaultSite } from '../model/fault.ts';
import { failed, type Verdict } from '../model/verdict.ts';
import type { Check } from '../model/check.ts';
import type { Lab } from '../model/lab.ts';
import { targetsOfLab } from '../model/lab-targets.ts';
import type { Step } from '../core/step.ts';
import type { TargetName } from '../core/target-name.ts';
import { Kubectl, type KubectlFolder } from '../targets/shared/kubectl.ts';
import { closeBaseline, restoreBaseline, recordBaseline } from '../targets/shared/baseline.ts';
import type { LabAccess } from '../targets/target.ts';
import type { LocatedLab, OpenLab } from './open-lab.ts';
import type { Text } from '../core/text.ts';
import { labsCommand } from '../model/labs-command.ts';
import { waitFor } from '../core/wait-for.ts';

const never = new AbortController().signal;

/**
 * How long a lab may take to work before a fault is put in, how long a fault may take to show, and how long what changes
 * them waits for the API server, in milliseconds.
 */
const faultTimeout = 150_000;

/** What `labs check` says of the fault that is in a lab. */
export interface FaultJudgement {
  readonly fault: Fault;
  readonly verdict: Verdict;
  /** How often it was found not yet healed, this time included. */
  readonly tries: number;
  /** What helps the search: one more with each try, until there are no more. Empty when it is healed. */
  readonly hints: readonly Text[];
}

/** The faults that a lab has on a target, in order. */
export const faultsOn = (lab: Lab, target: TargetName): readonly Fault[] =>
  (lab.faults ?? []).filter((fault) => targetsOfFault(lab, fault).includes(target));

const targetsOfFault = (lab: Lab, fault: Fault): readonly TargetName[] => fault.targets ?? targetsOfLab(lab);

/**
 * The fault that `labs break` is to put in: the one that is named, or else the first that was not healed yet.
 *
 * @throws UsageError when a fault is in the lab already, when there is none of that name, or not on that target, and when
 *   all of them were healed and none is named
 */
export function chooseFault(lab: Lab, id: string | undefined, target: TargetName, progress: FaultsProgress): Fault {
  if (progress.broken !== undefined) {
    const check = labsCommand('check', lab.id, target);
    const mend = labsCommand('mend', lab.id, target);
    throw new UsageError({
      ja:
        `ラボ ${lab.id} には、障害 ${progress.broken.id} がもう入っています。同時に入れられるのはひとつです。` +
        `直ったかどうかは ${check}、あきらめるには ${mend}`,
      en:
        `Fault ${progress.broken.id} is in lab ${lab.id} already, and there is one at a time. ` +
        `See whether it is healed with: ${check}; or give it up with: ${mend}`,
    });
  }
  const here = faultsOn(lab, target);
  if (id === undefined) {
    const next = here.find((fault) => !progress.healed.includes(fault.id));
    if (next !== undefined) return next;
    throw new UsageError({
      ja: `ラボ ${lab.id} の障害は、${target} で起こせるものをすべて直しました。もう一度試すなら、名前を指定してください: ${idsOf(here)}`,
      en: `You have healed every fault that lab ${lab.id} has on ${target}. Name one to have it again: ${idsOf(here)}.`,
    });
  }
  const fault = faultOf(lab, id);
  if (here.includes(fault)) return fault;
  const where = targetsOfFault(lab, fault);
  throw new UsageError({
    ja: `障害 ${id} は ${target} では起こせません。起こせるのは ${where.join(' と ')} です。${target} にあるもの: ${idsOf(here)}`,
    en: `Fault ${id} can't be had on ${target}, only on ${where.join(' and ')}. On ${target} there are: ${idsOf(here)}.`,
  });
}

const idsOf = (faults: readonly Fault[]): string => faults.map(({ id }) => id).join(', ');

function faultOf(lab: Lab, id: string): Fault {
  const faults = lab.faults ?? [];
  const fault = faults.find((candidate) => candidate.id === id);
  if (fault !== undefined) return fault;
  throw new UsageError(
    unknownNameText(
      { ja: `障害（ラボ ${lab.id}）`, en: `fault of lab ${lab.id}` },
      id,
      faults.map((candidate) => candidate.id),
    ),
  );
}

async function planOf(lab: Lab, id: string): Promise<FaultPlan> {
  const plan = (await lab.loadFaults?.())?.[id];
  if (plan === undefined) throw new Error(`Fault ${id} is not in the faults.ts of lab ${lab.id}.`);
  return plan;
}

const folderOf = ({ bin, kubeconfig, kubectlCache }: LabAccess): KubectlFolder => ({
  bin,
  adminKubeconfig: kubeconfig,
  kubectlCache,
});

const kubectlOf = (access: LabAccess): Kubectl =>
  new Kubectl(folderOf(access), { target: access.target, retryMs: faultTimeout });

function siteOf(lab: Lab, access: LabAccess, signal: AbortSignal): FaultSite {
  // The namespace is said, because a learner may have given the lab's context another one.
  const kubectl = new Kubectl(
    { ...folderOf(access), namespace: lab.namespace },
    { target: access.target, retryMs: faultTimeout },
  );
  return {
    cluster: openCluster(access.kubeconfig, lab.namespace, access.nodes),
    kubectl: (args, input) => kubectl.run(args, signal, input),
  };
}

/**
 * The steps that inject a fault: restore what an earlier fault changed, restore the lab's own objects, record the baseline of
 * everything beside them, and inject. The learner's own objects stay.
 */
export function breakSteps({ lab, target, access }: OpenLab, fault: Fault): readonly Step[] {
  const { folder } = access;
  const mend = labsCommand('mend', lab.id, target.name);
  return [
    {
      title: { ja: `ラボ ${lab.id} が動いていることを確認`, en: `See that lab ${lab.id} works` },
      run: async (_, signal) => {
        const { cluster } = siteOf(lab, access, signal);
        const kubectl = kubectlOf(access);
        await restoreBaseline(folder, kubectl, signal);
        await recreateObjects(lab, mend, kubectl, signal);
        const { isHealed } = await planOf(lab, fault.id);
        if (await comesTo(true, isHealed, cluster, signal)) return;
        throw notAsMade(lab, mend, {
          ja: 'この障害で壊すはずのところが、いま働いていません。',
          en: 'what this fault breaks does not work now.',
        });
      },
    },
    {
      title: { ja: '障害を入れる', en: 'Put the fault in' },
      run: async (_, signal) => {
        const plan = await planOf(lab, fault.id);
        const site = siteOf(lab, access, signal);
        await recordBaseline(folder, kubectlOf(access), signal);
        // Before the injection: `labs mend` reverts one that did not finish.
        await writeFaultsProgress(folder, {
          ...(await readFaultsProgress(folder)),
          broken: { id: fault.id, tries: 0 },
        });
        await plan.inject(site);
        if (await comesTo(false, plan.isHealed, site.cluster, signal)) return;
        throw new ExternalError({
          ja: `障害 ${fault.id} が、ラボ ${lab.id} に現れません。元に戻すには: ${mend}`,
          en: `Fault ${fault.id} does not show in lab ${lab.id}. Put the lab back with: ${mend}`,
        });
      },
    },
  ];
}

/** Restores a lab's own objects. */
async function recreateObjects(lab: Lab, mend: string, kubectl: Kubectl, signal: AbortSignal): Promise<void> {
  const manifests = await lab.loadManifests();
  const objects = parseAllDocuments(manifests)
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object) => object !== null && object.kind !== 'Namespace')
    .map((object) => stringify(object));
  try {
    // `apply` keeps fields that others added, such as a node selector from an earlier fault.
    if (objects.length > 0) await kubectl.run(['replace', '-f', '-'], signal, objects.join('---\n'));
  } catch (error) {
    // `replace` fails on deleted objects; the apply below recreates them.
    if (!(error instanceof ExternalError)) throw error;
  }
  try {
    await kubectl.apply(manifests, signal);
  } catch (error) {
    if (!(error instanceof ExternalError)) throw error;
    throw notAsMade(lab, mend, {
      ja: `ラボのオブジェクトを適用できません（${error.text.ja}）。`,
      en: `its objects can't be applied (${error.text.en}).`,
    });
  }
}

const notAsMade = ({ id }: Lab, mend: string, why: Text): ExternalError =>
  new ExternalError({
    ja: `ラボ ${id} が、作られたときの状態ではありません。${why.ja}元に戻すには: ${mend}`,
    en: `Lab ${id} is not as it was made: ${why.en} Put the lab back with: ${mend}`,
  });

/** Whether a check passes, or fails, within that time. */
async function comesTo(
  passes: boolean,
  check: Check,
  cluster: FaultSite['cluster'],
  signal: AbortSignal,
): Promise<boolean> {
  const hasCome = async () => (await verdictOf(check, cluster)).passed === passes;
  return (await waitFor(hasCome, { timeoutMs: faultTimeout, pauseMs: 500, signal })) ?? false;
}

const noAnswer = failed({
  ja: 'API サーバーが、この確認に答えていません。',
  en: 'The API server does not answer this check.',
});

/** What a check says. That it gets no answer is a symptom too. */
async function verdictOf(check: Check, cluster: FaultSite['cluster']): Promise<Verdict> {
  try {
    return await check(cluster);
  } catch (error) {
    if (error instanceof LabsError || codeOf(error) === undefined) throw error;
    return noAnswer;
  }
}

/** Judges the fault that is in a lab and remembers the outcome; undefined when there is none. */
export async function judgeFault(lab: Lab, access: LabAccess): Promise<FaultJudgement | undefined> {
  const { folder } = access;
  const { broken, healed } = await readFaultsProgress(folder);
  if (broken === undefined) return undefined;
  const fault = faultOf(lab, broken.id);
  const { isHealed, hints } = await planOf(lab, fault.id);
  const verdict = await verdictOf(isHealed, openCluster(access.kubeconfig, lab.namespace, access.nodes));
  if (verdict.passed) {
    await closeBaseline(folder, new Kubectl(folderOf(access), { target: access.target }), never);
    await writeFaultsProgress(folder, { healed: [...healed.filter((id) => id !== fault.id), fault.id] });
    return { fault, verdict, tries: broken.tries, hints: [] };
  }
  const tries = broken.tries + 1;
  await writeFaultsProgress(folder, { healed, broken: { id: fault.id, tries } });
  return { fault, verdict, tries, hints: hints.slice(0, tries) };
}

/** Restores a lab, and everything that a fault changed beside it. The learner's progress stays. */
export async function mendSteps({ lab, target }: LocatedLab): Promise<readonly Step[]> {
  const access = await target.access(lab);
  const reset = await target.reset(lab, { keepProgress: true });
  return [
    // On linux, `reset` recreates the environment of a lab that may change nodes.
    ...(target.name === 'aws' ? [nodesStep(lab, access)] : []),
    ...reset,
    {
      title: { ja: '障害の記録を閉じる', en: 'Close the record of the fault' },
      run: () => forgetBrokenFault(access.folder),
    },
  ];
}

const nodesStep = (lab: Lab, access: LabAccess): Step => ({
  title: { ja: 'ノードを元に戻す', en: 'Put the nodes back' },
  run: async (_, signal) => {
    const { broken } = await readFaultsProgress(access.folder);
    if (broken === undefined) return;
    await (await planOf(lab, broken.id)).restoreNodes?.(siteOf(lab, access, signal));
  },
});
