import { execa } from 'execa';
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

/** Where the programs of the local control plane come from. */
export type Programs =
  | { readonly source: 'built'; readonly files: Readonly<Record<ProgramName, string>> }
  | { readonly source: 'downloaded'; readonly kwokctl: string };

/** Oldest kwokctl that the configuration is written for. */
const oldestKwokctl = '0.8.0';

/** Where a kwokctl without built programs gets them from: there are official builds of the API server for Linux only. */
export const downloadSource =
  process.platform === 'linux'
    ? 'dl.k8s.io and github.com/etcd-io (official builds)'
    : 'github.com/kwok-ci/k8s (unofficial builds)';

/** The programs of a version, wherever they will be; nothing is built yet. */
export interface Installation {
  readonly programs: Programs;
  /** What has to be done first; none when all is there. */
  readonly steps: readonly Step[];
}

/**
 * Decides where the programs of a Kubernetes version come from: built with Go, or downloaded by the kwokctl on PATH.
 *
 * @throws ExternalError when there is neither, or only ones that are too old
 */
export async function planInstallation(version: KubernetesVersionName, cache: string): Promise<Installation> {
  const modules = toolModules(version);
  const missing: ToolModule[] = [];
  for (const module of modules) if (!(await isBuilt(module, cache))) missing.push(module);
  if (missing.length === 0) return { programs: await builtPrograms(modules, cache), steps: [] };

  const [go, needed] = [await findGo(), await newestGoOf(modules)];
  if (go !== undefined && canBuild(go, needed)) {
    return { programs: await builtPrograms(modules, cache), steps: missing.map((module) => buildStep(module, cache)) };
  }
  const kwokctl = await kwokctlOnPath();
  if (kwokctl !== undefined && !isOlder(kwokctl.version, oldestKwokctl)) {
    return { programs: { source: 'downloaded', kwokctl: kwokctl.file }, steps: [] };
  }
  throw new ExternalError(nothingUsable(go, needed, kwokctl?.version));
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

async function builtPrograms(modules: readonly ToolModule[], cache: string): Promise<Programs> {
  const files: Record<string, string> = {};
  for (const module of modules) {
    const folder = await buildFolder(module, cache);
    for (const name of Object.keys(module.programs)) files[name] = path.join(folder, name);
  }
  return { source: 'built', files: files as Record<ProgramName, string> };
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

/** The kwokctl on PATH; by its file, because it is run with another PATH. */
async function kwokctlOnPath(): Promise<{ file: string; version: string } | undefined> {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '');
  for (const folder of folders) {
    const file = path.join(folder, 'kwokctl');
    const result = await execa(file, ['--version'], { reject: false });
    const version = result.failed ? undefined : /v?(\d+\.\d+\.\d+)/.exec(result.stdout)?.[1];
    if (version !== undefined) return { file, version };
  }
  return undefined;
}

function nothingUsable(go: GoToolchain | undefined, neededGo: string, kwokctl: string | undefined): Text {
  const found: readonly Text[] = [
    go === undefined
      ? { ja: 'Go は PATH にありません。', en: 'Go is not on PATH' }
      : {
          ja: `Go ${go.version} は古く、自分では更新されません（Go 1.21 以降は、GOTOOLCHAIN=auto で更新されます）。`,
          en: `Go ${go.version} is too old and does not upgrade itself (Go 1.21 and later do, with GOTOOLCHAIN=auto)`,
        },
    kwokctl === undefined
      ? { ja: 'kwokctl は PATH にありません。', en: 'kwokctl is not on PATH' }
      : { ja: `kwokctl ${kwokctl} は古すぎます。`, en: `kwokctl ${kwokctl} is too old` },
  ];
  return {
    ja:
      `ローカルのコントロールプレーンは、ビルドするかダウンロードする必要がありますが、どちらもできません。${found.map(({ ja }) => ja).join('')}` +
      `Go ${neededGo} 以降（https://go.dev/dl）か、kwokctl ${oldestKwokctl} 以降（https://kwok.sigs.k8s.io）をインストールして、もう一度実行してください。`,
    en:
      `The local control plane has to be built or downloaded, and neither is possible: ${found.map(({ en }) => en).join(', and ')}. ` +
      `Install Go ${neededGo} or later (https://go.dev/dl), or kwokctl ${oldestKwokctl} or later (https://kwok.sigs.k8s.io), and run the command again.`,
  };
}
