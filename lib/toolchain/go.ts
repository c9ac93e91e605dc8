import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { environmentOf, goSettingNames, variablesFor } from '../platform/program-environment.ts';
import { projectFolder } from '../platform/paths.ts';
import type { Report } from '../core/step.ts';
import { goEnvironment, settingsInEnvironment, usableSettings, type GoSettings } from './go-environment.ts';
import { fetchGo, goFolder } from './go-toolchain.ts';
import { thisPlatform, type Platform } from './platforms.ts';

/** A Go toolchain found on PATH. */
export interface GoToolchain {
  /** For example `1.26.4`. */
  readonly version: string;
  /** Its settings, wherever they come from. */
  readonly settings: GoSettings;
}

/** A Go to build with. */
export interface GoCommand {
  /** The program, and the environment that it is run in. */
  readonly file: string;
  env(options: { platform: Platform; cgo: boolean }): NodeJS.ProcessEnv;
}

/** Finds Go on PATH; undefined when there is none. */
export async function findGo(): Promise<GoToolchain | undefined> {
  const result = await execa('go', ['env', '-json', 'GOVERSION', ...goSettingNames], {
    // Outside of any module, so that an old Go answers instead of refusing the module's go.mod.
    ...environmentOf('go env', { GOWORK: 'off', GO111MODULE: 'off', GOTOOLCHAIN: 'local' }),
    reject: false,
  });
  if (result.failed) return undefined;
  const { GOVERSION, ...values } = parseObject(result.stdout);
  const version = /^go(\d+\.\d+(\.\d+)?)/.exec(GOVERSION ?? '')?.[1];
  if (version === undefined) return undefined;
  return { version, settings: usableSettings(values) };
}

function parseObject(text: string): Record<string, string> {
  try {
    return JSON.parse(text) as Record<string, string>;
  } catch {
    return {};
  }
}

/**
 * The Go to build with, where nothing has to be fetched: the one on PATH if it is new enough, or the pinned one if it was
 * fetched before. A Go that would upgrade itself is not asked to: the pinned one is checked against hashes of this project,
 * and kept where `labs programs clean` finds it.
 */
export async function findUsableGo(cache: string, platform = thisPlatform()): Promise<GoCommand | undefined> {
  const onPath = await findGo();
  if (onPath !== undefined && !isOlder(onPath.version, await neededGo())) {
    return commandOf('go', onPath.settings, cache);
  }
  if (!existsSync(goFolder(cache, platform))) return undefined;
  return commandOf(path.join(goFolder(cache, platform), 'bin', 'go'), settingsOf(onPath), cache);
}

/**
 * The Go to build with; the pinned one is fetched where there is no other.
 *
 * @throws ExternalError when it can't be fetched
 */
export async function requireGo(cache: string, report: Report, signal: AbortSignal): Promise<GoCommand> {
  const found = await findUsableGo(cache);
  if (found !== undefined) return found;
  const settings = settingsOf(await findGo());
  const folder = await fetchGo(cache, settings.GOPROXY ?? '', report, signal);
  return commandOf(path.join(folder, 'bin', 'go'), settings, cache);
}

const settingsOf = (go: GoToolchain | undefined): GoSettings => go?.settings ?? settingsInEnvironment();

const commandOf = (file: string, settings: GoSettings, cache: string): GoCommand => ({
  file,
  env: (options) => goEnvironment(variablesFor('go'), { settings, cache, ...options }),
});

/** The newest Go version that a module under `tools/` asks for. */
export async function neededGo(): Promise<string> {
  const tools = path.join(projectFolder, 'tools');
  let newest = '1.21';
  for (const folder of await readdir(tools)) {
    const file = path.join(tools, folder, 'go.mod');
    if (!existsSync(file)) continue;
    const version = /^go (\S+)$/m.exec(await readFile(file, 'utf8'))?.[1] ?? newest;
    if (isOlder(newest, version)) newest = version;
  }
  return newest;
}

/** Whether version `a` comes before version `b`; both are dotted numbers. */
export function isOlder(a: string, b: string): boolean {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (const index of [0, 1, 2]) {
    const difference = (left![index] ?? 0) - (right![index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
