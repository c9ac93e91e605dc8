import { mendSteps } from '../../lib/engine/faults.ts';
import { labOf } from '../../labs/catalogue.ts';
import { locateLab } from '../../lib/engine/open-lab.ts';
import type { Action } from '../context.ts';
import { runSteps } from '../progress.ts';

const mend: Action<{ on?: string }> = async ({ output, signal }, [id = ''], { on }) => {
  const lab = labOf(id);
  const located = await locateLab(lab, { on });
  await runSteps(await mendSteps(located), output, signal);
  output.line(output.message('isMended', { lab: lab.id }));
  if (located.target.name === 'aws') output.line(output.message('notMendedOnAws'));
};
export default mend;
