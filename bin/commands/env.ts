import { labOf } from '../../labs/catalogue.ts';
import { shellVariables } from '../../lib/targets/target.ts';
import { targetOf, type Action } from '../context.ts';

/** A word that every POSIX shell takes as it stands. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const env: Action<object> = async ({ output }, [id = '']) => {
  const target = await targetOf('local');
  const { PATH, ...variables } = shellVariables(await target.access(labOf(id)));
  for (const [name, value] of Object.entries(variables)) output.line(`export ${name}=${quoted(value)}`);
  output.line(`export PATH=${quoted(PATH)}:"$PATH"`);
};
export default env;
