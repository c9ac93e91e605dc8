import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { eksEc2Lab } from '../../../labs/eks-ec2/lab.ts';
import { UsageError } from '../../../lib/core/errors.ts';
import { parseSettings } from '../../../lib/settings/settings.ts';
import { LocalTarget } from '../../../lib/targets/local/local-target.ts';
import { removeFolder, temporaryFolder } from '../../temporary-folder.ts';

const before = { ...process.env };
let root: string;
beforeEach(async () => {
  root = await temporaryFolder('sudo');
});
afterEach(async () => {
  jest.restoreAllMocks();
  process.env = { ...before };
  await removeFolder(root);
});

test('a local lab is not brought up through sudo, and nothing is begun', async () => {
  jest.spyOn(process, 'getuid').mockReturnValue(0);
  // The one user that every machine has besides root.
  Object.assign(process.env, { SUDO_UID: '1', SUDO_GID: '1' });
  const up = new LocalTarget({ data: root }).up(eksEc2Lab, parseSettings({}));
  await expect(up).rejects.toThrow(UsageError);
  await expect(up).rejects.toThrow('Target local needs no root. Run it without sudo: npx labs up eks-ec2');
  expect(existsSync(path.join(root, 'local'))).toBe(false);
});
