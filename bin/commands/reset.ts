import { labOf } from '../../labs/catalogue.ts';
import { targetOf, type Action } from '../context.ts';
import { runSteps } from '../progress.ts';

const reset: Action<object> = async ({ output, signal }, [id = '']) => {
  const lab = labOf(id);
  const target = await targetOf('local');
  await runSteps(await target.reset(lab), output, signal);
  output.line(output.message('isReset', { lab: lab.id }));
};
export default reset;
