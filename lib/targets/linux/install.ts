import { execa } from 'execa';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ExternalError } from '../../core/errors.ts';
import type { Report } from '../../core/step.ts';
import { releaseOf, type KubernetesVersionName } from '../../catalog/versions.ts';
import { bring } from '../../toolchain/bring.ts';
import { buildFolder, isBuilt } from '../../toolchain/build.ts';
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
 * Builds what is not in the cache yet. Nothing is built when all is there.
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
  for (const module of nodeModules(version)) {
    await bring(module, cache, report, signal);
    const folder = await buildFolder(module, cache);
    for (const name of Object.keys(module.programs)) programs[name] = path.join(folder, name);
  }
  programs.pause = await buildPause(version, cache, report, signal);
  const recipes = await imageRecipes(programs, releaseOf(version).release);
  return { programs, images: await buildImages(recipes, cache, report, signal) };
}

/** Whether a program in C, or one that calls C, is not in the cache. */
async function needsCompiler(version: KubernetesVersionName, cache: string): Promise<boolean> {
  for (const module of nodeModules(version)) if (module.cgo === true && !(await isBuilt(module, cache))) return true;
  return !(await isPauseBuilt(version, cache));
}

/**
 * Loads the module that shows bridged packets to iptables, which a node can't.
 *
 * @throws ExternalError when it can't be loaded
 */
export async function requireBridgeFilter(): Promise<void> {
  const setting = '/proc/sys/net/bridge/bridge-nf-call-iptables';
  const there = () =>
    readFile(setting).then(
      () => true,
      () => false,
    );
  if (await there()) return;
  await execa('modprobe', ['-a', 'br_netfilter', 'overlay'], { reject: false });
  if (await there()) return;
  throw new ExternalError({
    ja: 'Service に必要なカーネルモジュール br_netfilter をロードできませんでした。ロードするには: sudo modprobe br_netfilter',
    en: 'Services need the kernel module br_netfilter, which could not be loaded. Load it with: sudo modprobe br_netfilter',
  });
}
