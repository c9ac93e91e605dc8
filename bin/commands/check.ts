import { taskOf } from '../../lib/model/lab.ts';
import { labOf } from '../../labs/catalogue.ts';
import { readAnswers } from '../../lib/progress/answers.ts';
import { exitCodes } from '../../lib/core/errors.ts';
import { readFaultsProgress } from '../../lib/progress/faults.ts';
import { progressOf, readPassedTasks, rememberPassedTasks } from '../../lib/progress/tasks.ts';
import { judgeAll } from '../../lib/engine/evaluate.ts';
import { targetWith, type Action } from '../context.ts';
import { printProgress } from '../guide-frame.ts';
import { printWhereKubectlLeads } from '../terminal.ts';
import { printFaultJudgement, printJudgement } from '../verdicts.ts';

const check: Action<{ json?: boolean; on?: string }> = async ({ output }, [id = '', taskId], { json, on }) => {
  const lab = labOf(id);
  const tasks = taskId === undefined ? lab.tasks : [taskOf(lab, taskId)];
  const target = await targetWith(lab, on);
  const access = await target.access(lab);
  const { folder } = access;
  // Only for a lab that is up: loading the Kubernetes client takes longer than all the rest.
  const { openCluster } = await import('../../lib/model/cluster.ts');
  const { requireNamespaces } = await import('../../lib/targets/shared/require-namespaces.ts');
  const cluster = openCluster(access.kubeconfig, lab.namespace, access.nodes);
  // What is broken fails tasks too: until it is healed, it alone is judged.
  if (taskId === undefined && (await readFaultsProgress(folder)).broken !== undefined) {
    const { judgeFault } = await import('../../lib/engine/faults.ts');
    const judgement = (await judgeFault(lab, access))!;
    const { fault, verdict, tries, hints } = judgement;
    if (json) output.line(JSON.stringify([{ lab: lab.id, fault: fault.id, tries, ...verdict, hints }], undefined, 2));
    else printFaultJudgement(lab, target.name, judgement, output);
    return verdict.passed ? exitCodes.done : exitCodes.failed;
  }
  await requireNamespaces({ lab, target: target.name, folder, cluster });
  const before = await readPassedTasks(folder);
  const judgements = await judgeAll(lab, tasks, cluster, await readAnswers(folder));
  const passed = judgements.filter(({ verdict }) => verdict.passed).map(({ task }) => task.id);
  await rememberPassedTasks(folder, passed);
  const isDone = passed.length === judgements.length;
  if (json) {
    const rows = judgements.map(({ task, verdict }) => ({
      lab: lab.id,
      task: task.id,
      kind: task.kind,
      ...verdict,
      passedBefore: before.includes(task.id),
    }));
    output.line(JSON.stringify(rows, undefined, 2));
  } else {
    judgements.forEach((judgement) => printJudgement(judgement, output, before.includes(judgement.task.id)));
    if (!isDone) await printWhereKubectlLeads(lab, target.name, access, output);
    printProgress(lab, progressOf(lab, await readPassedTasks(folder)), target.name, output);
  }
  return isDone ? exitCodes.done : exitCodes.failed;
};
export default check;
