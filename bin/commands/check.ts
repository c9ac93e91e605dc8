import { taskOf } from '../../lib/model/lab.ts';
import type { Lab } from '../../lib/model/lab.ts';
import { labOf } from '../../labs/catalogue.ts';
import { exitCodes } from '../../lib/core/errors.ts';
import { checkLab, type LabCheck } from '../../lib/engine/check-lab.ts';
import { openLab } from '../../lib/engine/open-lab.ts';
import type { Action } from '../context.ts';
import { printProgress } from '../guide-frame.ts';
import { printWhereKubectlLeads } from '../terminal.ts';
import { printFaultJudgement, printJudgement } from '../verdicts.ts';

const check: Action<{ json?: boolean; on?: string }> = async ({ output }, [id = '', taskId], { json, on }) => {
  const lab = labOf(id);
  const only = taskId === undefined ? undefined : taskOf(lab, taskId);
  const open = await openLab(lab, { on });
  const target = open.target.name;
  const result = await checkLab(open, only);
  if (json === true) output.line(JSON.stringify(rowsOf(lab, result), undefined, 2));
  else if (result.kind === 'fault') printFaultJudgement(lab, target, result.judgement, output);
  else {
    result.judgements.forEach((judgement) => printJudgement(judgement, output, judgement.passedBefore));
    if (!result.passed) await printWhereKubectlLeads(lab, target, open.access, output);
    printProgress(lab, result.progress, target, output);
  }
  return result.passed ? exitCodes.done : exitCodes.failed;
};
export default check;

/** What a script reads: a row for each task, or one for the fault in the lab. */
function rowsOf(lab: Lab, result: LabCheck): readonly object[] {
  if (result.kind === 'fault') {
    const { fault, verdict, tries, hints } = result.judgement;
    return [{ lab: lab.id, fault: fault.id, tries, ...verdict, hints }];
  }
  return result.judgements.map(({ task, verdict, passedBefore }) => ({
    lab: lab.id,
    task: task.id,
    kind: task.kind,
    ...verdict,
    passedBefore,
  }));
}
