import { labOf } from '../../labs/catalogue.ts';
import { shellWord } from '../../lib/core/shell-quote.ts';
import { shellVariables } from '../../lib/targets/target.ts';
import { targetWith, type Action } from '../context.ts';

const env: Action<{ on?: string }> = async ({ output }, [id = ''], { on }) => {
  const lab = labOf(id);
  const target = await targetWith(lab, on);
  const { PATH, ...variables } = shellVariables(await target.access(lab));
  for (const [name, value] of Object.entries(variables)) output.line(`export ${name}=${shellWord(value)}`);
  output.line(`export PATH=${shellWord(PATH)}:"$PATH"`);
};
export default env;
