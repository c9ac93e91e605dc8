import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { findNodes } from '../../bin/nodes.ts';
import { taskOf } from '../../lib/model/lab.ts';
import { labOf } from '../../labs/catalogue.ts';
import { openCluster } from '../../lib/model/cluster.ts';
import { requireSpace } from '../../lib/platform/disk-space.ts';
import { LabsError } from '../../lib/core/errors.ts';
import { settingsOf } from '../../lib/model/lab-settings.ts';
import { projectFolder } from '../../lib/platform/paths.ts';
import { quantityIn } from '../../lib/catalog/quantity.ts';
import {
  parseSettings,
  settingsFromContext,
  settingsFromFlags,
  type SettingName,
} from '../../lib/settings/settings.ts';
import { Kubectl } from '../../lib/targets/shared/kubectl.ts';
import type { LinuxCluster } from '../../lib/targets/linux/cluster.ts';
import { LinuxTarget } from '../../lib/targets/linux/linux-target.ts';
import { LinuxMachines } from '../../lib/targets/linux/machines.ts';
import { refusePodsAmongNodes } from '../../lib/targets/linux/network.ts';
import { fetchGo } from '../../lib/toolchain/go-toolchain.ts';
import { refuseTakenPort } from '../../lib/platform/ports.ts';
import type { Text } from '../../lib/core/text.ts';
import { removeFolder, temporaryFolder } from '../temporary-folder.ts';

const japanese = /[\p{Script=Hiragana}\p{Script=Katakana}]/u;
const never = new AbortController().signal;

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder('errors');
});
afterAll(() => removeFolder(folder));

/** What is said to somebody who does that. */
async function saidOf(provoke: () => unknown): Promise<Text> {
  const error = await Promise.resolve()
    .then(provoke)
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(LabsError);
  return (error as LabsError).text;
}

/** Expects Japanese in one language and none in the other. */
function expectBoth({ ja, en }: Text): void {
  for (const line of ja.split('\n').filter((each) => each !== '')) expect(line).toMatch(japanese);
  expect(en).not.toMatch(japanese);
}

/** A value of each setting that is refused; several where there are several reasons. */
const refused: Readonly<Record<SettingName, readonly unknown[]>> = {
  kubernetes: ['1.20'],
  nodeCount: ['1', 'two'],
  controlPlanes: ['2', '5'],
  instanceType: ['t3.mediun', 'x'],
  compute: ['bath', 'lambda'],
  allowedCidrs: ['203.0.113.7', '203.0.113.7/24', 'all', 5],
  admins: ['aya'],
  customerKey: ['yes'],
  logRetentionDays: ['0', '2'],
  name: ['alice_1', '-alice', 'a'.repeat(52), 'アリス'],
  zones: ['tokyo', 'apne1-az1', 'ap-northeast-1a,apne1-az1', 'ap-northeast-1a,us-east-1a', 5],
  bootstrapQualifier: ['', 'much-too-long'],
  podCidr: ['10.0.0.0/16', '10.96.0.0/16', '10.244.0.0/21', '8.8.0.0/16', '10.244.0.1/16', 5],
};
const wrongSettings = Object.entries(refused).flatMap(([name, values]) =>
  values.map((value) => [name, value] as const),
);

describe('a wrong setting is refused in both languages', () => {
  test.each(wrongSettings)('%s=%j', async (name, value) => {
    const text = await saidOf(() => parseSettings({ [name]: value }));
    expectBoth(text);
    expect(text.ja.startsWith(`設定 ${name}: `)).toBe(true);
    expect(text.en.startsWith(`Setting ${name}: `)).toBe(true);
  });

  test('with a line for each', async () => {
    const { ja } = await saidOf(() => parseSettings({ kubernetes: '1.2', customerKey: 'no' }));
    expect(ja.split('\n')).toEqual([
      '設定 kubernetes: Kubernetes 1.2 には対応していません。使えるバージョン: 1.36、1.35',
      '設定 customerKey: customerKey には true か false を指定してください。',
    ]);
  });
});

const lab = labOf('eks-ec2');
const onLinux = labOf('cluster-anatomy');
const kubeconfig = () => path.join(folder, 'kubeconfig');

