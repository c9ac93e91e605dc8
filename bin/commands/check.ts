import { labOf, taskOf } from '../../labs/catalogue.ts';
import { readAnswers } from '../../lib/answers.ts';
import { exitCodes } from '../../lib/errors.ts';
import { judgeAll } from '../../lib/judging.ts';
import { targetWith, type Action } from '../context.ts';
import { printJudgement } from '../verdicts.ts';

const check: Action<{ json?: boolean; on?: string }> = async ({ output }, [id = '', taskId], { json, on }) => {
  const lab = labOf(id);
  const tasks = taskId === undefined ? lab.tasks : [taskOf(lab, taskId)];
  const access = await (await targetWith(lab, on)).access(lab);
  // Only for a lab that is up: loading the Kubernetes client takes longer than all the rest.
  const { openCluster } = await import('../../lib/cluster.ts');
  const judgements = await judgeAll(
    lab,
    tasks,
    openCluster(access.kubeconfig, lab.namespace, access.nodes),
    await readAnswers(access.folder),
  );
  if (json) {
    const rows = judgements.map(({ task, verdict }) => ({ lab: lab.id, task: task.id, kind: task.kind, ...verdict }));
    output.line(JSON.stringify(rows, undefined, 2));
  } else {
    judgements.forEach((judgement) => printJudgement(judgement, output));
  }
  return judgements.every(({ verdict }) => verdict.passed) ? exitCodes.done : exitCodes.failed;
};
export default check;
