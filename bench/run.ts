// Measures what the project promises, both sides in one run. Prints a table and writes results.json.
//   npm run bench              all but the last three
//   npm run bench -- PART…     some of: up, memory, command, synth, translate, rehearsals, linux, log, unit, test, ci-built, ci, first-start
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { labs } from '../labs/catalogue.ts';
import { eksFargateLab } from '../labs/eks-fargate/lab.ts';
import { environments } from '../lib/environments/catalogue.ts';
import { cacheFolder, projectFolder } from '../lib/platform/paths.ts';
import { parseSettings } from '../lib/settings/settings.ts';
import { planInstallation } from '../lib/toolchain/install.ts';
import { LocalTarget } from '../lib/targets/local/local-target.ts';
import { processesOf } from '../lib/platform/processes.ts';
import { emptyAppFolder } from './empty-app.ts';
import { limitsTaken } from './limits.ts';
import { firstStartRows } from './first-start.ts';
import { logRows } from './log.ts';
import { linuxRows, reasonAgainstLinux } from './linux.ts';
import { compare, secondsOf, type Pair } from './measure.ts';
import { bareKwokctl } from './bare-kwokctl.ts';
import { rehearsalRow } from './rehearsals.ts';
import type { Row } from './row.ts';
import { builtCiRow, freshCiRow, testRow, unitTestRow } from './suites.ts';
import { translateRows } from './translate.ts';

const runs = 5;
const lab = labs[0]!;
/** Labs whose start is timed: one on EC2, and one on Fargate, which is imitated beside the control plane. */
const timedLabs = [lab, eksFargateLab];
const settings = parseSettings({});
const command = path.join(projectFolder, 'bin', 'labs.mjs');
const rows: Row[] = [];

const seconds = (value: number): string => `${value.toFixed(2)} s`;
const addRatio = (what: string, against: string, pair: Pair, budget: number) =>
  rows.push({
    what,
    measured: seconds(pair.ours),
    against: `${against}: ${seconds(pair.theirs)}`,
    result: pair.ratio,
    budget,
    unit: '×',
  });

/** What is measured, by the name that chooses it. */
const parts: Readonly<Record<string, () => Promise<unknown>>> = {
  up: async () => {
    for (const timed of timedLabs) await benchUp(timed.id);
  },
  memory: benchMemory,
  command: benchCommand,
  synth: benchSynth,
  translate: async () => rows.push(...(await translateRows(command, runs, scratch))),
  rehearsals: async () => rows.push(await rehearsalRow(path.join(scratch, 'rehearsals'))),
  linux: benchLinux,
  log: async () => rows.push(...(await logRows())),
  unit: async () => rows.push(await unitTestRow()),
  test: async () => rows.push(await testRow()),
  'ci-built': async () => rows.push(await builtCiRow(scratch)),
  ci: async () => rows.push(await freshCiRow(scratch)),
  'first-start': async () => rows.push(...(await firstStartRows(scratch))),
};
const given = process.argv.slice(2);
const unknown = given.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) {
  process.stderr.write(`Unknown: ${unknown.join(', ')}. Valid: ${Object.keys(parts).join(', ')}.\n`);
  process.exit(2);
}
const scratch = await mkdtemp(path.join(tmpdir(), 'labs-bench-'));
/** Parts that build everything in empty caches of their own. */
const buildAll = ['ci', 'first-start'];
/** Parts that take longest; they run only when named. */
const onlyWhenNamed = ['ci-built', ...buildAll];
const chosen = given.length > 0 ? given : Object.keys(parts).filter((name) => !onlyWhenNamed.includes(name));

try {
  if (chosen.some((name) => !buildAll.includes(name))) {
    for (const step of (await planInstallation(settings.kubernetes, cacheFolder)).steps) {
      await step.run(() => undefined, new AbortController().signal);
    }
  }
  for (const name of chosen) await parts[name]!();
} finally {
  await rm(scratch, { recursive: true, force: true });
}
print();
await writeFile(path.join(projectFolder, 'bench', 'results.json'), JSON.stringify(rows, undefined, 2) + '\n');

