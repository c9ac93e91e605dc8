import { labOf } from '../../labs/catalogue.ts';
import { locateLab } from '../../lib/engine/open-lab.ts';
import type { Action } from '../context.ts';
import { runSteps } from '../progress.ts';

const reset: Action<{ on?: string }> = async ({ output, signal }, [id = ''], { on }) => {
  const lab = labOf(id);
  const { target } = await locateLab(lab, { on });
  await runSteps(await target.reset(lab), output, signal);
  output.line(output.message('isReset', { lab: lab.id }));
};
export default reset;
