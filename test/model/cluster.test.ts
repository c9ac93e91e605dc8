import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { openCluster } from '../../lib/model/cluster.ts';
import { ExternalError } from '../../lib/core/errors.ts';
import { removeFolder, temporaryFolder } from '../temporary-folder.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await temporaryFolder('kubeconfig');
  file = path.join(folder, 'kubeconfig.yaml');
});
afterEach(() => removeFolder(folder));

const kubeconfig = (current: string) => `apiVersion: v1
kind: Config
clusters: [{ name: lab, cluster: { server: 'https://127.0.0.1:1' } }]
users: [{ name: admin, user: {} }]
contexts: [{ name: lab, context: { cluster: lab, user: admin } }]
current-context: ${current}
`;

test('a cluster is opened as another namespace than that of the context', async () => {
  await writeFile(file, kubeconfig('lab'));
  expect(openCluster(file, 'here').namespace).toBe('here');
});

test.each(["''", 'gone'])('current context %s is refused, and a valid one is named', async (current) => {
  await writeFile(file, kubeconfig(current));
  expect(() => openCluster(file, 'here')).toThrow(
    new ExternalError(
      `The current context of ${file} names no cluster. Choose a context that does: kubectl config use-context lab`,
    ),
  );
});

test('a kubeconfig without contexts is refused', async () => {
  await writeFile(file, 'apiVersion: v1\nkind: Config\n');
  expect(() => openCluster(file, 'here')).toThrow(/names no cluster\. Recreate the file with labs reset/);
});
