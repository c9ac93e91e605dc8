import { labOf } from '../../labs/catalogue.ts';
import { openLab } from '../../lib/engine/open-lab.ts';
import type { Action } from '../context.ts';
import { shellExports } from '../shell-exports.ts';

const env: Action<{ on?: string }> = async ({ output }, [id = ''], { on }) => {
  const { access } = await openLab(labOf(id), { on });
  for (const line of shellExports(access)) output.line(line);
  if (/(^|\/)fish$/.test(process.env.SHELL ?? '')) process.stderr.write(`${output.message('fish')}\n`);
};
export default env;
