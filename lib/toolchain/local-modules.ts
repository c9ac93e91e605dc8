import { createHash } from 'node:crypto';
import path from 'node:path';
import { kubernetesVersions, type KubernetesVersionName } from '../catalog/versions.ts';
import { buildFolder } from './build.ts';
import { platforms, type Platform } from './platforms.ts';
import { toolModules, type ToolModule } from './tool-modules.ts';

/** A module of target local, with the name that its programs have in the cache and in packs. */
export interface LocalModule {
  readonly module: ToolModule;
  /** It changes with everything that changes the programs. */
  readonly name: string;
  /** The Kubernetes versions that run these programs. */
  readonly versions: readonly KubernetesVersionName[];
}

/** The modules of target local for a platform, each once. */
export async function localModules(
  platform: Platform,
  versions: readonly KubernetesVersionName[] = kubernetesVersions,
): Promise<readonly LocalModule[]> {
  const found = new Map<string, { module: ToolModule; name: string; versions: KubernetesVersionName[] }>();
  for (const version of versions) {
    for (const module of toolModules(version)) {
      const name = path.basename(await buildFolder(module, '', platform));
      const known = found.get(name);
      if (known === undefined) found.set(name, { module, name, versions: [version] });
      else known.versions.push(version);
    }
  }
  return [...found.values()];
}

/** Names the pins of this release: packs that were made from others have another. */
export async function releaseName(): Promise<string> {
  const hash = createHash('sha256');
  for (const platform of platforms) for (const { name } of await localModules(platform)) hash.update(`${name}\n`);
  return hash.digest('hex').slice(0, 12);
}
