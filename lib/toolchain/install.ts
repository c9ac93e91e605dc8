import path from 'node:path';
import type { Step } from '../core/step.ts';
import type { Text } from '../core/text.ts';
import type { KubernetesVersionName } from '../catalog/versions.ts';
import { buildFolder, isBuilt } from './build.ts';
import { findUsableGo, requireGo } from './go.ts';
import { goVersion } from './go-release.ts';
import { localModules, type LocalModule } from './local-modules.ts';
import { nameOf, type PackSource } from './pack-source.ts';
import { thisPlatform } from './platforms.ts';
import { ProgramInstaller } from './program-installer.ts';
import { programNames, toolModules, type ToolModule } from './tool-modules.ts';

/** The programs of the local control plane. */
export type ProgramName =
  | 'etcd'
  | 'etcdctl'
  | 'etcdutl'
  | 'kwok'
  | 'kwokctl'
  | 'metrics-server'
  | 'kube-apiserver'
  | 'kube-controller-manager'
  | 'kube-scheduler'
  | 'kubectl';

/** The files of the programs of the local control plane. */
export type Programs = Readonly<Record<ProgramName, string>>;

/** The programs of a version, and the steps that install them; nothing is built yet. */
export interface Installation {
  /** Where they are once the steps are done. */
  readonly programs: Programs;
  /** What has to be done first; none when all is there. */
  readonly steps: readonly Step[];
}

/**
 * Plans how the programs of a Kubernetes version are installed.
 *
 * @throws UsageError when `LABS_PROGRAMS` is no folder and no address
 */
export async function planInstallation(version: KubernetesVersionName, cache: string): Promise<Installation> {
  return { programs: await programsOf(toolModules(version), cache), steps: await planPrograms([version], cache) };
}

/**
 * The steps that install the programs of some Kubernetes versions. There is none for those in the cache; others come from
 * the packs that `LABS_PROGRAMS` names, or else are built with the Go on PATH, or else with the pinned one.
 *
 * @throws UsageError when `LABS_PROGRAMS` is no folder and no address
 */
export async function planPrograms(
  versions: readonly KubernetesVersionName[],
  cache: string,
): Promise<readonly Step[]> {
  const missing: LocalModule[] = [];
  for (const local of await localModules(thisPlatform(), versions)) {
    if (!(await isBuilt(local.module, cache))) missing.push(local);
  }
  if (missing.length === 0) return [];
  const installer = new ProgramInstaller(cache);
  const packs = await installer.source();
  const steps = missing.map((local) => {
    const names = programNames(local.module);
    const isOfSome = local.versions.length < versions.length;
    const what = isOfSome ? `${names} (Kubernetes ${local.versions.join(', ')})` : names;
    return installStep(local.module, installer, titleOf(what, packs));
  });
  const goIsMissing = packs === undefined && (await findUsableGo(cache)) === undefined;
  return goIsMissing ? [goStep(cache), ...steps] : steps;
}

const goStep = (cache: string): Step => ({
  title: { ja: `Go ${goVersion} の取得`, en: `Fetch Go ${goVersion}` },
  run: async (report, signal) => {
    await requireGo(cache, report, signal);
  },
});

const installStep = (module: ToolModule, installer: ProgramInstaller, title: Text): Step => ({
  title,
  run: async (report, signal) => {
    await installer.install(module, report, signal);
  },
});

const titleOf = (what: string, packs: PackSource | undefined): Text =>
  packs === undefined
    ? { ja: `ビルド: ${what}`, en: `Build ${what}` }
    : { ja: `取得: ${what} (${nameOf(packs)})`, en: `Fetch ${what} (${nameOf(packs)})` };

async function programsOf(modules: readonly ToolModule[], cache: string): Promise<Programs> {
  const files: Record<string, string> = {};
  for (const module of modules) {
    const folder = await buildFolder(module, cache);
    for (const name of Object.keys(module.programs)) files[name] = path.join(folder, name);
  }
  return files as Programs;
}
