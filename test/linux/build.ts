// Builds what the tests of target linux need:
//   node --import tsx build.ts           for every Kubernetes version that they run
//   node --import tsx build.ts newest    for the newest one
import { ExternalError } from '../../lib/core/errors.ts';
import { cacheFolder } from '../../lib/platform/paths.ts';
import { installForSudoUser } from '../../lib/targets/linux/install-for-sudo-user.ts';
import { kubernetesVersions } from '../../lib/catalog/versions.ts';

const versions = process.argv[2] === 'newest' ? kubernetesVersions.slice(0, 1) : kubernetesVersions;

const began = Date.now();
const say = (text: string): void => {
  process.stderr.write(`${String(Math.round((Date.now() - began) / 1000)).padStart(5)} s  ${text}\n`);
};
try {
  for (const version of versions) {
    await installForSudoUser(version, cacheFolder, () => undefined, new AbortController().signal);
    say(`The nodes' programs and images of Kubernetes ${version} are in the cache.`);
  }
} catch (error) {
  if (!(error instanceof ExternalError)) throw error;
  say(error.message);
  process.exitCode = error.exitCode;
}
