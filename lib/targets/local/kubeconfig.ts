import { writeAtomically } from '../../platform/write-atomically.ts';
import { connectionOf } from './api-client.ts';
import type { LocalFolder } from './local-folder.ts';

/** Writes a kubeconfig of its own for a lab: keys inside, the lab's namespace as default. */
export async function writeKubeconfig(folder: LocalFolder, file: string, namespace: string): Promise<void> {
  const { server, ca, cert, key } = await connectionOf(folder);
  const { name } = folder;
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'certificate-authority-data': ca.toString('base64') } }],
    users: [
      {
        name,
        user: { 'client-certificate-data': cert.toString('base64'), 'client-key-data': key.toString('base64') },
      },
    ],
    contexts: [{ name, context: { cluster: name, user: name, namespace } }],
    'current-context': name,
  };
  await writeAtomically(file, JSON.stringify(config, undefined, 2) + '\n', { mode: 0o600 });
}
