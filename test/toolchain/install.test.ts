import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ExternalError } from '../../lib/core/errors.ts';
import { buildFolder } from '../../lib/toolchain/build.ts';
import { downloadSource, planInstallation } from '../../lib/toolchain/install.ts';
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

const kwokctl = (version: string) => `echo "kwokctl version v${version} go1.26.4 (linux/amd64)"`;

/** What a newcomer is told, with the versions that tools/ asks for. */
const whatToInstall =
  /Install Go 1\.\d+(\.\d+)? or later \(https:\/\/go\.dev\/dl\), or kwokctl 0\.8\.0 or later \(https:\/\/kwok\.sigs\.k8s\.io\), and run the command again\.$/;

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
    if (programs.source !== 'built') throw new Error('They are not built.');
    const kubernetes = await buildFolder(toolModules(version).at(-1)!, cache);
    expect(programs.files.kubectl).toBe(path.join(kubernetes, 'kubectl'));
    expect(Object.keys(programs.files)).toHaveLength(10);
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

  test('it is preferred to kwokctl', async () => {
    await standIns.add('go', goEnv('go1.99.0', 'local'));
    await standIns.add('kwokctl', kwokctl('0.8.0'));
    expect((await planInstallation('1.36', cache)).programs.source).toBe('built');
  });
});

test('neither Go nor kwokctl is needed once all is built', async () => {
  for (const module of toolModules('1.35')) await mkdir(await buildFolder(module, cache), { recursive: true });
  const { programs, steps } = await planInstallation('1.35', cache);
  expect([programs.source, steps]).toEqual(['built', []]);
});

describe('without a usable Go', () => {
  test.each(['0.8.0', '0.8.1', '0.10.0', '1.0.0'])('kwokctl %s downloads the programs itself', async (version) => {
    await standIns.add('kwokctl', kwokctl(version));
    const { programs, steps } = await planInstallation('1.36', cache);
    expect(programs).toEqual({ source: 'downloaded', kwokctl: standIns.file('bin/kwokctl') });
    expect(steps).toEqual([]);
    expect(downloadSource).toMatch(
      /^(dl\.k8s\.io .*\(official builds\)|github\.com\/kwok-ci\/k8s \(unofficial builds\))$/,
    );
  });

  test('kwokctl is used beside a Go that is too old', async () => {
    await standIns.add('go', goEnv('go1.20', ''));
    await standIns.add('kwokctl', kwokctl('0.8.0'));
    expect((await planInstallation('1.36', cache)).programs.source).toBe('downloaded');
  });

  test.each([
    ['neither is there', undefined, undefined, 'Go is not on PATH, and kwokctl is not on PATH. '],
    ['kwokctl is too old', undefined, '0.7.0', 'Go is not on PATH, and kwokctl 0.7.0 is too old. '],
    [
      'Go is too old and may not upgrade itself',
      goEnv('go1.24.1', 'local'),
      undefined,
      'Go 1.24.1 is too old and does not upgrade itself',
    ],
    [
      'Go is from before it could upgrade itself',
      goEnv('go1.20', ''),
      '0.7.0',
      'Go 1.20 is too old and does not upgrade itself',
    ],
  ])('it says what to install: %s', async (_, go, kwokctlVersion, found) => {
    if (go !== undefined) await standIns.add('go', go);
    if (kwokctlVersion !== undefined) await standIns.add('kwokctl', kwokctl(kwokctlVersion));
    const planning = planInstallation('1.36', cache);
    await expect(planning).rejects.toThrow(ExternalError);
    await expect(planning).rejects.toThrow(found);
    await expect(planning).rejects.toThrow(whatToInstall);
  });
});
