import { cacheFolder } from '../../lib/platform/paths.ts';
import { clean } from '../../lib/toolchain/inventory.ts';
import { megabytes } from '../../lib/toolchain/transfer.ts';
import type { Action } from '../context.ts';
import { runSteps } from '../progress.ts';

const programsClean: Action<{ all?: boolean }> = async ({ output, signal }, _args, { all = false }) => {
  let freed = 0;
  const step = {
    title: { ja: 'キャッシュの片付け', en: 'Clean the cache' },
    run: async (report: Parameters<typeof clean>[2]) => {
      freed = await clean(cacheFolder, all, report, signal);
    },
  };
  await runSteps([step], output, signal);
  output.line(output.message('freed', { size: megabytes(freed), folder: cacheFolder }));
};

export default programsClean;
