import { labOf } from '../../labs/catalogue.ts';
import { shellVariables } from '../../lib/targets/target.ts';
import { targetWith, type Action } from '../context.ts';

/** A word that every POSIX shell takes as it stands. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const env: Action<{ on?: string }> = async ({ output }, [id = ''], { on }) => {
  const lab = labOf(id);
  const target = await targetWith(lab, on);
  const { PATH, ...variables } = shellVariables(await target.access(lab));
  for (const [name, value] of Object.entries(variables)) output.line(`export ${name}=${quoted(value)}`);
  output.line(`export PATH=${quoted(PATH)}:"$PATH"`);
};
export default env;
