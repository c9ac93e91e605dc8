import { mendSteps } from '../../lib/engine/faults.ts';
import { labOf } from '../../labs/catalogue.ts';
import { targetWith, type Action } from '../context.ts';
import { runSteps } from '../progress.ts';

const mend: Action<{ on?: string }> = async ({ output, signal }, [id = ''], { on }) => {
  const lab = labOf(id);
  const target = await targetWith(lab, on);
  await runSteps(await mendSteps(lab, target), output, signal);
  output.line(output.message('isMended', { lab: lab.id }));
  if (target.name === 'aws') output.line(output.message('notMendedOnAws'));
};
export default mend;
