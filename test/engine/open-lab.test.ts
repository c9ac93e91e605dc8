import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eksEc2Lab as lab } from '../../labs/eks-ec2/lab.ts';
import { checkLab } from '../../lib/engine/check-lab.ts';
import { locateLab, type OpenLab } from '../../lib/engine/open-lab.ts';
import { openTarget, openTargets, targetNameOf } from '../../lib/engine/targets.ts';
import { targetNames } from '../../lib/core/target-name.ts';
import { UsageError } from '../../lib/core/errors.ts';
import { readFaultsProgress, writeFaultsProgress } from '../../lib/progress/faults.ts';
import { parseSettings } from '../../lib/settings/settings.ts';
import { troubleshootingLab } from '../../labs/troubleshooting/lab.ts';
import { temporaryFolder, removeFolder } from '../temporary-folder.ts';

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder('open-lab');
});
afterEach(() => removeFolder(folder));

describe('targets', () => {
  test('are all that have a name, each under its own', async () => {
    expect((await openTargets()).map(({ name }) => name)).toEqual([...targetNames]);
    for (const name of targetNames) expect((await openTarget(name)).name).toBe(name);
  });

  test('with an unknown name are refused', () => {
    expect(targetNameOf('linux')).toBe('linux');
    expect(() => targetNameOf('lokal')).toThrow(
      new UsageError("Unknown target 'lokal'. Did you mean 'local'? Valid: local, linux, aws."),
    );
  });

  test('keep environments in the folder that they are given', async () => {
    const target = await openTarget('local', { data: folder });
    expect(target.folderOf(lab).startsWith(folder + path.sep)).toBe(true);
  });
});

describe('a lab', () => {
  test('is located on the target that is named, whether or not it is up', async () => {
    const { target } = await locateLab(lab, { on: 'aws' });
    expect(target.name).toBe('aws');
    await expect(locateLab(lab, { on: 'asw' })).rejects.toThrow(/^Unknown target 'asw'/);
  });
});

/** A lab whose API server does not answer. */
async function unreachable(): Promise<OpenLab> {
  const kubeconfig = path.join(folder, 'kubeconfig.yaml');
  await writeFile(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'lab', cluster: { server: 'https://127.0.0.1:9' } }],
      users: [{ name: 'lab', user: {} }],
      contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'lab' } }],
      'current-context': 'lab',
    }),
  );
  const target = await openTarget('local', { data: folder });
  const settings = parseSettings({});
  const access = { kubeconfig, bin: folder, settings, kubectlCache: folder, folder };
  return { lab: troubleshootingLab, target, access };
}

describe('checking a lab', () => {
  test('judges the fault in it alone, and counts the try', async () => {
    await writeFaultsProgress(folder, { broken: { id: 'old-version', tries: 1 }, healed: [] });
    const result = await checkLab(await unreachable());
    expect(result).toMatchObject({
      kind: 'fault',
      passed: false,
      judgement: { fault: { id: 'old-version' }, tries: 2 },
    });
    expect((await readFaultsProgress(folder)).broken?.tries).toBe(2);
  });

  test('with a task named judges that task even while a fault is in it', async () => {
    await writeFaultsProgress(folder, { broken: { id: 'old-version', tries: 1 }, healed: [] });
    const [task] = troubleshootingLab.tasks;
    await expect(checkLab(await unreachable(), task)).rejects.toThrow(
      /does not answer\. Start it again with: npx labs up/,
    );
    expect((await readFaultsProgress(folder)).broken?.tries).toBe(1);
  });
});
