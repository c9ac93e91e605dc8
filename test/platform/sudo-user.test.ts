import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sudoUser } from '../../lib/platform/sudo-user.ts';
import { removeFolder, temporaryFolder } from '../temporary-folder.ts';

describe('the caller of sudo', () => {
  let folder: string;
  let users: string;
  beforeAll(async () => {
    folder = await temporaryFolder('caller');
    users = path.join(folder, 'passwd');
    await writeFile(users, 'root:x:0:0:root:/root:/bin/bash\nhanako:x:1000:1001::/home/hanako:/bin/bash\n');
  });
  afterAll(() => removeFolder(folder));

  const isRoot = process.getuid?.() === 0;

  test('is who sudo says, with the home folder of the user list', () => {
    const expected = isRoot ? { uid: 1000, gid: 1001, home: '/home/hanako' } : undefined;
    expect(sudoUser({ SUDO_UID: '1000', SUDO_GID: '1001' }, users)).toEqual(expected);
  });

  test('is asked of the directory of a company, where the file does not have the user', async () => {
    const before = process.env['PATH'];
    const getent = '#!/bin/sh\n[ "$*" = "passwd 70001" ] && echo "taro:*:70001:70000:Taro:/home/corp/taro:/bin/zsh"\n';
    await writeFile(path.join(folder, 'getent'), getent, { mode: 0o755 });
    process.env['PATH'] = [folder, before].join(path.delimiter);
    try {
      const expected = isRoot ? { uid: 70001, gid: 70000, home: '/home/corp/taro' } : undefined;
      expect(sudoUser({ SUDO_UID: '70001', SUDO_GID: '70000' }, users)).toEqual(expected);
    } finally {
      process.env['PATH'] = before;
    }
  });

  test.each([
    ['without sudo', {}],
    ['for root', { SUDO_UID: '0', SUDO_GID: '0' }],
    ['for a user whom nobody knows', { SUDO_UID: '4711', SUDO_GID: '1' }],
    ['for what is no user', { SUDO_UID: '1000; rm', SUDO_GID: '1' }],
  ])('is nobody %s', (_, env) => {
    expect(sudoUser(env, users)).toBeUndefined();
  });
});
