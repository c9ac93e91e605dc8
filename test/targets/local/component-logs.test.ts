import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { endOfReason } from '../../../lib/targets/local/component-logs.ts';
import { LocalFolder } from '../../../lib/targets/local/local-folder.ts';
import { removeFolder, temporaryFolder } from '../../temporary-folder.ts';

let root: string;
beforeEach(async () => {
  root = await temporaryFolder('logs');
});
afterEach(() => removeFolder(root));

const begins = '{"level":"info","msg":"Running: ","args":["etcd"]}';
const serves = '{"level":"info","msg":"ready to serve client requests"}';
const cannotConnect = 'F1201 dial tcp 127.0.0.1:2379: connect: connection refused';

/** What is quoted of logs, as the name of the component and the last line. */
const quoted = async (logs: Readonly<Record<string, string>>) => {
  const folder = new LocalFolder(root, 'eks-ec2');
  await mkdir(path.join(folder.clusterFolder, 'logs'), { recursive: true });
  for (const [component, log] of Object.entries(logs))
    await writeFile(path.join(folder.clusterFolder, 'logs', `${component}.log`), log);
  const lines = (await endOfReason(folder)).en.split('\n');
  return [/log of (\S+):/.exec(lines[1] ?? '')?.[1], lines.at(-1)];
};

test.each([
  ['flags that are not valid', 'error verifying flags, unknown name'],
  ['a member that others do not know', `${begins}\n{"level":"fatal","msg":"couldn't find local name \\"infra0\\""}`],
  ['a data folder of another version', `${begins}\n${serves}\npanic: cannot use none as id`],
  ['a second start that failed', `${begins}\n${serves}\n${begins}\n{"level":"fatal","msg":"discovery failed"}`],
])('the log of etcd is quoted where it failed: %s', async (_, etcd) => {
  expect(await quoted({ etcd, 'kube-apiserver': cannotConnect })).toEqual(['etcd', etcd.split('\n').at(-1)]);
});

test('the log of the API server is quoted where etcd serves', async () => {
  const etcd = `${begins}\n{"level":"fatal","msg":"address in use"}\n${begins}\n${serves}`;
  expect(await quoted({ etcd, 'kube-apiserver': 'E1201 unknown flag' })).toEqual([
    'kube-apiserver',
    'E1201 unknown flag',
  ]);
});

test('nothing is quoted where there is no log', async () => {
  expect((await endOfReason(new LocalFolder(root, 'eks-ec2'))).en).toBe('');
});
