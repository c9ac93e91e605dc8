import { labOf } from '../../labs/catalogue.ts';
import { locateLab } from '../../lib/engine/open-lab.ts';
import type { Action } from '../context.ts';
import { runSteps } from '../progress.ts';

const down: Action<{ on?: string }> = async ({ output, signal }, [id = ''], { on }) => {
  const lab = labOf(id);
  const { target } = await locateLab(lab, { on });
  const steps = await target.down(lab);
  await runSteps(steps, output, signal);
  output.line(output.message(steps.length === 0 ? 'notRunning' : 'isDown', { lab: lab.id }));
};
export default down;
