import { labOf } from '../../labs/catalogue.ts';
import { exitCodes, UsageError } from '../../lib/core/errors.ts';
import { refuseTarget } from '../../lib/model/lab-targets.ts';
import { settingsOf } from '../../lib/model/lab-settings.ts';
import { openTarget, targetNameOf } from '../../lib/engine/targets.ts';
import { confirmChange } from '../confirm-change.ts';
import type { Action } from '../context.ts';
import { printNextSteps } from '../next-steps.ts';
import { runSteps } from '../progress.ts';

const up: Action<{ context: string[]; on: string; port?: string; yes?: boolean }> = async (
  context,
  [id = ''],
  options,
) => {
  const { output, signal } = context;
  const lab = labOf(id);
  const settings = settingsOf(lab, options.context);
  const target = await openTarget(targetNameOf(options.on));
  refuseTarget(lab, settings, target.name, 'up');
  const { context: flags, yes = false } = options;
  const { agreed, settings: changed } = await confirmChange(target, { lab, settings, flags, yes }, context);
  if (!agreed) {
    output.line(output.message('unchanged'));
    return exitCodes.failed;
  }
  const steps = await target.up(lab, changed ?? settings, {
    ...(options.port === undefined ? {} : { port: portOf(options.port) }),
    change: changed !== undefined,
  });
  await runSteps(steps, output, signal);
  output.line(output.message(steps.length === 0 ? 'alreadyUp' : 'isUp', { lab: lab.id }));
  printNextSteps(lab, output, target.name);
  return exitCodes.done;
};
export default up;

function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new UsageError({
    ja: `「${text}」はポートではありません。--port には 1 から 65535 の数を指定します（たとえば --port 6443）。`,
    en: `'${text}' is not a port. --port takes a number from 1 to 65535, such as --port 6443.`,
  });
}
