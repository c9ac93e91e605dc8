import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { buildFolder } from '../../../lib/toolchain/build.ts';
import { toolModules } from '../../../lib/toolchain/tool-modules.ts';
import { machineTools } from '../../../lib/targets/aws/tools.ts';
import { removeFolder, temporaryFolder } from '../../temporary-folder.ts';

let folder: string;
const pathBefore = process.env.PATH;
beforeEach(async () => {
  folder = await temporaryFolder('tools');
  // A relative folder in front, which must not be looked into.
  process.env.PATH = ['.', folder].join(path.delimiter);
});
afterEach(async () => {
  process.env.PATH = pathBefore;
  await removeFolder(folder);
});

const program = (name: string, output: string, exit = 0) =>
  writeFile(path.join(folder, name), `#!/bin/sh\necho '${output}'\nexit ${exit}\n`, { mode: 0o755 });
const kubectl = (version: string) => program('kubectl', `{"clientVersion": {"gitVersion": "v${version}"}}`);
const tools = () => machineTools(path.join(folder, 'cache'));

describe('kubectl', () => {
  test.each(['1.35.0', '1.36.3', '1.37.0-alpha.1'])('%s fits Kubernetes 1.36', async (version) => {
    await kubectl(version);
    expect(await tools().kubectl('1.36')).toBe(path.join(folder, 'kubectl'));
  });

  test.each([
    ['1.34.9', '1.36'],
    ['1.37.0', '1.35'],
    ['2.36.0', '1.36'],
  ] as const)('%s does not fit Kubernetes %s', async (version, kubernetes) => {
    await kubectl(version);
    await expect(tools().kubectl(kubernetes)).rejects.toThrow(
      `The kubectl on PATH (${path.join(folder, 'kubectl')}) is version ${version.split('.').slice(0, 2).join('.')}, ` +
        `and Kubernetes ${kubernetes} takes one that differs by one minor version at most. Install kubectl ${kubernetes} `,
    );
  });

  test('of an unknown version does not fit', async () => {
    await program('kubectl', 'hello');
    await expect(tools().kubectl('1.36')).rejects.toThrow(/is of an unknown version/);
  });

  test('that is missing, or does not run, is asked for', async () => {
    const missing =
      /^kubectl is neither built nor on PATH\. Install kubectl 1\.36 .* or bring a lab up on this machine once/;
    await expect(tools().kubectl('1.36')).rejects.toThrow(missing);
    await program('kubectl', '', 1);
    await expect(tools().kubectl('1.36')).rejects.toThrow(missing);
  });

  test('that the labs built is taken before the one on PATH', async () => {
    await kubectl('1.36.0');
    const built = await buildFolder(toolModules('1.36').at(-1)!, path.join(folder, 'cache'));
    await mkdir(built, { recursive: true });
    await writeFile(path.join(built, 'kubectl'), '');
    expect(await tools().kubectl('1.36')).toBe(path.join(built, 'kubectl'));
    // One that was built for another version is not.
    expect(await tools().kubectl('1.35')).toBe(path.join(folder, 'kubectl'));
  });
});

describe('the AWS CLI', () => {
  test('is there in version 2', async () => {
    await program('aws', 'aws-cli/2.31.0 Python/3.13.7 Linux/6.18');
    await expect(tools().awsCli()).resolves.toBeUndefined();
  });

  test('is refused in version 1', async () => {
    await program('aws', 'aws-cli/1.45.11 Python/3.11.7 Linux/6.18');
    await expect(tools().awsCli()).rejects.toThrow(
      `The AWS CLI on PATH (${path.join(folder, 'aws')}) is version 1.45, and version 2 is needed. Install version 2 (https://`,
    );
  });

  test('is asked for when it is missing', async () => {
    await expect(tools().awsCli()).rejects.toThrow(
      'The AWS CLI is not on PATH, and kubectl reaches the cluster by it. Install version 2 (https://',
    );
  });
});

describe('the Session Manager plugin', () => {
  test.each(['1.2.498.0', '1.2.707.0', '1.3.0.0', '2.0.0.0'])('is there in version %s', async (version) => {
    await program('session-manager-plugin', version);
    await expect(tools().sessionPlugin()).resolves.toBeUndefined();
  });

  test.each(['1.2.497.0', '1.1.999.0', '0.9.1.0'])(
    'is refused in version %s, which is given its token in its arguments',
    async (version) => {
      await program('session-manager-plugin', version);
      await expect(tools().sessionPlugin()).rejects.toThrow(
        `The Session Manager plugin on PATH (${path.join(folder, 'session-manager-plugin')}) is version ` +
          `${version.slice(0, version.lastIndexOf('.'))}, and 1.2.498 or a newer one is needed. Install it (https://`,
      );
    },
  );

  test('is asked for when it is missing, or says nothing of a version', async () => {
    await expect(tools().sessionPlugin()).rejects.toThrow(
      'The Session Manager plugin of the AWS CLI (session-manager-plugin) is not on PATH, and the cluster is reached through a session with one of its nodes. Install it (https://',
    );
    await program('session-manager-plugin', 'hello');
    await expect(tools().sessionPlugin()).rejects.toThrow(/is version \?, and 1\.2\.498/);
  });
});
