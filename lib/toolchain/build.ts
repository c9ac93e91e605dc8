import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { requireSpace } from '../platform/disk-space.ts';
import { ExternalError } from '../core/errors.ts';
import { projectFolder } from '../platform/paths.ts';
import type { Report } from '../core/step.ts';
import type { Text } from '../core/text.ts';
import { buildFailure, neededSpace } from './build-errors.ts';
import { compilerFlags } from './compiler-flags.ts';
import { requireGo } from './go.ts';
import { patchModules } from './patches.ts';
import { thisPlatform } from './platforms.ts';
import { killGroup } from '../platform/processes.ts';
import { makeProgramFolder, programsIn } from './program-folder.ts';
import type { ToolModule } from './tool-modules.ts';

const buildingIt: Text = {
  ja: 'ローカルのコントロールプレーンのビルド',
  en: 'Building the local control plane',
};

/** What helps beside freeing some space. */
const larger: Text = {
  ja: 'XDG_CACHE_HOME（と GOCACHE、GOMODCACHE）で容量の大きいディスクを指定して',
  en: 'point XDG_CACHE_HOME (and GOCACHE, GOMODCACHE) at a larger disk',
};

/**
 * The folder that a module's programs are, or will be, in. Its name changes with everything that changes the programs.
 *
 * @param cache folder of all builds
 * @param platform what the programs run on
 */
export async function buildFolder(module: ToolModule, cache: string, { os, arch } = thisPlatform()): Promise<string> {
  const source = path.join(projectFolder, 'tools', module.folder);
  const hash = createHash('sha256').update(JSON.stringify([module, os, arch, compilerFlags]));
  for (const file of ['go.mod', 'go.sum']) hash.update(await readFile(path.join(source, file)));
  for (const file of (await readdir(source)).filter(isCompiled).sort()) {
    hash.update(file).update(await readFile(path.join(source, file)));
  }
  return path.join(programsIn(cache), `${module.folder}-${hash.digest('hex').slice(0, 12)}`);
}

const isCompiled = (file: string): boolean => file.endsWith('.go') && !file.endsWith('_test.go');

/** Whether a module's programs are there already. */
export const isBuilt = async (module: ToolModule, cache: string, platform = thisPlatform()): Promise<boolean> =>
  existsSync(await buildFolder(module, cache, platform));

/**
 * Builds a module's programs unless they are there, and returns their folder. Go is fetched where there is none.
 *
 * @throws ExternalError when the build fails or the disk is full
 */
export async function build(
  module: ToolModule,
  cache: string,
  report: Report,
  signal: AbortSignal,
  platform = thisPlatform(),
): Promise<string> {
  const folder = await buildFolder(module, cache, platform);
  await makeProgramFolder(folder, report, signal, async (unfinished) => {
    await requireSpace({ folder: cache, bytes: neededSpace, what: buildingIt, remedy: larger });
    const command = await requireGo(cache, report, signal);
    const env = command.env({ platform, cgo: module.cgo === true });
    const run: RunGo = async (args, cwd, onLine) => {
      const { output, failure } = await go(command.file, args, cwd, env, signal, onLine);
      if (failure !== undefined) throw new ExternalError(buildFailure(failure, module, cache));
      return output;
    };
    await compile(module, unfinished, run, report);
  });
  return folder;
}

type RunGo = (args: string[], cwd: string, onLine?: (line: string) => void) => Promise<string>;

async function compile(module: ToolModule, folder: string, run: RunGo, report: Report): Promise<void> {
  const cwd = path.join(projectFolder, 'tools', module.folder);
  const linker = [
    '-s',
    '-w',
    ...Object.entries(module.linkerVariables).flatMap(([name, value]) => ['-X', `${name}=${value}`]),
  ];
  const packages = Object.values(module.programs);
  const tags = module.tags === undefined ? [] : ['-tags', module.tags.join(',')];

  report({ ja: 'ソースをダウンロードしています', en: 'downloading sources' });
  const listed = await run(['list', '-deps', ...tags, '-f', '{{.ImportPath}}', ...packages], cwd);
  const total = listed.split('\n').length;

  // In one call, so that a program is linked while packages of another are compiled.
  let compiled = 0;
  const tell = () =>
    report({
      ja: `最大 ${total} 個のパッケージのうち ${compiled} 個をコンパイル`,
      en: `${compiled} of at most ${total} packages compiled`,
    });
  tell();
  const onPackage = () => {
    compiled += 1;
    tell();
  };
  const flags = ['-trimpath', ...tags, ...compilerFlags, '-ldflags', linker.join(' ')];
  const changed = path.join(folder, 'changed');
  if (module.patches !== undefined) {
    const folderOf = async (name: string) => (await run(['list', '-m', '-f', '{{.Dir}}', name], cwd)).trim();
    flags.push('-modfile', await patchModules(module.patches, changed, cwd, folderOf));
  }
  await run(['build', '-v', ...flags, '-o', folder + path.sep, ...packages], cwd, onPackage);
  await rm(changed, { recursive: true, force: true });

  for (const [name, source] of Object.entries(module.programs)) {
    const built = builtName(source, module);
    if (built !== name) await rename(path.join(folder, built), path.join(folder, name));
  }
}

/** What go calls a package's program: the last part of its path that is no major version. */
const builtName = (source: string, module: ToolModule): string =>
  source === '.' ? module.folder : path.basename(source.replace(/\/v\d+$/, ''));

/** Runs go, and returns what it printed: its output, or why it failed. */
async function go(
  file: string,
  args: string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
  onLine: (line: string) => void = () => undefined,
): Promise<{ readonly output: string; readonly failure?: string }> {
  // A group of its own, so that the compilers it started end with it.
  const child = execa(file, args, {
    cwd,
    env,
    extendEnv: false,
    reject: false,
    detached: true,
    maxBuffer: 1e8,
    buffer: true,
  });
  const kill = () => {
    if (child.pid !== undefined) killGroup(child.pid);
  };
  signal.addEventListener('abort', kill, { once: true });
  if (signal.aborted) kill();
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.trim() !== '') onLine(line);
  });
  try {
    const result = await child;
    signal.throwIfAborted();
    const { stdout: output, stderr, shortMessage } = result;
    return result.failed ? { output, failure: stderr || String(shortMessage) } : { output };
  } finally {
    signal.removeEventListener('abort', kill);
  }
}
