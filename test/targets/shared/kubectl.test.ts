import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Kubectl } from '../../../lib/targets/shared/kubectl.ts';
import { removeFolder, temporaryFolder } from '../../temporary-folder.ts';

const never = new AbortController().signal;

describe('Kubectl', () => {
  let bin: string;
  beforeAll(async () => {
    bin = await temporaryFolder('kubectl');
  });
  afterAll(() => removeFolder(bin));

  /** A kubectl whose first calls fail with a sentence each, and then print "done"; how often it was called. */
  async function failing(sentences: readonly string[], retryMs = 15_000) {
    await writeFile(path.join(bin, 'sentences'), sentences.map((sentence) => `${sentence}\n`).join(''));
    await writeFile(path.join(bin, 'calls'), '');
    const script = `#!/bin/bash
cd '${bin}'
echo >>calls
mapfile -t sentences <sentences
calls=$(wc -l <calls)
((calls > \${#sentences[@]})) && { echo done; exit; }
echo "\${sentences[calls - 1]}" >&2
exit 1
`;
    await writeFile(path.join(bin, 'kubectl'), script, { mode: 0o755 });
    const folder = { bin, adminKubeconfig: path.join(bin, 'kubeconfig'), kubectlCache: bin };
    return {
      kubectl: new Kubectl(folder, { retryMs }),
      calls: async () => (await readFile(path.join(bin, 'calls'), 'utf8')).length,
    };
  }

  test.each([
    'The connection to the server 127.0.0.1:6443 was refused - did you specify the right host or port?',
    'Unable to connect to the server: net/http: TLS handshake timeout',
    'Unable to connect to the server: EOF',
    'Error from server: etcdserver: request timed out',
    'Error from server: etcdserver: leader changed',
    'Error from server (ServiceUnavailable): the server is currently unable to handle the request',
    'Error from server (Conflict): error when replacing "STDIN": the object has been modified',
  ])('repeats a command that failed with: %s', async (sentence) => {
    const { kubectl, calls } = await failing([sentence, sentence]);
    expect(await kubectl.run(['get', 'pods'], never)).toBe('done');
    expect(await calls()).toBe(3);
  });

  test.each([
    'Error from server (NotFound): pods "web" not found',
    'Error from server (Forbidden): pods is forbidden: exceeded quota: pods',
    'error: timed out waiting for the condition on deployments/web',
    'error: unknown flag: --nowhere',
  ])('does not repeat one that failed with: %s', async (sentence) => {
    const { kubectl, calls } = await failing([sentence]);
    await expect(kubectl.run(['get', 'pods'], never)).rejects.toThrow(`kubectl get pods: ${sentence}`);
    expect(await calls()).toBe(1);
  });

  test('gives up when its time is over, and at once when it is aborted', async () => {
    const endless = Array.from({ length: 100 }, () => 'Unable to connect to the server: EOF');
    const { kubectl, calls } = await failing(endless, 500);
    await expect(kubectl.run(['get', 'pods'], never)).rejects.toThrow('Unable to connect to the server: EOF');
    expect(await calls()).toBeGreaterThan(1);

    const interruption = new AbortController();
    const waiting = (await failing(endless)).kubectl.run(['get', 'pods'], interruption.signal);
    interruption.abort();
    await expect(waiting).rejects.toThrow(/abort/);
  });
});
