// Runs the tests of clusters many times and reports which failed how often:
//   npm run flaky                                   all suites of the local control plane, 10 times
//   npm run flaky -- --times 3 --busy lifecycle     the files whose path contains `lifecycle`, beside a busy core
//   npm run flaky -- --project linux three-members  real nodes, as root
// Exits with 1 when a test failed in any run.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { exitCodes, LabsError, UsageError } from '../lib/core/errors.ts';
import { projectFolder } from '../lib/platform/paths.ts';
import { failureCounts, flakyOptions } from './flaky-report.ts';
import { shortMessage, totalsOf, type JestReport, type Totals } from './test-results.ts';

/** Keeps a core busy until it is ended. */
const busyCore = () => spawn(process.execPath, ['--eval', 'for (;;);'], { stdio: 'ignore' });

/** Runs jest once. Its own output goes to this process's standard error. */
async function runOnce(project: string, pattern: string | undefined, report: string): Promise<Totals> {
  const select = pattern === undefined ? [] : ['--testPathPatterns', pattern];
  const workers = project === 'linux' ? '--runInBand' : '--maxWorkers=3';
  const jest = spawn(
    process.execPath,
    [
      ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'],
      ...['--selectProjects', project, workers, '--json', '--outputFile', report, ...select],
    ],
    { cwd: projectFolder, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, CI: 'true' } },
  );
  await once(jest, 'close');
  const text = await readFile(report, 'utf8').catch(() => {
    throw new UsageError(`No test ran. ${pattern === undefined ? '' : `Is '${pattern}' part of a test file's path?`}`);
  });
  return totalsOf([JSON.parse(text) as JestReport]);
}

async function main(): Promise<void> {
  const { times, busy, project, pattern } = flakyOptions(
    parseArgs({
      allowPositionals: true,
      options: {
        times: { type: 'string', default: '10' },
        busy: { type: 'boolean', default: false },
        project: { type: 'string', default: 'cluster' },
      },
    }),
  );
  const folder = await mkdtemp(path.join(tmpdir(), 'labs-flaky-'));
  const core = busy ? busyCore() : undefined;
  const runs: Totals[] = [];
  try {
    for (let run = 1; run <= times; run++) {
      const began = Date.now();
      const totals = await runOnce(project, pattern, path.join(folder, `${run}.json`));
      runs.push(totals);
      const seconds = Math.round((Date.now() - began) / 1000);
      console.log(`run ${run} of ${times}: ${totals.passed} passed, ${totals.failed} failed, ${seconds} s`);
      for (const failure of totals.failures) console.log(`● ${failure.test}\n${shortMessage(failure)}\n`);
    }
  } finally {
    core?.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
  const counts = failureCounts(runs);
  console.log(counts.length === 0 ? `\nNo test failed in ${times} runs.` : `\nFailed, of ${times} runs:`);
  for (const { count, file, test } of counts) {
    console.log(`${String(count).padStart(4)}  ${path.relative(projectFolder, file)} › ${test}`);
  }
  if (counts.length > 0) process.exitCode = exitCodes.failed;
}

try {
  await main();
} catch (error) {
  const isUsage = error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  if (!isUsage && !(error instanceof LabsError)) throw error;
  console.error((error as Error).message);
  process.exitCode = error instanceof LabsError ? error.exitCode : exitCodes.usage;
}
