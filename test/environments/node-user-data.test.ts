import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { SelfManaged } from '../../lib/environments/self-managed.ts';
import { projectFile } from '../../lib/platform/project-file.ts';
import { templateOf } from './synth.ts';
import { filesIn, userDataOf } from './user-data.ts';

const bootstrap = projectFile('bootstrap');
const userData = [...userDataOf(templateOf(SelfManaged))];
const textOf = (prefix: string): string => userData.find(([id]) => id.startsWith(prefix))![1];

/** Where a run's files go, in place of the root of a machine. */
let root: string;
/** Programs of Amazon Linux that have no place in a test: what they are called with is written down. */
const called = () => readFileSync(path.join(root, 'called'), 'utf8').trim().split('\n');

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'user-data-'));
  for (const folder of ['bin', 'run', 'var', 'etc/systemd/system']) {
    mkdirSync(path.join(root, folder), { recursive: true });
  }
  writeFileSync(path.join(root, 'called'), '');
  writeFileSync(path.join(root, 'etc/fstab'), '');
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Runs user data, with files below `root` and an AWS CLI that brings the shell files from this folder. */
async function run(text: string, source = bootstrap) {
  const program = (name: string, body: string) =>
    writeFileSync(path.join(root, 'bin', name), `#!/bin/bash\necho "${name} $*" >>"${root}/called"\n${body}\n`, {
      mode: 0o755,
    });
  program('aws', `cd "${source}" && python3 -m zipfile --create "\${@: -1}" *`);
  program('blkid', 'exit 2');
  for (const name of ['systemctl', 'mkfs.xfs', 'mount']) program(name, '');
  program('mountpoint', 'exit 1');
  // It waits for a disk that is not here; the other one brings the shell files.
  program('timeout', 'shift; [[ "$*" == *"test -b"* ]] || exec "$@"');
  const deployed = text.replaceAll(/\{"(?:Fn::\w+|Ref)":(?:"[^"]*"|\[[^\]]*\])\}/g, 'known-at-deployment');
  const here = deployed.replaceAll(/\/(?=(etc|opt|run|var)\/)/g, `${root}/`);
  return execa('bash', ['-c', here], {
    env: { PATH: `${root}/bin:${process.env['PATH']}` },
    // Not a socket, with which bash may take itself for a remote one and read ~/.bashrc, which may change PATH.
    stdin: 'ignore',
    reject: false,
    all: true,
  });
}

describe.each([
  ['ControlPlaneLaunchTemplate1', 'first-control-plane.sh'],
  ['WorkersLaunchTemplate', 'worker.sh'],
])('user data of %s', (id, script) => {
  test('puts every file in its place, and leaves the rest to systemd', async () => {
    const { exitCode, all } = await run(textOf(id));
    expect(all).toBe('');
    expect(exitCode).toBe(0);

    const settings = path.join(root, 'etc/kubernetes-textbook-labs');
    const given = Object.keys(filesIn(textOf(id))).filter((file) => path.dirname(file).endsWith('textbook-labs'));
    expect(readdirSync(settings).sort()).toEqual(given.map((file) => path.basename(file)).sort());

    const folder = path.join(root, 'opt/kubernetes-textbook-labs/bootstrap');
    expect(readdirSync(folder, { recursive: true }).sort()).toEqual(readdirSync(bootstrap, { recursive: true }).sort());
    expect(statSync(path.join(folder, script)).mode & 0o777).toBe(0o755);

    const unit = readFileSync(path.join(root, 'etc/systemd/system/bootstrap.service'), 'utf8');
    expect(unit).toContain(`ExecStart=${folder}/prepare-host.sh\nExecStart=${folder}/${script}\n`);
    expect(unit).toContain('Restart=on-failure\n');
    expect(unit).toContain('StartLimitIntervalSec=infinity\nStartLimitBurst=5\nOnFailure=bootstrap-failed.service\n');
    expect(called().at(-1)).toBe('systemctl start --no-block bootstrap');
  });

  test('runs nothing of what is not what the template says', async () => {
    const other = path.join(root, 'other');
    mkdirSync(path.join(other, 'units'), { recursive: true });
    for (const file of readdirSync(bootstrap, { recursive: true, encoding: 'utf8' })) {
      if (file !== 'units') writeFileSync(path.join(other, file), readFileSync(path.join(bootstrap, file)));
    }
    writeFileSync(path.join(other, script), '#!/bin/bash\necho mine\n');
    const { exitCode, all } = await run(textOf(id), other);
    expect(exitCode).toBe(1);
    expect(all).toContain(`${script}: FAILED`);
    expect(called().join()).not.toContain('systemctl enable bootstrap');
  });
});

test('a node that gives up tells CloudFormation the last lines of its journal', async () => {
  await run(textOf('WorkersLaunchTemplate'));
  const unit = readFileSync(path.join(root, 'etc/systemd/system/bootstrap-failed.service'), 'utf8');
  const [, command] = /^ExecStart=\/bin\/bash -c '(.*)'$/m.exec(unit)!;
  const program = (file: string, body: string) =>
    writeFileSync(path.join(root, 'bin', file), `#!/bin/bash\n${body}\n`, { mode: 0o755 });
  program('cfn-signal', `printf '%s|' "$@"`);
  program('hostname', 'echo node-1');
  program('journalctl', '[[ "$*" == "_SYSTEMD_UNIT=bootstrap.service "* ]] && echo "dnf: no package kubelet-1.36.99"');
  const { stdout } = await execa(
    'bash',
    ['-c', command!.replaceAll('$$', () => '$').replaceAll(/\S*\/opt\/aws\/bin\//g, '')],
    {
      env: { PATH: `${root}/bin:${process.env['PATH']}` },
      stdin: 'ignore',
    },
  );
  expect(stdout).toContain('--success|false|--reason|node-1: dnf: no package kubelet-1.36.99|--stack|SelfManaged|');
  expect(stdout).toMatch(/--resource\|\w+\|$/);
});

test('etcd gets its own volume, a new file system once, and a place in the table of mounts', async () => {
  await run(textOf('ControlPlaneLaunchTemplate1'));
  expect(called()).toEqual(
    expect.arrayContaining(['mkfs.xfs -L etcd /dev/sdf', `mount ${path.join(root, 'var')}/lib/etcd`]),
  );
  expect(readFileSync(path.join(root, 'etc/fstab'), 'utf8')).toBe(
    `LABEL=etcd ${root}/var/lib/etcd xfs nodev,nosuid,noexec 0 0\n`,
  );
  expect(statSync(path.join(root, 'var/lib/etcd')).mode & 0o777).toBe(0o700);
});

test('a worker has no volume for etcd', () => {
  expect(textOf('WorkersLaunchTemplate')).not.toContain('/dev/sdf');
});
