// Builds the nodes' software in a process of its own, which belongs to who called `sudo`:
//   node --import tsx install-process.ts KUBERNETES_VERSION CACHE_FOLDER
import { LabsError } from '../../core/errors.ts';
import { kubernetesVersions } from '../../catalog/versions.ts';
import { installNodeSoftware } from './install.ts';
import type { InstallMessage } from './install-for-sudo-user.ts';

const [given, cache = ''] = process.argv.slice(2);
const version = kubernetesVersions.find((each) => each === given) ?? kubernetesVersions[0];
const send = (message: InstallMessage): void => {
  process.send?.(message);
};
const end = new AbortController();
process.on('SIGTERM', () => end.abort());
// Without who asked for it, there is nobody to build for.
process.on('disconnect', () => end.abort());
try {
  send({ software: await installNodeSoftware(version, cache, (progress) => send({ progress }), end.signal) });
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  send({ failure: error instanceof LabsError ? error.text : { ja: message, en: message } });
} finally {
  process.disconnect();
}
