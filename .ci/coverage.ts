// Holds what the tests executed against coverage.json and the claims, or writes that file:
//   npm run coverage:check     after the tests of tier ci, as CI does
//   npm run coverage:check -- all   after those of tier all
//   npm run coverage:update    after some of them, too: what they did not play stays as it was
// The tests keep what they executed in the folder that LABS_RECORD names.
import { writeFile } from 'node:fs/promises';
import { createTwoFilesPatch } from 'diff';
import { labs } from '../labs/catalogue.ts';
import { coverageFile, readCoverage, readRecord } from '../lib/coverage/record.ts';
import { unknownName } from '../lib/core/closest.ts';
import { formatExecutions, withNewer, type Execution } from '../lib/coverage/execution.ts';
import { coverageProblems } from '../lib/coverage/problems.ts';
import { includesTier, tierOf, tiers } from '../lib/coverage/tiers.ts';
import { withoutUntrue } from '../lib/coverage/truth.ts';
import { exitCodes, LabsError, UsageError } from '../lib/core/errors.ts';

const format = (executions: readonly Execution[]) =>
  formatExecutions(
    executions,
    labs.map(({ id }) => id),
  );

async function check(name = 'ci'): Promise<void> {
  const tier = tiers.find((candidate) => candidate === name);
  if (tier === undefined) throw new UsageError(unknownName('tier', name, tiers));
  const isHeld = (execution: Execution) => includesTier(tier, tierOf(execution));
  const coverage = await readCoverage();
  const record = (await readRecord()).filter(isHeld);
  // What only larger tiers play is held by them. Until then, the file says what they executed.
  const all = [...record, ...coverage.filter((execution) => !isHeld(execution))];
  const [written, executed] = [format(coverage), format(all)];
  const problems = coverageProblems(labs, all);
  if (written !== executed) {
    const patch = createTwoFilesPatch('coverage.json', 'what was executed', written, executed);
    problems.push(
      `coverage.json does not say what was executed. Write it with: npm run coverage:update\n${patch}\nThe right content:\n${executed}`,
    );
  }
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = exitCodes.failed;
  else console.log(`coverage.json says what tier ${tier} executed: ${record.length} rehearsals.`);
}

async function update(): Promise<void> {
  // Neither a file that is broken nor a record that there is none of keeps anybody from writing what is known.
  const known = await Promise.all([readCoverage(), readRecord()].map((reading) => reading.catch(nothingIfUnreadable)));
  const [older, newer] = known as [readonly Execution[], readonly Execution[]];
  await writeFile(coverageFile, format(withNewer(withoutUntrue(labs, older), newer)));
  const runs = newer.map(({ lab, target, kubernetes }) => `${lab} on ${target} ${kubernetes}`).join(', ');
  console.log(`Wrote ${coverageFile}. New in it: ${runs || 'nothing'}.`);
}

function nothingIfUnreadable(error: unknown): readonly Execution[] {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  return [];
}

const actions: Readonly<Record<string, (argument?: string) => Promise<void>>> = { check, update };
const [name = '', argument] = process.argv.slice(2);
try {
  const action = actions[name];
  if (action === undefined) throw new UsageError(unknownName('action', name, Object.keys(actions)));
  await action(argument);
} catch (error) {
  if (!(error instanceof LabsError)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}
