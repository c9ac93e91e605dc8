import { labs, labOf } from '../labs/catalogue.ts';
import { ExternalError, UsageError } from '../lib/core/errors.ts';
import type { Lab } from '../lib/model/lab.ts';
import type { NodeMachines, Target } from '../lib/targets/target.ts';
import { locateLab } from '../lib/engine/open-lab.ts';
import { openTarget, openTargets, targetNameOf } from '../lib/engine/targets.ts';
import { labsCommand } from '../lib/model/labs-command.ts';

/** The nodes of an environment, with the lab and the target that they were found by. */
export interface FoundNodes {
  readonly lab: Lab;
  readonly target: Target;
  readonly nodes: NodeMachines;
}

/**
 * The nodes that a command means: those of the lab that is named, or else of the one environment that is up.
 *
 * @param id what was given as `--lab`, if anything
 * @param on what was given as `--on`, if anything
 * @throws UsageError when several are up; ExternalError when none is, or its nodes are no machines
 */
export async function findNodes(id: string | undefined, on: string | undefined): Promise<FoundNodes> {
  if (id !== undefined) {
    const lab = labOf(id);
    const { target } = await locateLab(lab, { on });
    return { lab, target, nodes: await nodesOf(lab, target) };
  }
  const found = await everyLabThatIsUp(on);
  const withNodes = found.filter(({ target }) => target.name !== 'local');
  // Labs of one environment share its nodes.
  const distinct = withNodes.filter(
    (one, index) =>
      index ===
      withNodes.findIndex(
        ({ lab, target }) => target.name === one.target.name && lab.environment.id === one.lab.environment.id,
      ),
  );
  const [only, ...more] = distinct;
  if (only === undefined) {
    const [simulated] = found;
    if (simulated !== undefined) throw noMachines(simulated.lab, simulated.target);
    throw new ExternalError({
      ja: `ノードがマシンであるラボは、起動していません。起動するには: ${labsCommand('up', 'LAB', 'linux')}`,
      en: `No lab is up whose nodes are machines. Bring one up with: ${labsCommand('up', 'LAB', 'linux')}`,
    });
  }
  if (more.length > 0) {
    const choices = distinct.map(({ lab, target }) => `--lab ${lab.id} --on ${target.name}`);
    throw new UsageError({
      ja: `ノードのある環境が複数起動しています。どれかを指定してください: ${choices.join(' または ')}`,
      en: `Several environments with nodes are up. Say which you mean, with: ${choices.join(' or ')}.`,
    });
  }
  return { ...only, nodes: await nodesOf(only.lab, only.target) };
}

async function everyLabThatIsUp(on: string | undefined): Promise<readonly Omit<FoundNodes, 'nodes'>[]> {
  const where = on === undefined ? await openTargets() : [await openTarget(targetNameOf(on))];
  const all = where.flatMap((target) => labs.map((lab) => ({ lab, target })));
  const remembered = await Promise.all(all.map(({ lab, target }) => target.remembered(lab)));
  return all.filter((_, index) => remembered[index] !== undefined);
}

async function nodesOf(lab: Lab, target: Target): Promise<NodeMachines> {
  const { nodes } = await target.access(lab);
  if (nodes === undefined) throw noMachines(lab, target);
  return nodes;
}

const noMachines = (lab: Lab, target: Target): UsageError =>
  new UsageError(
    target.name === 'local'
      ? {
          ja: `ラボ ${lab.id} は local で起動しています。ノードは模擬なので、コマンドを実行できるマシンがありません。linux にはあります: ${labsCommand('up', lab.id, 'linux')}`,
          en: `Lab ${lab.id} is up on local, where nodes are simulated: there is no machine that a command could run on. On linux there is: ${labsCommand('up', lab.id, 'linux')}`,
        }
      : {
          ja: `${target.name} のラボ ${lab.id} のノードは、クラスター自身のマシンではないので、コマンドを実行できません。自己管理のクラスターなら実行できます。`,
          en: `The nodes of lab ${lab.id} on ${target.name} are not the cluster's own machines, so no command runs on them. A self-managed cluster has such nodes.`,
        },
  );
