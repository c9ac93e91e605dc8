import { UsageError } from '../../lib/core/errors.ts';
import { unknownNameText } from '../../lib/core/closest.ts';
import { cacheFolder } from '../../lib/platform/paths.ts';
import { planInstallation, planNodePrograms } from '../../lib/toolchain/install.ts';
import type { Action } from '../context.ts';
import { versionsNamed } from '../kubernetes-option.ts';
import { runSteps } from '../progress.ts';

const fetchable = ['local', 'linux'];

const programsFetch: Action<{ kubernetes?: string; on: string }> = async ({ output, signal }, _args, options) => {
  if (!fetchable.includes(options.on)) {
    throw new UsageError(unknownNameText({ ja: 'ターゲット', en: 'target' }, options.on, fetchable));
  }
  for (const version of versionsNamed(options.kubernetes)) {
    const steps =
      options.on === 'linux'
        ? planNodePrograms(version, cacheFolder)
        : (await planInstallation(version, cacheFolder)).steps;
    await runSteps(steps, output, signal);
  }
  output.line(output.message('programsThere', { folder: cacheFolder }));
};

export default programsFetch;
