import { labOf, taskOf } from '../../labs/catalogue.ts';
import { writeAnswer } from '../../lib/answers.ts';
import { exitCodes, UsageError } from '../../lib/errors.ts';
import { judge } from '../../lib/judging.ts';
import { targetWith, type Action } from '../context.ts';

const answer: Action<{ on?: string }> = async ({ output }, [id = '', taskId = '', value = ''], { on }) => {
  const lab = labOf(id);
  const task = taskOf(lab, taskId);
  if (task.kind === 'do') {
    const questions = lab.tasks.filter(({ kind }) => kind === 'find').map((candidate) => candidate.id);
    throw new UsageError(
      `Task ${task.id} of lab ${lab.id} asks to do something, not to answer: use npx labs check ${lab.id} ${task.id}. Tasks with a question: ${questions.join(', ')}.`,
    );
  }
  const access = await (await targetWith(lab, on)).access(lab);
  // Only for a lab that is up: loading the Kubernetes client takes longer than all the rest.
  const { openCluster } = await import('../../lib/cluster.ts');
  const verdict = await judge(
    await lab.loadChecks(),
    task,
    openCluster(access.kubeconfig, lab.namespace, access.nodes),
    value,
  );
  await writeAnswer(access.folder, task.id, value.trim());
  output.line(output.message(verdict.passed ? 'correct' : 'incorrect', { task: output.text(task.title) }));
  if (!verdict.passed) output.line(output.text(verdict.hint));
  return verdict.passed ? exitCodes.done : exitCodes.failed;
};
export default answer;
