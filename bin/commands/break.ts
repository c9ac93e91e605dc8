import { chooseFault, breakSteps, faultsOn } from '../../lib/engine/faults.ts';
import { labOf, labs } from '../../labs/catalogue.ts';
import { UsageError } from '../../lib/core/errors.ts';
import { readFaultsProgress } from '../../lib/progress/faults.ts';
import type { Lab } from '../../lib/model/lab.ts';
import { widthOf } from '../../lib/guide/rich-text.ts';
import type { Target } from '../../lib/targets/target.ts';
import { locateLab } from '../../lib/engine/open-lab.ts';
import type { Action } from '../context.ts';
import { printStepsToHeal } from '../next-steps.ts';
import type { Output } from '../output.ts';
import { runSteps } from '../progress.ts';

const breakLab: Action<{ list?: boolean; on?: string }> = async (
  { output, signal },
  [id = '', faultId],
  { list, on },
) => {
  const lab = labOf(id);
  if (lab.faults === undefined) {
    const having = labs.filter(({ faults }) => faults !== undefined).map((other) => other.id);
    throw new UsageError({
      ja: `ラボ ${lab.id} に障害はありません。障害のあるラボ: ${having.join(', ')}`,
      en: `Lab ${lab.id} has no faults. Labs that have some: ${having.join(', ')}.`,
    });
  }
  const { target } = await locateLab(lab, { on });
  if (list === true) return printList(lab, target, output);
  // A name that is wrong is wrong wherever the lab is up.
  if (faultId !== undefined) chooseFault(lab, faultId, target.name, { healed: [] });
  const access = await target.access(lab);
  const fault = chooseFault(lab, faultId, target.name, await readFaultsProgress(access.folder));
  await runSteps(breakSteps({ lab, target, access }, fault), output, signal);
  output.line(output.message('isBroken', { fault: fault.id, title: output.text(fault.title) }));
  output.line(`  ${output.text(fault.symptom)}`);
  printStepsToHeal(lab, output, target.name);
};
export default breakLab;

async function printList(lab: Lab, target: Target, output: Output): Promise<void> {
  const { green, yellow, dim } = output.colors;
  const isUp = (await target.remembered(lab)) !== undefined;
  const { broken, healed } = isUp
    ? await readFaultsProgress((await target.access(lab)).folder)
    : { broken: undefined, healed: [] };
  const here = faultsOn(lab, target.name);
  const all = lab.faults ?? [];
  const idWidth = Math.max(...all.map(({ id }) => id.length)) + 2;
  const titleWidth = Math.max(...all.map(({ title }) => widthOf(output.text(title)))) + 2;
  for (const fault of all) {
    const mark =
      broken?.id === fault.id
        ? yellow(`✘ ${output.message('inLab')}`)
        : healed.includes(fault.id)
          ? green(`✔ ${output.message('healed')}`)
          : here.includes(fault)
            ? ''
            : dim(output.message('notOnTarget', { target: target.name }));
    const title = output.text(fault.title);
    const gap = ' '.repeat(titleWidth - widthOf(title));
    output.line(`${fault.id.padEnd(idWidth)}${title}${mark === '' ? '' : gap + mark}`);
  }
}
