import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectionOf } from '../api-client.ts';
import { LocalFolder } from '../local-folder.ts';
import { FargateScheduler } from './scheduler.ts';

/** How long to wait for an API server that does not answer, in milliseconds. */
const retryInterval = 100;

/**
 * Imitates Fargate for one environment until its folder is gone. It may start before the control plane does, and
 * outlives its restarts.
 *
 * @param argv folder that holds the environments, name of the environment, exact Kubernetes release
 */
export async function main([root = '', name = '', release = '']: readonly string[]): Promise<void> {
  const folder = new LocalFolder(root, name);
  const log = (line: string) => process.stdout.write(`${new Date().toISOString()} ${line}\n`);
  const scheduler = new FargateScheduler(release, log);
  log('started');
  // No `waitFor`: this is not a wait, but the work itself, again after each end of a connection.
  for (; existsSync(folder.path); await sleep(retryInterval)) {
    // Read each time: the files come while the control plane starts.
    const connection = await connectionOf(folder).catch(() => undefined);
    if (connection !== undefined) await scheduler.run(connection);
  }
}
