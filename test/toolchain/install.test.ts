import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ExternalError } from '../../lib/core/errors.ts';
import { buildFolder } from '../../lib/toolchain/build.ts';
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
    await standIns.add('go', goEnv('go1.99.0', 'local'));
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

  test('one that is too old, but upgrades itself, will do', async () => {
    await standIns.add('go', goEnv('go1.21.0', 'auto'));
    expect((await planInstallation('1.36', cache)).steps).toHaveLength(4);
  });

  test('what is built already is not built again', async () => {
    await standIns.add('go', goEnv('go1.99.0', 'local'));
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

describe('without a usable Go', () => {
  test.each([
    ['there is none', undefined, 'Go is not on PATH. '],
    ['it may not upgrade itself', goEnv('go1.24.1', 'local'), 'Go 1.24.1 is too old and does not upgrade itself'],
    ['it is from before it could', goEnv('go1.20', ''), 'Go 1.20 is too old and does not upgrade itself'],
  ])('it says what to install: %s', async (_, go, found) => {
    if (go !== undefined) await standIns.add('go', go);
    const planning = planInstallation('1.36', cache);
    await expect(planning).rejects.toThrow(ExternalError);
    await expect(planning).rejects.toThrow(found);
    await expect(planning).rejects.toThrow(
      /Install Go 1\.\d+(\.\d+)? or later \(https:\/\/go\.dev\/dl\), and run the command again\.$/,
    );
  });
});
