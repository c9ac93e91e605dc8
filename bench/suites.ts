import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { projectFolder } from '../lib/platform/paths.ts';
import { median, secondsOf } from './measure.ts';
import type { Row } from './row.ts';

/** What the row of a whole suite says. Suites are held against a budget of time, since nothing else does the same. */
const suiteRow = (what: string, seconds: number, budget: number): Row => ({
  what,
  measured: `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`,
  against: '–',
  result: seconds,
  budget,
  unit: 's',
});

const npm = (...args: readonly string[]) => secondsOf(() => execa('npm', args, { cwd: projectFolder }));

/** Unit and snapshot tests. */
export async function unitTestRow(): Promise<Row> {
  const times: number[] = [];
  for (let run = 0; run < 3; run += 1) times.push(await npm('run', '--silent', 'test:unit'));
  return suiteRow('unit and snapshot tests', median(times), 45);
}

/** All of `npm test`, with programs that are built already. */
export const testRow = async (): Promise<Row> => suiteRow('npm test, everything built', await npm('test'), 10 * 60);

/** `.ci/run` of a clone of what is committed, with this machine's caches. As root, on Debian or Ubuntu. */
export const builtCiRow = async (scratch: string): Promise<Row> =>
  suiteRow('.ci/run, programs built', await ciRun(path.join(scratch, 'clone-built'), {}), 25 * 60);

/**
 * `.ci/run` as a fresh machine sees it: a clone of what is committed, with empty caches for packages, modules and
 * programs. As root, on Debian or Ubuntu.
 *
 * @param scratch folder for the clone and its caches
 */
export async function freshCiRow(scratch: string): Promise<Row> {
  const cache = path.join(scratch, 'cache');
  await mkdir(cache);
  const env = {
    XDG_CACHE_HOME: cache,
    GOCACHE: path.join(cache, 'go-build'),
    GOMODCACHE: path.join(cache, 'go-modules'),
    npm_config_cache: path.join(cache, 'npm'),
  };
  try {
    return suiteRow('.ci/run, empty caches', await ciRun(path.join(scratch, 'clone'), env), 40 * 60);
  } finally {
    // Go makes its modules read-only.
    await execa('chmod', ['-R', 'u+w', cache], { reject: false });
  }
}

/**
 * Clones what is committed, and times `.ci/run` in the clone.
 *
 * @param env variables beside this process's own
 */
async function ciRun(clone: string, env: Readonly<Record<string, string>>): Promise<number> {
  await execa('git', ['clone', '--quiet', projectFolder, clone]);
  return secondsOf(() => execa('bash', ['.ci/run'], { cwd: clone, env, stdin: 'ignore' }));
}
