import { fork } from 'node:child_process';
import path from 'node:path';
import { sudoUser } from '../../platform/sudo-user.ts';
import { ExternalError } from '../../core/errors.ts';
import { environmentOf } from '../../platform/program-environment.ts';
import { projectFolder } from '../../platform/paths.ts';
import type { Report } from '../../core/step.ts';
import type { Text } from '../../core/text.ts';
import type { KubernetesVersionName } from '../../catalog/versions.ts';
import { installNodeSoftware, type NodeSoftware } from './install.ts';

/** A message of the process that builds as the user who called `sudo`. */
export type InstallMessage =
  { readonly progress: string | Text } | { readonly software: NodeSoftware } | { readonly failure: Text };

/**
 * Builds what is not in the cache yet, as the person who called `sudo`: nothing in their caches may end up as root's.
 *
 * @throws ExternalError when something is missing on this machine
 */
export async function installForSudoUser(
  version: KubernetesVersionName,
  cache: string,
  report: Report,
  signal: AbortSignal,
): Promise<NodeSoftware> {
  const who = sudoUser();
  if (who === undefined) return installNodeSoftware(version, cache, report, signal);

  const child = fork(path.join(projectFolder, 'lib', 'targets', 'linux', 'install-process.ts'), [version, cache], {
    cwd: projectFolder,
    execArgv: ['--import', 'tsx'],
    uid: who.uid,
    gid: who.gid,
    ...environmentOf('labs', { HOME: who.home }),
    detached: true,
  });
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise<NodeSoftware>((resolve, reject) => {
      child.on('message', (message: InstallMessage) => {
        if ('progress' in message) report(message.progress);
        else if ('software' in message) resolve(message.software);
        else reject(new ExternalError(message.failure));
      });
      child.on('error', reject);
      child.on('exit', () =>
        reject(
          new ExternalError({
            ja: 'ノードのビルドが、完了する前に終了しました。',
            en: 'The build of the nodes ended before it was done.',
          }),
        ),
      );
    });
  } finally {
    signal.removeEventListener('abort', stop);
    signal.throwIfAborted();
  }
}
