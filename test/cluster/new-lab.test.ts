import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { execa } from 'execa';
import { projectFolder } from '../../lib/platform/paths.ts';
import { removeFolder, temporaryFolder } from '../temporary-folder.ts';
import { describeCluster } from './environment.ts';

jest.setTimeout(400_000);

/** Folders that a clone does not have, or that this test does not need. */
const leftOut = ['.git', 'node_modules', 'cdk.out', 'coverage-record'];

describeCluster('a lab that an author adds as CONTRIBUTING.md says', () => {
  let clone: string;

  beforeAll(async () => {
    clone = await temporaryFolder('clone');
    for (const name of await readdir(projectFolder))
      if (!leftOut.includes(name))
        await cp(path.join(projectFolder, name), path.join(clone, name), { recursive: true });
    await mkdir(path.join(clone, 'node_modules'));
    for (const name of await readdir(path.join(projectFolder, 'node_modules')))
      await symlink(path.join(projectFolder, 'node_modules', name), path.join(clone, 'node_modules', name));

    await cp(path.join(clone, 'templates', 'lab'), path.join(clone, 'labs', 'my-lab'), { recursive: true });
    const file = path.join(clone, 'labs', 'catalogue.ts');
    const catalogue = (await readFile(file, 'utf8'))
      .replace('\nimport', "\nimport { myLab } from './my-lab/lab.ts';\nimport")
      .replace('\n];', '\n  myLab,\n];');
    await writeFile(file, catalogue);
  });
  afterAll(() => removeFolder(clone));

  /** Runs tests in the clone, and returns the names of those that passed. */
  const testsOf = async (project: string, files: string, names: string): Promise<string[]> => {
    const report = path.join(clone, `${project}.json`);
    const jestProgram = path.join('node_modules', 'jest', 'bin', 'jest.js');
    const options = ['--selectProjects', project, '--testPathPatterns', files, '--testNamePattern', names];
    const { all } = await execa(
      'node',
      ['--experimental-vm-modules', jestProgram, ...options, '--json', '--outputFile', report],
      // Where it is played is no record of this project.
      { cwd: clone, env: { LABS_RECORD: '', LABS_TEST_TIER: 'ci' }, all: true, reject: false },
    );
    const { success, testResults } = JSON.parse(await readFile(report, 'utf8').catch(() => '{}')) as {
      success?: boolean;
      testResults?: readonly { assertionResults: readonly { fullName: string; status: string }[] }[];
    };
    if (success !== true) throw new Error(all);
    return testResults!
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ status }) => status === 'passed')
      .map(({ fullName }) => fullName);
  };

  test('has its guides held against each other and its data checked', async () => {
    // The template has two tasks; a lab of the catalogue has six.
    const passed = await testsOf('unit', 'test/labs/catalogue', 'lab my-lab (?!has at least six)');
    expect(passed).toContain('lab my-lab has guides that agree');
    expect(passed.length).toBeGreaterThanOrEqual(8);
  });

  test('has its guide played, and its near misses after it', async () => {
    const passed = await testsOf('cluster', 'test/cluster/guides-', 'lab my-lab:');
    expect(passed.map((name) => name.replace(/^.*lab my-lab: /, ''))).toEqual([
      'the guide holds, and each check tells before from after and changes nothing',
      'reset puts the lab back: every task is open again',
      'near miss: the image without its tag',
      'near miss: the ConfigMap in another namespace, and with another message',
    ]);
  });
});
