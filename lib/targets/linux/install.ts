import path from 'node:path';
import type { Report } from '../../core/step.ts';
import { releaseOf, type KubernetesVersionName } from '../../catalog/versions.ts';
import { isBuilt } from '../../toolchain/build.ts';
import { ProgramInstaller } from '../../toolchain/program-installer.ts';
import { programNames } from '../../toolchain/tool-modules.ts';
import { imageRecipes } from './image-recipes.ts';
import { buildImages } from './images.ts';
import { buildPause, isPauseBuilt } from './pause.ts';
import { requireSystemPrerequisites } from './system-prerequisites.ts';
import { nodeModules } from '../../toolchain/node-modules.ts';

/** All that the nodes of a Kubernetes version are made of. */
export interface NodeSoftware {
  /** Files of the programs, by name. */
  readonly programs: Readonly<Record<string, string>>;
  /** Archives of the images, by the image's name. */
  readonly images: Readonly<Record<string, string>>;
}

/**
 * Installs the programs and images that are not in the cache yet.
 *
 * @throws ExternalError when something is missing on this machine
 */
export async function installNodeSoftware(
  version: KubernetesVersionName,
  cache: string,
  report: Report,
  signal: AbortSignal,
): Promise<NodeSoftware> {
  requireSystemPrerequisites({ building: await needsCompiler(version, cache) });
  const programs: Record<string, string> = {};
  const installer = new ProgramInstaller(cache);
  for (const module of nodeModules(version)) {
    const folder = await installer.install(module, ofPrograms(programNames(module), report), signal);
    for (const name of Object.keys(module.programs)) programs[name] = path.join(folder, name);
  }
  programs.pause = await buildPause(version, cache, ofPrograms('pause', report), signal);
  const recipes = await imageRecipes(programs, releaseOf(version).release);
  return { programs, images: await buildImages(recipes, cache, report, signal) };
}

/** A report that says which programs it is about. */
const ofPrograms =
  (names: string, report: Report): Report =>
  (detail) => {
    const { ja, en } = typeof detail === 'string' ? { ja: detail, en: detail } : detail;
    report({ ja: `${names}: ${ja}`, en: `${names}: ${en}` });
  };

/** Whether a program in C, or one that calls C, is not in the cache. */
async function needsCompiler(version: KubernetesVersionName, cache: string): Promise<boolean> {
  for (const module of nodeModules(version)) if (module.cgo === true && !(await isBuilt(module, cache))) return true;
  return !(await isPauseBuilt(version, cache));
}
