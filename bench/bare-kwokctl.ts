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
  const folder = path.join(scratch, 'bare');
  await mkdir(folder, { recursive: true });
  const env = { KWOK_WORKDIR: folder, PATH: [path.dirname(programs.kubectl), process.env.PATH].join(path.delimiter) };
  const binaries = {
    'kube-apiserver': programs['kube-apiserver'],
    'kube-controller-manager': programs['kube-controller-manager'],
    'kube-scheduler': programs['kube-scheduler'],
    etcd: programs.etcd,
    'kwok-controller': programs.kwok,
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
    return await secondsOf(() => execa(programs.kwokctl, create, { env }));
  } finally {
    await execa(
      programs.kwokctl,
      ['delete', 'cluster', '--name', 'bare', '--kubeconfig', path.join(folder, 'kubeconfig')],
      { env },
    );
    await rm(folder, { recursive: true, force: true });
  }
}
