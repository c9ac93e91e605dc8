import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { labs } from '../../labs/catalogue.ts';
import { eksEc2 } from '../../lib/environments/eks-ec2.data.ts';
import { selfManaged } from '../../lib/environments/self-managed.data.ts';
import { UsageError } from '../../lib/core/errors.ts';
import { refuseTarget, targetsOfLab } from '../../lib/model/lab-targets.ts';
import { settingsOf } from '../../lib/model/lab-settings.ts';
import { projectFolder } from '../../lib/platform/paths.ts';
import { parseSettings } from '../../lib/settings/settings.ts';

const anatomy = { id: 'anatomy', environment: selfManaged };
const defaults = parseSettings({});

test('a lab runs where its environment does, unless it says less', () => {
  expect(targetsOfLab({ environment: eksEc2 })).toEqual(['local', 'linux', 'aws']);
  expect(targetsOfLab(anatomy)).toEqual(['linux', 'aws']);
  expect(targetsOfLab({ ...anatomy, targets: ['aws'] })).toEqual(['aws']);
});

test('another target is refused with those that it runs on', () => {
  expect(() => refuseTarget(anatomy, defaults, 'linux', 'up')).not.toThrow();
  expect(() => refuseTarget(anatomy, defaults, 'local', 'up')).toThrow(
    new UsageError(
      'Lab anatomy runs on linux and aws, not on local. Give one of them, as in: npx labs up anatomy --on linux',
    ),
  );
});

test('settings that put pods on Fargate rule linux out', () => {
  const lab = { id: 'eks-ec2', environment: eksEc2 };
  expect(() => refuseTarget(lab, parseSettings({ compute: 'both' }), 'linux', 'rehearse')).toThrow(
    /^Lab eks-ec2 runs on local and aws, not on linux, where there is no Fargate\. .*npx labs rehearse eks-ec2$/,
  );
});

test('a lab that needs Fargate says that it does not run on linux', () => {
  for (const lab of labs) {
    const onFargate = lab.environment.fargateProfiles(settingsOf(lab, [])).length > 0;
    expect([lab.id, targetsOfLab(lab).includes('linux')]).toEqual([lab.id, !onFargate]);
  }
});

test('every environment whose labs run on linux has a file of tests there', () => {
  const environments = labs
    .filter((lab) => targetsOfLab(lab).includes('linux'))
    .map(({ environment }) => environment.id);
  for (const id of new Set(environments)) {
    const file = path.join(projectFolder, 'test', 'linux', `${id}.test.ts`);
    expect([file, existsSync(file)]).toEqual([file, true]);
  }
});
