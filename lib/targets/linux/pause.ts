import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { environmentOf } from '../../platform/program-environment.ts';
import { ExternalError } from '../../core/errors.ts';
import { projectFolder } from '../../platform/paths.ts';
import type { Report } from '../../core/step.ts';
import type { KubernetesVersionName } from '../../catalog/versions.ts';
import { releaseOf } from '../../catalog/versions.ts';
import { requireGo, type GoCommand } from '../../toolchain/go.ts';
import { thisPlatform } from '../../toolchain/platforms.ts';
import { makeProgramFolder, programsIn } from '../../toolchain/program-folder.ts';

/** The first process of every pod is no Go program: one file of C in the Kubernetes module. */
const source = 'build/pause/linux/pause.c';

/**
 * Compiles the program `pause` unless it is there, and returns its file.
 *
 * @throws ExternalError when there is no C compiler or no static C library
 */
export async function buildPause(
  version: KubernetesVersionName,
  cache: string,
  report: Report,
  signal: AbortSignal,
): Promise<string> {
  const folder = await pauseFolder(version, cache);
  await makeProgramFolder(folder, report, signal, async (unfinished) => {
    const go = await requireGo(cache, report, signal);
    await compile(toolsOf(version), unfinished, go, signal);
  });
  return path.join(folder, 'pause');
}

/** Whether the program `pause` is in the cache. */
export const isPauseBuilt = async (version: KubernetesVersionName, cache: string): Promise<boolean> =>
  existsSync(await pauseFolder(version, cache));

const toolsOf = (version: KubernetesVersionName): string => path.join(projectFolder, 'tools', releaseOf(version).tools);

async function pauseFolder(version: KubernetesVersionName, cache: string): Promise<string> {
  const tools = toolsOf(version);
  // The checksum of the module stands for its files: what is compiled already needs neither Go nor the module.
  const checksum = /^k8s\.io\/kubernetes \S+ h1:\S+$/m.exec(await readFile(path.join(tools, 'go.sum'), 'utf8'))?.[0];
  if (checksum === undefined) throw new Error(`There is no checksum of k8s.io/kubernetes in ${tools}/go.sum.`);
  const hash = createHash('sha256').update(process.arch).update(checksum).digest('hex').slice(0, 12);
  return path.join(programsIn(cache), `pause-${hash}`);
}

async function compile(tools: string, folder: string, go: GoCommand, signal: AbortSignal): Promise<void> {
  const { stdout: module } = await execa(go.file, ['list', '-m', '-f', '{{.Dir}}', 'k8s.io/kubernetes'], {
    cwd: tools,
    env: go.env({ platform: thisPlatform(), cgo: true }),
    extendEnv: false,
  });
  const file = path.join(module, source);
  try {
    await execa('cc', ['-Os', '-static', '-o', path.join(folder, 'pause'), file], {
      ...environmentOf('compiler'),
      cancelSignal: signal,
    });
  } catch (error) {
    signal.throwIfAborted();
    throw new ExternalError({
      ja:
        'どの Pod でも最初に動くプログラム（pause）をコンパイルできませんでした。C コンパイラーと静的な C ライブラリーをインストールしてください' +
        `（Debian と Ubuntu では: sudo apt-get install gcc libc6-dev）。\n${String(error)}`,
      en:
        `The program that every pod begins with could not be compiled. Install a C compiler with a static C library ` +
        `(on Debian and Ubuntu: sudo apt-get install gcc libc6-dev).\n${String(error)}`,
    });
  }
}
