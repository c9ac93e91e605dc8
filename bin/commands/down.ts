import { labOf } from '../../labs/catalogue.ts';
import { targetOf, type Action } from '../context.ts';
import { runSteps } from '../progress.ts';

const down: Action<object> = async ({ output, signal }, [id = '']) => {
  const lab = labOf(id);
  const target = await targetOf('local');
  const steps = await target.down(lab);
  await runSteps(steps, output, signal);
  output.line(output.message(steps.length === 0 ? 'notRunning' : 'isDown', { lab: lab.id }));
};
export default down;
