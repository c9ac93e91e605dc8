import { labOf } from '../../labs/catalogue.ts';
import { shellWord } from '../../lib/core/shell-quote.ts';
import { shellVariables } from '../../lib/targets/target.ts';
import { openLab } from '../../lib/engine/open-lab.ts';
import type { Action } from '../context.ts';

const env: Action<{ on?: string }> = async ({ output }, [id = ''], { on }) => {
  const { access } = await openLab(labOf(id), { on });
  const { PATH, ...variables } = shellVariables(access);
  for (const [name, value] of Object.entries(variables)) output.line(`export ${name}=${shellWord(value)}`);
  output.line(`export PATH=${shellWord(PATH)}:"$PATH"`);
};
export default env;
