import { taskOf } from '../../lib/model/lab.ts';
import { labOf } from '../../labs/catalogue.ts';
import { writeAnswer } from '../../lib/progress/answers.ts';
import { exitCodes, UsageError } from '../../lib/core/errors.ts';
import { progressOf, readPassedTasks, rememberPassedTasks } from '../../lib/progress/tasks.ts';
import { judge } from '../../lib/engine/evaluate.ts';
import { targetWith, type Action } from '../context.ts';
import { printProgress } from '../guide-frame.ts';
import { labsCommand } from '../../lib/model/labs-command.ts';

const answer: Action<{ on?: string }> = async ({ output }, [id = '', taskId = '', value = ''], { on }) => {
  const lab = labOf(id);
  const task = taskOf(lab, taskId);
  if (task.kind === 'do') {
    const questions = lab.tasks.filter(({ kind }) => kind === 'find').map((candidate) => candidate.id);
    const check = labsCommand('check', lab.id, 'local', { args: [task.id] });
    throw new UsageError({
      ja: `ラボ ${lab.id} の課題 ${task.id} は、答えるのではなく、する課題です。${check} で確かめてください。問いのある課題: ${questions.join(', ')}`,
      en: `Task ${task.id} of lab ${lab.id} asks to do something, not to answer: use ${check}. Tasks with a question: ${questions.join(', ')}.`,
    });
  }
  const target = await targetWith(lab, on);
  const access = await target.access(lab);
  // Only for a lab that is up: loading the Kubernetes client takes longer than all the rest.
  const { openCluster } = await import('../../lib/model/cluster.ts');
  const { requireNamespaces } = await import('../../lib/targets/shared/require-namespaces.ts');
  const cluster = openCluster(access.kubeconfig, lab.namespace, access.nodes);
  await requireNamespaces({ lab, target: target.name, folder: access.folder, cluster });
  const verdict = await judge(await lab.loadChecks(), task, cluster, value);
  await writeAnswer(access.folder, task.id, value.trim());
  if (verdict.passed) await rememberPassedTasks(access.folder, [task.id]);
  output.line(output.message(verdict.passed ? 'correct' : 'incorrect', { task: output.text(task.title) }));
  if (!verdict.passed) output.line(output.text(verdict.hint));
  else printProgress(lab, progressOf(lab, await readPassedTasks(access.folder)), target.name, output);
  return verdict.passed ? exitCodes.done : exitCodes.failed;
};
export default answer;
