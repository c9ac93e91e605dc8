import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Text } from '../../core/text.ts';
import type { LocalFolder } from './local-folder.ts';

/** The components whose logs may have the reason why a control plane does not come up, each after what it depends on. */
const components = ['etcd', 'kube-apiserver'] as const;

/** What etcd says when it serves (etcd 3.6, `embed/serve.go`). The API server can't start before that. */
const etcdServes = 'ready to serve client requests';

/** What etcd says when it begins, whether or not its configuration is valid (etcd 3.6, `etcdmain`). */
const etcdBegins = '"msg":"Running: "';

/** How many lines of a log are quoted. */
const quoted = 5;

/**
 * The end of the log that says why a control plane does not come up, to end a message; empty when there is none. An API
 * server without etcd says only that it can't reach it, so etcd's log comes first where etcd does not serve.
 */
export async function endOfReason(folder: LocalFolder): Promise<Text> {
  const logs = await Promise.all(components.map((component) => readLog(folder, component)));
  const [etcd = '', apiServer = ''] = logs;
  const lastRun = etcd.slice(Math.max(etcd.lastIndexOf(etcdBegins), 0));
  const etcdFailed = etcd !== '' && (!lastRun.includes(etcdServes) || /"level":"(fatal|panic)"|^panic:/m.test(lastRun));
  const [component, log] = etcdFailed ? ['etcd', etcd] : ['kube-apiserver', apiServer];
  if (log === '') return { ja: '', en: '' };
  const end = log.split('\n').slice(-quoted).join('\n');
  return { ja: `\n${component} のログの終わり:\n${end}`, en: `\nThe end of the log of ${component}:\n${end}` };
}

const readLog = async (folder: LocalFolder, component: string): Promise<string> =>
  (await readFile(path.join(folder.clusterFolder, 'logs', `${component}.log`), 'utf8').catch(() => '')).trim();
