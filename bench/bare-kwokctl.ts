import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { cacheFolder } from '../lib/platform/paths.ts';
import type { Settings } from '../lib/settings/settings.ts';
import { planInstallation } from '../lib/toolchain/install.ts';
import { secondsOf } from './measure.ts';

/** Seconds that kwokctl alone takes to a ready cluster with the programs that we built, and with its own defaults. */
export async function bareKwokctl(settings: Settings, scratch: string): Promise<number> {
  const { programs } = await planInstallation(settings.kubernetes, cacheFolder);
  if (programs.source !== 'built') throw new Error('The benchmark compares with built programs: install Go.');
  const { files } = programs;
  const folder = path.join(scratch, 'bare');
  await mkdir(folder, { recursive: true });
  const env = { KWOK_WORKDIR: folder, PATH: [path.dirname(files.kubectl), process.env.PATH].join(path.delimiter) };
  const binaries = {
    'kube-apiserver': files['kube-apiserver'],
    'kube-controller-manager': files['kube-controller-manager'],
    'kube-scheduler': files['kube-scheduler'],
    etcd: files.etcd,
    'kwok-controller': files.kwok,
  };
  const args = Object.entries(binaries).flatMap(([name, file]) => [`--${name}-binary`, file]);
  const create = [
    'create',
    'cluster',
    '--name',
    'bare',
    '--runtime',
    'binary',
    ...args,
    '--kubeconfig',
    path.join(folder, 'kubeconfig'),
    '--wait',
    '60s',
  ];
  try {
    return await secondsOf(() => execa(files.kwokctl, create, { env }));
  } finally {
    await execa(
      files.kwokctl,
      ['delete', 'cluster', '--name', 'bare', '--kubeconfig', path.join(folder, 'kubeconfig')],
      { env },
    );
    await rm(folder, { recursive: true, force: true });
  }
}
