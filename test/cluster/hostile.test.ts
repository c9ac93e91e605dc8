import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { execa } from 'execa';
import { projectFolder } from '../../lib/platform/paths.ts';
import { hostileEnvironment } from '../hostile-environment.ts';
import { buildTime, describeCluster, installPrograms, Machine } from './environment.ts';

jest.setTimeout(300_000);

/** What Node.js itself reads before a line of the labs runs. */
const ofNode = /^(NODE_|LD_|DYLD_|OPENSSL_CONF|MALLOC_)/;

describeCluster('in a hostile environment', () => {
  let machine: Machine;
  let env: NodeJS.ProcessEnv;

  beforeAll(() => installPrograms('1.36'), buildTime);
  beforeAll(async () => {
    machine = await Machine.make();
    const kuberc = path.join(machine.home, '.kube', 'kuberc');
    await mkdir(path.dirname(kuberc), { recursive: true });
    const preference = `apiVersion: kubectl.config.k8s.io/v1beta1
kind: Preference
defaults: [{command: get, options: [{name: output, default: json}]}]
`;
    await writeFile(kuberc, preference);
    const reaching = Object.entries(hostileEnvironment).filter(([name]) => !ofNode.test(name));
    env = {
      ...Object.fromEntries(reaching),
      ...machine.env,
      XDG_CONFIG_HOME: 'relative',
      TMPDIR: 'relative',
      LC_ALL: 'C',
    };
  });
  afterAll(() => machine.remove());

  /** A labs command, or a script of it, where new files are private and few files may be open. */
  const run = async (command: string) => {
    const result = await execa('/bin/sh', ['-c', `umask 077; ulimit -n 256; ${command}`], {
      env,
      extendEnv: false,
      cwd: projectFolder,
      all: true,
      reject: false,
      stdin: 'ignore',
    });
    return { code: result.exitCode, text: result.all };
  };
  const labs = (args: string) => run(`'${process.execPath}' bin/labs.mjs ${args}`);

  test('up, check, the shell of a guide and down work', async () => {
    const up = await labs('up eks-ec2');
    expect(up).toEqual({ code: 0, text: expect.stringContaining('eks-ec2') });
    // What the learner has not done yet fails, with its hints and nothing else.
    expect((await labs('check eks-ec2')).code).toBe(1);
    // In an environment of its own, from top to bottom: each output is what the guide shows.
    const rehearsed = await labs('rehearse eks-ec2');
    expect(rehearsed).toEqual({ code: 0, text: expect.any(String) });
    expect(await labs('down eks-ec2')).toEqual({ code: 0, text: expect.stringContaining('0 left') });
  });
});
