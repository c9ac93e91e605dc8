import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ExternalError } from '../core/errors.ts';
import { projectFolder } from '../platform/paths.ts';
import type { Step } from '../core/step.ts';
import type { Text } from '../core/text.ts';
import type { KubernetesVersionName } from '../catalog/versions.ts';
import { build, buildFolder, isBuilt } from './build.ts';
import { findGo, isOlder, type GoToolchain } from './go.ts';
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
 * Decides how the programs of a Kubernetes version are brought: nothing is done for those in the cache, others are built
 * with Go.
 *
 * @throws ExternalError when there is no Go, or one that is too old
 */
export async function planInstallation(version: KubernetesVersionName, cache: string): Promise<Installation> {
  const modules = toolModules(version);
  const programs = await programsOf(modules, cache);
  const missing: ToolModule[] = [];
  for (const module of modules) if (!(await isBuilt(module, cache))) missing.push(module);
  if (missing.length === 0) return { programs, steps: [] };

  const [go, needed] = [await findGo(), await newestGoOf(modules)];
  if (go === undefined || !canBuild(go, needed)) throw new ExternalError(noGo(go, needed));
  return { programs, steps: missing.map((module) => buildStep(module, cache)) };
}

const canBuild = (go: GoToolchain, needed: string): boolean => !isOlder(go.version, needed) || go.upgradesItself;

const buildStep = (module: ToolModule, cache: string): Step => {
  const names = Object.keys(module.programs).join(', ');
  return {
    title: { ja: `ビルド: ${names}`, en: `Build ${names}` },
    run: async (report, signal) => {
      await build(module, cache, report, signal);
    },
  };
};

async function programsOf(modules: readonly ToolModule[], cache: string): Promise<Programs> {
  const files: Record<string, string> = {};
  for (const module of modules) {
    const folder = await buildFolder(module, cache);
    for (const name of Object.keys(module.programs)) files[name] = path.join(folder, name);
  }
  return files as Programs;
}

/** The newest Go version that the modules ask for, from their go.mod. */
async function newestGoOf(modules: readonly ToolModule[]): Promise<string> {
  let newest = '1.21';
  for (const { folder } of modules) {
    const source = await readFile(path.join(projectFolder, 'tools', folder, 'go.mod'), 'utf8');
    const version = /^go (\S+)$/m.exec(source)?.[1] ?? newest;
    if (isOlder(newest, version)) newest = version;
  }
  return newest;
}

function noGo(go: GoToolchain | undefined, needed: string): Text {
  const found: Text =
    go === undefined
      ? { ja: 'Go は PATH にありません。', en: 'Go is not on PATH.' }
      : {
          ja: `Go ${go.version} は古く、自分では更新されません（Go 1.21 以降は、GOTOOLCHAIN=auto で更新されます）。`,
          en: `Go ${go.version} is too old and does not upgrade itself (Go 1.21 and later do, with GOTOOLCHAIN=auto).`,
        };
  return {
    ja: `ローカルのコントロールプレーンをビルドする必要があります。${found.ja}Go ${needed} 以降（https://go.dev/dl）をインストールして、もう一度実行してください。`,
    en: `The local control plane has to be built. ${found.en} Install Go ${needed} or later (https://go.dev/dl), and run the command again.`,
  };
}