/** `labs up` to "sample workload available", against bare kwokctl with the same programs. */
async function benchUp(id: string): Promise<void> {
  const env = { XDG_DATA_HOME: path.join(scratch, 'data'), XDG_CACHE_HOME: path.dirname(cacheFolder) };
  const ours = async () => {
    const time = await secondsOf(() => execa('node', [command, 'up', id], { env }));
    await execa('node', [command, 'down', id], { env });
    return time;
  };
  addRatio(
    `labs up ${id}`,
    'kwokctl create cluster --wait',
    await compare(runs, ours, () => bareKwokctl(settings, scratch)),
    1.4,
  );
}

async function benchMemory(): Promise<void> {
  const target = new LocalTarget({ data: path.join(scratch, 'memory') });
  const signal = new AbortController().signal;
  try {
    for (const step of await target.up(lab, settings)) await step.run(() => undefined, signal);
    const pids = await processesOf(path.join(scratch, 'memory'));
    const { stdout } = await execa('ps', ['-o', 'rss=', '-p', pids.join(',')]);
    const mib = stdout.split('\n').reduce((sum, line) => sum + Number(line), 0) / 1024;
    const measured = `${Math.round(mib)} MiB in ${pids.length} processes`;
    rows.push({
      what: 'memory of a running local environment',
      measured,
      against: '–',
      result: mib,
      budget: 700,
      unit: 'MiB',
    });
  } finally {
    for (const step of await target.down(lab)) await step.run(() => undefined, signal);
  }
}

async function benchCommand(): Promise<void> {
  for (const argument of ['--help', 'list']) {
    const pair = await compare(
      2 * runs,
      () => secondsOf(() => execa('node', [command, argument])),
      () => secondsOf(() => execa('node', ['-e', '0'])),
    );
    addRatio(`labs ${argument}`, 'node -e 0', pair, 4);
  }
}

/** `cdk synth` of every environment, and how much of CloudFormation's limits the largest template takes. */
async function benchSynth(): Promise<void> {
  const empty = await emptyAppFolder(scratch);
  const cdk = path.join(projectFolder, 'node_modules', '.bin', 'cdk');
  const out = path.join(scratch, 'out');
  const pair = await compare(
    runs,
    () => secondsOf(() => execa(cdk, ['synth', '--quiet', '--output', out], { cwd: projectFolder })),
    () => secondsOf(() => execa(cdk, ['synth', '--quiet'], { cwd: empty })),
  );
  addRatio('cdk synth of all environments', 'cdk synth of one empty stack', pair, 1.9);
  // The settings that make the templates largest.
  await execa(cdk, ['synth', '--quiet', '--output', out, '-c', 'compute=both', '-c', 'customerKey=true'], {
    cwd: projectFolder,
  });
  for (const { stack } of environments) {
    const { resources, bytes, share } = await limitsTaken(path.join(out, `${stack}.template.json`));
    rows.push({
      what: `template of ${stack}`,
      measured: `${resources} resources, ${Math.round(bytes / 1000)} kB`,
      against: '500 resources, 1 MB',
      result: share * 100,
      budget: 60,
      unit: '%',
    });
  }
}

/** What real nodes take. Where there can be none, a sentence says why. */
async function benchLinux(): Promise<void> {
  const reason = reasonAgainstLinux();
  if (reason === undefined) rows.push(...(await linuxRows(scratch)));
  else process.stdout.write(`Not measured: target linux (${reason}).\n`);
}

function print(): void {
  const table = rows.map((row) => [
    row.what,
    row.measured,
    row.against,
    `${row.result.toFixed(row.unit === '×' ? 2 : 0)} ${row.unit}`,
    `${row.budget} ${row.unit}`,
    row.result <= row.budget ? 'yes' : 'NO',
  ]);
  const all = [['what', 'median', 'against (median)', 'result', 'budget', 'kept'], ...table];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  for (const row of all)
    process.stdout.write(
      `${row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd()}\n`,
    );
}
