import { existsSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { labs } from '../labs/catalogue.ts';
import { kubernetesVersions } from '../lib/catalog/versions.ts';
import { projectFolder } from '../lib/platform/paths.ts';
import { servedFolder } from './file-server.ts';
import { secondsOf } from './measure.ts';
import type { Row } from './row.ts';

/** What a first start took, in seconds. */
interface FirstStart {
  readonly install: number;
  readonly start: number;
}

/**
 * `npm ci && npm start` to the end of the first task, as a machine without Go sees it: a clone of what is committed, with
 * empty caches for packages, modules and programs. Once with programs that are built, once with packs of a local server.
 *
 * @param scratch folder for the clones and their caches
 */
export async function firstStartRows(scratch: string): Promise<readonly Row[]> {
  const built = path.join(scratch, 'first-start');
  try {
    const building = await firstStart(built, {});
    const packs = path.join(scratch, 'packs');
    // One version, as the first task takes; the other would have to be built.
    const pack = ['programs', 'pack', '--kubernetes', kubernetesVersions[0], '--output', packs];
    await execa('node', ['bin/labs.mjs', ...pack], await machine(built, {}));
    const server = await servedFolder(packs);
    try {
      const fetched = await firstStart(path.join(scratch, 'first-start-packs'), { LABS_PROGRAMS: server.address });
      return [
        row('fresh clone to first task, empty caches, no Go on PATH', building, 8 * 60),
        row('the same with LABS_PROGRAMS on a local server', fetched, 90),
      ];
    } finally {
      await server.close();
    }
  } finally {
    // Go makes its modules read-only.
    await execa('chmod', ['-R', 'u+w', built], { reject: false });
  }
}

async function firstStart(folder: string, more: Readonly<Record<string, string>>): Promise<FirstStart> {
  await mkdir(folder, { recursive: true });
  const options = await machine(folder, more);
  await execa('git', ['clone', '--quiet', projectFolder, options.cwd]);
  try {
    const install = await secondsOf(() => execa('npm', ['ci', '--no-audit', '--no-fund'], options));
    return { install, start: await secondsOf(() => execa('npm', ['start'], options)) };
  } finally {
    await execa('node', ['bin/labs.mjs', 'down', labs[0]!.id], { ...options, reject: false });
  }
}

/** A clone with a home and caches of its own, and a PATH that has Node.js and the system's programs, but no Go. */
async function machine(folder: string, more: Readonly<Record<string, string>>) {
  const bin = path.join(folder, 'bin');
  if (!existsSync(bin)) {
    await mkdir(bin);
    const node = path.dirname(process.execPath);
    for (const name of ['node', 'npm', 'npx']) await symlink(path.join(node, name), path.join(bin, name));
  }
  const system = ['/usr/local/bin', '/usr/bin', '/bin'].filter((each) => !existsSync(path.join(each, 'go')));
  return {
    cwd: path.join(folder, 'clone'),
    extendEnv: false,
    stdin: 'ignore',
    env: {
      ...withoutGo(process.env),
      HOME: path.join(folder, 'home'),
      PATH: [bin, ...system].join(path.delimiter),
      XDG_CACHE_HOME: path.join(folder, 'cache'),
      XDG_DATA_HOME: path.join(folder, 'data'),
      npm_config_cache: path.join(folder, 'cache', 'npm'),
      ...more,
    },
  } as const;
}

/** Variables but Go's own (save its proxy and what it trusts) and those that npm sets for the benchmark itself. */
const withoutGo = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(env).filter(
      ([name]) =>
        !/^npm_(?:config_(?:local_prefix|prefix|cache)|package|lifecycle)/.test(name) &&
        !/^(?:LABS_PROGRAMS|GOROOT|GOPATH|GOCACHE|GOMODCACHE|GOBIN|GOFLAGS|GOTOOLCHAIN)$/.test(name),
    ),
  );

const row = (what: string, { install, start }: FirstStart, budget: number): Row => ({
  what,
  measured: `${inMinutes(install + start)} (npm ci ${install.toFixed(0)} s)`,
  against: '–',
  result: install + start,
  budget,
  unit: 's',
});

const inMinutes = (seconds: number): string => `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
