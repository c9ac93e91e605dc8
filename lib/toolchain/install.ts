import path from 'node:path';
import type { Step } from '../core/step.ts';
import type { Text } from '../core/text.ts';
import type { KubernetesVersionName } from '../catalog/versions.ts';
import { bring } from './bring.ts';
import { buildFolder, isBuilt } from './build.ts';
import { findUsableGo, requireGo } from './go.ts';
import { goVersion } from './go-release.ts';
import { nodeModules } from './node-modules.ts';
import { nameOf, packSource, type PackSource } from './pack-source.ts';
import { toolModules, type ToolModule } from './tool-modules.ts';

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

/** The programs of a version, and what brings them; nothing is built yet. */
export interface Installation {
  /** Where they are once the steps are done. */
  readonly programs: Programs;
  /** What has to be done first; none when all is there. */
  readonly steps: readonly Step[];
}

/**
 * Decides how the programs of a Kubernetes version are brought: nothing is done for those in the cache; others come from the
 * packs that `LABS_PROGRAMS` names, or else are built with the Go on PATH, or else with the pinned one.
 *
 * @throws UsageError when `LABS_PROGRAMS` is no folder and no address
 */
export async function planInstallation(version: KubernetesVersionName, cache: string): Promise<Installation> {
  const modules = toolModules(version);
  const programs = await programsOf(modules, cache);
  const missing: ToolModule[] = [];
  for (const module of modules) if (!(await isBuilt(module, cache))) missing.push(module);
  if (missing.length === 0) return { programs, steps: [] };

  const packs = await packSource();
  if (packs !== undefined) return { programs, steps: missing.map((module) => fetchStep(module, packs, cache)) };
  const go = await findUsableGo(cache);
  const fetched = go === undefined ? [goStep(cache)] : [];
  return { programs, steps: [...fetched, ...missing.map((module) => buildStep(module, cache))] };
}

/** Steps that bring the programs of real nodes. What is made from them, such as images, `labs up --on linux` makes. */
export const planNodePrograms = (version: KubernetesVersionName, cache: string): readonly Step[] =>
  nodeModules(version).map((module) => buildStep(module, cache));

const goStep = (cache: string): Step => ({
  title: { ja: `Go ${goVersion} の取得`, en: `Fetch Go ${goVersion}` },
  run: async (report, signal) => {
    await requireGo(cache, report, signal);
  },
});

const bringStep = (module: ToolModule, cache: string, title: Text): Step => ({
  title,
  run: async (report, signal) => {
    await bring(module, cache, report, signal);
  },
});

const namesOf = ({ programs }: ToolModule): string => Object.keys(programs).join(', ');

const fetchStep = (module: ToolModule, packs: PackSource, cache: string): Step => {
  const what = `${namesOf(module)} (${nameOf(packs)})`;
  return bringStep(module, cache, { ja: `取得: ${what}`, en: `Fetch ${what}` });
};

const buildStep = (module: ToolModule, cache: string): Step =>
  bringStep(module, cache, { ja: `ビルド: ${namesOf(module)}`, en: `Build ${namesOf(module)}` });

async function programsOf(modules: readonly ToolModule[], cache: string): Promise<Programs> {
  const files: Record<string, string> = {};
  for (const module of modules) {
    const folder = await buildFolder(module, cache);
    for (const name of Object.keys(module.programs)) files[name] = path.join(folder, name);
  }
  return files as Programs;
}
