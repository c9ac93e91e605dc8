import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { KubernetesVersionName } from '../../lib/catalog/versions.ts';
import { buildFolder } from '../../lib/toolchain/build.ts';
import { localModules } from '../../lib/toolchain/local-modules.ts';
import { planPack } from '../../lib/toolchain/pack.ts';
import { thisPlatform, type Platform } from '../../lib/toolchain/platforms.ts';

/** What is in a pack of a test. */
interface Contents {
  /** @default this machine's */
  readonly platform?: Platform;
  /** @default 1.36 */
  readonly versions?: readonly KubernetesVersionName[];
}

/**
 * Makes a pack of stand-ins that are "built" in a cache already.
 *
 * @param output folder of the pack
 * @param folder where the cache is made
 * @returns the hash of its index
 */
export async function makePack(
  output: string,
  folder: string,
  { platform = thisPlatform(), versions = ['1.36'] }: Contents = {},
): Promise<string> {
  const builds = path.join(folder, 'builds');
  for (const { module } of await localModules(platform, versions)) {
    const programs = await buildFolder(module, builds, platform);
    await mkdir(programs, { recursive: true });
    for (const name of Object.keys(module.programs)) {
      await writeFile(path.join(programs, name), `${name} `.repeat(20_000), { mode: 0o755 });
    }
  }
  const plan = await planPack({ platforms: [platform], versions }, output, builds);
  for (const step of plan.steps) await step.run(() => undefined, new AbortController().signal);
  return plan.digest();
}
