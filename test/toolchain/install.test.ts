import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { UsageError } from '../../lib/core/errors.ts';
import { buildFolder } from '../../lib/toolchain/build.ts';
import { goVersion } from '../../lib/toolchain/go-release.ts';
import { planInstallation } from '../../lib/toolchain/install.ts';
import { toolModules } from '../../lib/toolchain/tool-modules.ts';
import { kubernetesVersions } from '../../lib/catalog/versions.ts';
import { goEnv, StandIns } from './stand-ins.ts';

let standIns: StandIns;
let cache: string;
beforeEach(async () => {
  standIns = await StandIns.make();
  cache = standIns.file('cache');
});
afterEach(() => standIns.remove());

describe('with Go', () => {
  test.each(kubernetesVersions)('all modules of Kubernetes %s are built, the quickest first', async (version) => {
    await standIns.add('go', goEnv('go1.99.0'));
    const { programs, steps } = await planInstallation(version, cache);
    expect(steps.map(({ title }) => title.en)).toEqual([
      'Build etcd, etcdctl, etcdutl',
      'Build kwok, kwokctl',
      'Build metrics-server',
      'Build kube-apiserver, kube-controller-manager, kube-scheduler, kubectl',
    ]);
    expect(steps.every(({ title }) => title.ja.startsWith('ビルド: '))).toBe(true);
    const kubernetes = await buildFolder(toolModules(version).at(-1)!, cache);
    expect(programs.kubectl).toBe(path.join(kubernetes, 'kubectl'));
    expect(Object.keys(programs)).toHaveLength(10);
  });

  test('what is built already is not built again', async () => {
    await standIns.add('go', goEnv('go1.99.0'));
    const [etcd, kwok] = toolModules('1.36');
    for (const module of [etcd!, kwok!]) await mkdir(await buildFolder(module, cache), { recursive: true });
    expect((await planInstallation('1.36', cache)).steps.map(({ title }) => title.en)).toEqual([
      'Build metrics-server',
      'Build kube-apiserver, kube-controller-manager, kube-scheduler, kubectl',
    ]);
  });
});

test('no Go is needed once all is built', async () => {
  for (const module of toolModules('1.35')) await mkdir(await buildFolder(module, cache), { recursive: true });
  expect((await planInstallation('1.35', cache)).steps).toEqual([]);
});

test.each([
  ['there is none', undefined],
  ['it is too old', 'go1.25.9'],
])('the pinned Go is fetched first when %s', async (_, version) => {
  if (version !== undefined) await standIns.add('go', goEnv(version));
  const { steps } = await planInstallation('1.36', cache);
  expect(steps.map(({ title }) => title.en).slice(0, 2)).toEqual([
    `Fetch Go ${goVersion}`,
    'Build etcd, etcdctl, etcdutl',
  ]);
});

describe('with LABS_PROGRAMS', () => {
  afterEach(() => {
    delete process.env.LABS_PROGRAMS;
  });

  test('no Go is needed: what is missing is fetched', async () => {
    process.env.LABS_PROGRAMS = 'https://user:secret@packs.example.com/1';
    const { steps } = await planInstallation('1.36', cache);
    expect(steps.map(({ title }) => title.en)[0]).toBe('Fetch etcd, etcdctl, etcdutl (https://packs.example.com/1/)');
    expect(steps).toHaveLength(toolModules('1.36').length);
  });

  test('it is not looked at when all is in the cache', async () => {
    process.env.LABS_PROGRAMS = '/no/such/folder';
    for (const module of toolModules('1.35')) await mkdir(await buildFolder(module, cache), { recursive: true });
    expect((await planInstallation('1.35', cache)).steps).toEqual([]);
    await expect(planInstallation('1.36', cache)).rejects.toThrow(UsageError);
  });
});
