import path from 'node:path';
import { cacheFolder } from '../../lib/platform/paths.ts';
import { planPack } from '../../lib/toolchain/pack.ts';
import { platformNamed, thisPlatform } from '../../lib/toolchain/platforms.ts';
import type { Action } from '../context.ts';
import { namesIn, versionsNamed } from '../kubernetes-option.ts';
import { runSteps } from '../progress.ts';

interface Options {
  readonly output: string;
  readonly kubernetes?: string;
  readonly platform?: string;
}

const programsPack: Action<Options> = async ({ output, signal }, _args, options) => {
  const names = namesIn(options.platform ?? thisPlatform().name);
  const contents = { platforms: names.map(platformNamed), versions: versionsNamed(options.kubernetes) };
  const folder = path.resolve(options.output);
  const plan = await planPack(contents, folder, cacheFolder);
  await runSteps(plan.steps, output, signal);
  output.line(output.message('packed', { folder, digest: plan.digest() }));
};

export default programsPack;
