// Builds what the tests of target linux need, for every Kubernetes version that they run: node --import tsx build.ts
import { SurroundingsError } from '../../lib/errors.ts';
import { cacheFolder } from '../../lib/paths.ts';
import { installForCaller } from '../../lib/targets/linux/install-for-caller.ts';
import { kubernetesVersions } from '../../lib/versions.ts';

const began = Date.now();
const say = (text: string): void => {
  process.stderr.write(`${String(Math.round((Date.now() - began) / 1000)).padStart(5)} s  ${text}\n`);
};
try {
  for (const version of kubernetesVersions) {
    await installForCaller(version, cacheFolder, () => undefined, new AbortController().signal);
    say(`The nodes' programs and images of Kubernetes ${version} are in the cache.`);
  }
} catch (error) {
  if (!(error instanceof SurroundingsError)) throw error;
  say(error.message);
  process.exitCode = error.exitCode;
}
