import { UsageError } from '../../lib/core/errors.ts';
import { openTarget, targetNameOf } from '../../lib/engine/targets.ts';
import { cacheFolder } from '../../lib/platform/paths.ts';
import type { Action } from '../context.ts';
import { versionsNamed } from '../kubernetes-option.ts';
import { runSteps } from '../progress.ts';

const programsFetch: Action<{ kubernetes?: string; on: string }> = async ({ output, signal }, _args, options) => {
  const target = await openTarget(targetNameOf(options.on));
  const steps = await target.planSoftware?.(versionsNamed(options.kubernetes));
  if (steps === undefined) throw new UsageError(startsNothing(target.name));
  await runSteps(steps, output, signal);
  output.line(output.message('programsThere', { folder: cacheFolder }));
};

const startsNothing = (target: string) => ({
  ja: `ターゲット ${target} のラボは、このマシンでプログラムを起動しません。local か linux を --on に指定してください。`,
  en: `Labs on target ${target} start no programs on this machine. Give --on local or linux.`,
});

export default programsFetch;