const provoked: readonly (readonly [what: string, provoke: () => unknown])[] = [
  ['an unknown lab', () => labOf('eks-ec3')],
  ['an unknown task', () => taskOf(lab, 'basline')],
  ['a flag that is no setting', () => settingsFromFlags(['kubernetes'])],
  ['an unknown setting', () => settingsFromFlags(['kubernets=1.35'])],
  ['a setting that is misspelt in the context', () => settingsFromContext({ nodecount: '3' })],
  [
    'a setting that a lab has of its own',
    () => settingsOf({ id: 'x', settings: { compute: 'both' } }, ['compute=ec2']),
  ],
  ['a port on linux', () => new LinuxTarget({ data: folder }).up(onLinux, parseSettings({}), { port: 6443 })],
  ['pods among the nodes of linux', () => refusePodsAmongNodes('192.168.0.0/16')],
  [
    'an unknown node',
    () => {
      const cluster: Pick<LinuxCluster, 'nodes'> = { nodes: async () => [] };
      const machines = new LinuxMachines(cluster as LinuxCluster, { lab: onLinux.id, alone: (run) => run() });
      return machines.connect(
        'worker-9',
        [],
        { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr },
        never,
      );
    },
  ],
  ['nodes of an unknown target', () => findNodes(undefined, 'azure')],
  [
    'a port that is taken',
    async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      try {
        await refuseTakenPort((server.address() as AddressInfo).port);
      } finally {
        server.close();
      }
    },
  ],
  [
    'a disk that is too small',
    () => requireSpace({ folder, bytes: 1e18, what: { ja: '環境', en: 'It' }, remedy: { ja: '消して', en: 'delete' } }),
  ],
  ['an amount that is none', () => quantityIn('much')],
  [
    'a kubeconfig that leads nowhere',
    async () => {
      await writeFile(kubeconfig(), 'apiVersion: v1\nkind: Config\n');
      return openCluster(kubeconfig(), 'default');
    },
  ],
  [
    'a kubectl that fails',
    async () => {
      const bin = path.join(folder, 'bin');
      await mkdir(bin);
      await writeFile(path.join(bin, 'kubectl'), '#!/bin/sh\necho no >&2\nexit 1\n', { mode: 0o755 });
      return new Kubectl({ bin, adminKubeconfig: kubeconfig(), kubectlCache: folder }).run(['get', 'pods'], never);
    },
  ],
  ['no Go', () => fetchGo(path.join(folder, 'cache'), 'off', () => undefined, never)],
];

describe('other errors are said in both languages', () => {
  const { PATH } = process.env;
  beforeAll(() => {
    process.env.PATH = folder;
    jest.spyOn(process, 'getuid').mockReturnValue(0);
    Object.defineProperty(process, 'platform', { value: 'linux' });
  });
  const { platform } = process;
  afterAll(() => {
    process.env.PATH = PATH;
    jest.restoreAllMocks();
    Object.defineProperty(process, 'platform', { value: platform });
  });

  test.each(provoked)('%s', async (_, provoke) => {
    expectBoth(await saidOf(provoke));
  });
});

/** Only authors of labs and maintainers see these errors, which are in English. */
const forAuthors =
  /^lib\/(constructs|coverage|environments|leftovers)\/|^lib\/application\/|^lib\/guide\/parse\.ts$|^lib\/engine\/rehearsal\.ts$/;

test('no error that a learner meets is a string', async () => {
  const inFolder = async (of: string, recursive: boolean) =>
    (await readdir(path.join(projectFolder, of), { recursive })).map((file) => path.join(of, file));
  const files = [
    ...(await inFolder('lib', true)),
    ...(await inFolder('bin', true)),
    ...(await inFolder('labs', false)),
  ];
  const sources = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts') && !forAuthors.test(file));
  expect(sources.length).toBeGreaterThan(100);
  const found = await Promise.all(
    sources.map(async (file) => {
      const source = await readFile(path.join(projectFolder, file), 'utf8');
      return /new (Usage|Failed|External|Interrupted)Error\(\s*['"`]/.test(source) ? [file] : [];
    }),
  );
  expect(found.flat()).toEqual([]);
});
