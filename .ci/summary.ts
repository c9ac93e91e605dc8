// Prints what failed, in short, and a last line `N passed, N failed`, from the reports that jest wrote into a folder:
//   node --import tsx .ci/summary.ts FOLDER
// Exits with 1 when a test failed, or when there is no report.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { projectFolder } from '../lib/platform/paths.ts';
import { shortMessage, totalsOf, type JestReport } from './test-results.ts';

const [folder = '.'] = process.argv.slice(2);
const files = (await readdir(folder)).filter((file) => file.endsWith('.json'));
const reports = await Promise.all(
  files.map(async (file) => JSON.parse(await readFile(path.join(folder, file), 'utf8')) as JestReport),
);
const { passed, failed, failures } = totalsOf(reports);
for (const failure of failures) {
  console.log(`\n● ${path.relative(projectFolder, failure.file)} › ${failure.test}\n${shortMessage(failure)}`);
}
console.log(`\n${passed} passed, ${failed} failed`);
if (failed > 0 || reports.length === 0) process.exitCode = 1;
