import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { execa } from 'execa';
import { labs } from '../../labs/catalogue.ts';
import { projectFolder } from '../../lib/platform/paths.ts';
import { parseSettings } from '../../lib/settings/settings.ts';
import { kubernetesVersions } from '../../lib/catalog/versions.ts';
import { removeFolder, temporaryFolder } from '../temporary-folder.ts';
import { endLabs, runLabs, type Result } from './labs-process.ts';

// Several start at once, on machines that have other work too.
jest.setTimeout(60_000);

let home: string;
beforeAll(async () => {
  home = await temporaryFolder('home');
});
afterAll(async () => {
  endLabs();
  await removeFolder(home);
});

/** Runs the command as somebody who has never used it, who speaks English unless `env` says otherwise. */
const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Result> =>
  runLabs(args, {
    PATH: process.env.PATH,
    HOME: home,
    XDG_CACHE_HOME: path.join(home, 'cache'),
    XDG_DATA_HOME: path.join(home, 'data'),
    NO_COLOR: '1',
    LANG: 'C.UTF-8',
    ...env,
  });

const notUp = 'Lab eks-ec2 is not up on this machine. Bring it up with: npx labs up eks-ec2\n';
const ids = labs.map(({ id }) => id);
const tasks = labs[0]!.tasks.map(({ id }) => id).join(', ');

/** What is typed, and what is said about it. */
const wrongUse: readonly (readonly [string, string | RegExp])[] = [
  ['chek eks-ec2', /unknown command 'chek'\n\(Did you mean check\?\)/],
  ['up eks-ec3', `Unknown lab 'eks-ec3'. Did you mean 'eks-ec2'? Valid: ${ids.join(', ')}.\n`],
  ['down eks-ec3', `Unknown lab 'eks-ec3'. Did you mean 'eks-ec2'? Valid: ${ids.join(', ')}.\n`],
  ['check eks-ec2 basline', `Unknown task of lab eks-ec2 'basline'. Did you mean 'baseline'? Valid: ${tasks}.\n`],
  ['answer eks-ec2 basline 1', `Unknown task of lab eks-ec2 'basline'. Did you mean 'baseline'? Valid: ${tasks}.\n`],
  [
    'answer eks-ec2 deployment 5',
    'Task deployment of lab eks-ec2 asks to do something, not to answer: use npx labs check eks-ec2 deployment. Tasks with a question: baseline, control-plane.\n',
  ],
  ['answer eks-ec2 baseline', /missing required argument 'value'/],
  ['up', /missing required argument 'lab'/],
  [
    'up eks-ec2 -c kubernetes=1.20',
    `Setting kubernetes: Kubernetes 1.20 is not supported. Valid: ${kubernetesVersions.join(', ')}.\n`,
  ],
  [
    'up eks-ec2 -c allowedCidrs=10.0.0.0/33',
    "Setting allowedCidrs: '10.0.0.0/33' is not an IPv4 CIDR block. Give one such as 203.0.113.7/32.\n",
  ],
  ['up eks-ec2 -c foo', `'-c foo' is not a setting. Give key=value, such as -c kubernetes=${kubernetesVersions[0]}.\n`],
  ['up eks-ec2 -c nodeCoont=3', /^Unknown setting 'nodeCoont'\. Did you mean 'nodeCount'\? Valid: kubernetes, .*\n$/],
  ['up eks-ec2 -c nodeCount=3 -c nodeCount=x', /^Setting nodeCount: nodeCount takes a whole number from 2 to 10\.\n$/],
  ['up eks-ec2 --port 70000', /^'70000' is not a port\. --port takes a number from 1 to 65535/],
  ['up eks-ec2 --on lokal', "Unknown target 'lokal'. Did you mean 'local'? Valid: local, linux, aws.\n"],
  ['down eks-ec2 --on asw', "Unknown target 'asw'. Did you mean 'aws'? Valid: local, linux, aws.\n"],
  ['up eks-ec2 --on aws --port 6443', /^--port is for target local: on AWS the API server has an address of its own\./],
  ['rehearse eks-ec2 --on aws', /^labs rehearse makes an environment of its own .* Valid for --on: local, linux\.\n$/],
  [
    'up eks-ec2 --on linux --port 6443',
    /^--port is for target local: on linux the API server has an address of its own\./,
  ],
  [
    'up cluster-anatomy',
    /^Lab cluster-anatomy runs on linux and aws, not on local\. .* labs up cluster-anatomy --on linux\n$/,
  ],
  [
    'rehearse eks-fargate --on linux',
    /^Lab eks-fargate runs on local and aws, not on linux, .* labs rehearse eks-fargate\n$/,
  ],
  ['break eks-ec2', 'Lab eks-ec2 has no faults. Labs that have some: cluster-anatomy, troubleshooting.\n'],
  ['break troubleshooting reportr', /^Unknown fault of lab troubleshooting 'reportr'\. Did you mean 'reporter'\?/],
  [
    'break troubleshooting never-ready',
    /^Fault never-ready can't be had on local, only on linux and aws\. On local there are: silent-service, /,
  ],
  ['mend eks-ec3', `Unknown lab 'eks-ec3'. Did you mean 'eks-ec2'? Valid: ${ids.join(', ')}.\n`],
  ['node worker-1 --kill --start', '--kill ends a node and --start starts it. Give one of them.\n'],
  ['node --kill', '--kill needs a node, as in: npx labs node control-plane-1 --kill\n'],
  [
    'node worker-1 --start -- true',
    '--start takes no command. Give one or the other, as in: npx labs node worker-1 --start\n',
  ],
  ['node worker-1 --lab eks-ec3', `Unknown lab 'eks-ec3'. Did you mean 'eks-ec2'? Valid: ${ids.join(', ')}.\n`],
  ['node --on lokal', "Unknown target 'lokal'. Did you mean 'local'? Valid: local, linux, aws.\n"],
  ['list --lang de', /'de' is invalid\. Allowed choices are ja, en\./],
  ['list --jsn', /unknown option '--jsn'\n\(Did you mean --json\?\)/],
];

describe('wrong use ends with 2 and a sentence', () => {
  test.concurrent.each(wrongUse)('labs %s', async (command, sentence) => {
    const { code, stdout, stderr } = await run(command.split(' '));
    if (typeof sentence === 'string') expect(stderr).toBe(sentence);
    else expect(stderr).toMatch(sentence);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});

describe('while nothing is up', () => {
  test.concurrent.each(['check eks-ec2', 'env eks-ec2', 'reset eks-ec2', 'answer eks-ec2 baseline i-0123'])(
    'labs %s ends with 3 and says how to bring the lab up',
    async (command) => {
      expect(await run(command.split(' '))).toEqual({ code: 3, stdout: '', stderr: notUp });
    },
  );

  test.concurrent.each(['break troubleshooting', 'break troubleshooting reporter', 'mend troubleshooting'])(
    'labs %s ends with 3 and says how to bring the lab up',
    async (command) => {
      const stderr = notUp.replaceAll('eks-ec2', 'troubleshooting');
      expect(await run(command.split(' '))).toEqual({ code: 3, stdout: '', stderr });
    },
  );

  test.concurrent('labs break --list names the faults all the same, and where they can be had', async () => {
    const { code, stdout, stderr } = await run(['break', 'troubleshooting', '--list']);
    expect(stdout).toMatch(/^silent-service +A Service that does not answer\n/);
    expect(stdout).toMatch(/^never-started +A container that never starts +can't be had on local\n/m);
    expect([code, stderr]).toEqual([0, '']);
  });

  test.concurrent('labs node ends with 3 and says how to get nodes', async () => {
    const stderr = 'No lab is up whose nodes are machines. Bring one up with: npx labs up LAB --on linux\n';
    expect(await run(['node'])).toEqual({ code: 3, stdout: '', stderr });
    expect(await run(['node', 'worker-1', '--', 'true'])).toEqual({ code: 3, stdout: '', stderr });
  });

  test.concurrent('labs down has nothing to do', async () => {
    expect(await run(['down', 'eks-ec2'])).toEqual({
      code: 0,
      stdout: 'Lab eks-ec2 is not up: there is nothing to remove.\n',
      stderr: '',
    });
  });

  test.concurrent('labs up without Go and network ends with 3 and says how to bring it', async () => {
    const { code, stdout, stderr } = await run(['up', 'eks-ec2'], {
      PATH: home,
      GOPROXY: 'off',
      // It begins to fetch Go there.
      XDG_CACHE_HOME: path.join(home, 'cache-for-go'),
    });
    expect(stderr).toMatch(/^Building the programs takes Go 1\..*GOPROXY is off\.$.*LABS_PROGRAMS/ms);
    expect([code, stdout]).toEqual([3, '']);
  });
});

test.concurrent('labs node says so where the nodes of the lab that is up are simulated', async () => {
  const data = await mkdtemp(path.join(home, 'simulated-'));
  const folder = path.join(data, 'kubernetes-textbook-labs', 'local', 'eks-ec2');
  await mkdir(folder, { recursive: true });
  await writeFile(
    path.join(folder, 'environment.json'),
    JSON.stringify({ settings: parseSettings({}), labs: ['eks-ec2'] }),
  );
  expect(await run(['node', 'worker-1', '--', 'true'], { XDG_DATA_HOME: data })).toEqual({
    code: 2,
    stdout: '',
    stderr:
      'Lab eks-ec2 is up on local, where nodes are simulated: there is no machine that a command could run on. On linux there is: npx labs up eks-ec2 --on linux\n',
  });
});

describe('on AWS', () => {
  /** Somebody's data folder, in which labs are remembered on these targets. */
  async function remembering(...targets: readonly ('local' | 'aws')[]): Promise<NodeJS.ProcessEnv> {
    const data = await mkdtemp(path.join(home, 'remembered-'));
    for (const target of targets) {
      const folder = path.join(data, 'kubernetes-textbook-labs', target, 'eks-ec2');
      await mkdir(folder, { recursive: true });
      const settings = parseSettings({ kubernetes: '1.35' });
      const place = { account: '111122223333', region: 'ap-northeast-1' };
      await writeFile(path.join(folder, 'environment.json'), JSON.stringify({ ...place, settings, labs: ['eks-ec2'] }));
    }
    return { XDG_DATA_HOME: data, AWS_EC2_METADATA_DISABLED: 'true' };
  }
  const notUpOnAws = 'Lab eks-ec2 is not up on AWS. Bring it up with: npx labs up eks-ec2 --on aws\n';
  const noRegion =
    'No AWS region is set. Set one, for example with: export AWS_REGION=ap-northeast-1 (or region in your AWS profile).\n';

  test.concurrent.each(['check eks-ec2', 'env eks-ec2', 'reset eks-ec2', 'answer eks-ec2 baseline i-0123'])(
    'labs %s --on aws ends with 3 where the lab is not up',
    async (command) => {
      expect(await run([...command.split(' '), '--on', 'aws'])).toEqual({ code: 3, stdout: '', stderr: notUpOnAws });
    },
  );

  test.concurrent('a lab that is up on AWS only is found there without --on', async () => {
    const env = await remembering('aws');
    const { stdout } = await run(['list', '--json'], env);
    expect((JSON.parse(stdout) as { up: boolean; on: string[] }[])[0]).toMatchObject({ up: true, on: ['aws'] });
    expect((await run(['list'], env)).stdout).toMatch(/^eks-ec2 .* \(45 min, up on aws, 0\/7 tasks\)\n/);
    // Reading takes no call to AWS; it shows what that target and that version print.
    expect(await run(['guide', 'eks-ec2', 'baseline'], env)).toMatchObject({ code: 0, stderr: '' });
    expect(await run(['check', 'eks-ec2'], env)).toEqual({ code: 3, stdout: '', stderr: noRegion });
    expect(await run(['down', 'eks-ec2'], env)).toEqual({ code: 3, stdout: '', stderr: noRegion });
  });

  test.concurrent.each(['check', 'down', 'env', 'guide', 'reset'])(
    'labs %s asks which, where the lab is up on both',
    async (command) => {
      const env = await remembering('local', 'aws');
      expect(await run([command, 'eks-ec2'], env)).toEqual({
        code: 2,
        stdout: '',
        stderr: 'Lab eks-ec2 is up on local and aws. Say which you mean, with: --on local or --on aws.\n',
      });
      expect((await run([command, 'eks-ec2', '--on', 'aws'], env)).stderr).not.toMatch(/Say which you mean/);
    },
  );

  test.concurrent('labs up --on aws names everything that is missing, at once, and deploys nothing', async () => {
    const env: NodeJS.ProcessEnv = { ...(await remembering()), PATH: home };
    const { code, stdout, stderr } = await run(
      ['up', 'eks-ec2', '--on', 'aws', '-c', 'allowedCidrs=203.0.113.7/32'],
      env,
    );
    expect(stderr.split('\n').sort()).toEqual([
      '',
      'Check account, region and programs …',
      expect.stringMatching(/^No AWS credentials were found/),
      noRegion.trimEnd(),
      expect.stringMatching(/^The AWS CLI is not on PATH/),
      expect.stringMatching(/^kubectl is neither built nor on PATH/),
    ]);
    expect([code, stdout]).toEqual([3, '']);
    expect(existsSync(path.join(env.XDG_DATA_HOME!, 'kubernetes-textbook-labs', 'aws', 'eks-ec2'))).toBe(false);
  });
});

test.concurrent('a taken port is refused before anything is built or started', async () => {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    const { code, stderr } = await run(['up', 'eks-ec2', '--port', String(port)]);
    expect(stderr).toBe(
      `Port ${port} on 127.0.0.1 is taken or not allowed. Give another with --port, or leave --port out to get a free one.\n`,
    );
    expect(code).toBe(2);
  } finally {
    server.close();
  }
});

describe('what a learner reads of mistakes follows the language', () => {
  test.concurrent.each([
    ['check eks-ec2', 3, 'ラボ eks-ec2 は、このマシンで起動していません。起動するには: npx labs up eks-ec2\n'],
    [
      'check eks-ec2 --on aws',
      3,
      'ラボ eks-ec2 は AWS で起動していません。起動するには: npx labs up eks-ec2 --on aws\n',
    ],
    ['up eks-ec3', 2, `「eks-ec3」というラボはありません。「eks-ec2」のことですか。あるもの: ${ids.join(', ')}\n`],
    [
      'check eks-ec2 basline',
      2,
      `「basline」という課題（ラボ eks-ec2）はありません。「baseline」のことですか。あるもの: ${tasks}\n`,
    ],
    ['up eks-ec2 --port 70000', 2, /^「70000」はポートではありません。/],
    ['break eks-ec2', 2, /^ラボ eks-ec2 に障害はありません。/],
    ['up cluster-anatomy', 2, /^ラボ cluster-anatomy は local では動きません。動くのは linux と aws です。/],
    ['guide eks-ec2 baseline --all', 2, /^--all はガイド全体を表示します。/],
  ] as const)('labs %s', async (command, status, sentence) => {
    const { code, stderr } = await run(command.split(' '), { LANG: 'ja_JP.UTF-8' });
    if (typeof sentence === 'string') expect(stderr).toBe(sentence);
    else expect(stderr).toMatch(sentence);
    expect(code).toBe(status);
  });
});

describe('labs list', () => {
  test.concurrent.each([
    ['an English locale', ['list'], { LANG: 'en_US.UTF-8' }, 'en'],
    ['a Japanese locale', ['list'], { LANG: 'ja_JP.UTF-8' }, 'ja'],
    ['a Japanese locale that LC_ALL overrules', ['list'], { LANG: 'ja_JP.UTF-8', LC_ALL: 'C' }, 'en'],
    ['--lang before the command', ['--lang', 'ja', 'list'], {}, 'ja'],
    ['--lang against the locale', ['--lang', 'en', 'list'], { LANG: 'ja_JP.UTF-8' }, 'en'],
  ] as const)('%s', async (_, args, env, language) => {
    const { code, stdout, stderr } = await run(args, env);
    const states = { ja: '45 分, 停止', en: '45 min, not up' };
    const [lab] = labs;
    const [first, ...rest] = stdout.split('\n');
    const width = Math.max(...ids.map(({ length }) => length)) + 2;
    expect(first).toBe(`${'eks-ec2'.padEnd(width)}${lab!.title[language]} (${states[language]})`);
    const taskWidth = Math.max(...labs.flatMap(({ tasks }) => tasks.map(({ id }) => id.length))) + 2;
    expect(rest.slice(0, lab!.tasks.length)).toEqual(
      lab!.tasks.map(({ id, title }) => `  ${id.padEnd(taskWidth)}${title[language]}`),
    );
    expect([code, stderr]).toEqual([0, '']);
  });

  test.concurrent('--json', async () => {
    const { code, stdout, stderr } = await run(['list', '--json']);
    const rows = JSON.parse(stdout) as Record<string, unknown>[];
    expect(rows.map(({ id, environment, stack, up }) => ({ id, environment, stack, up }))).toEqual(
      labs.map(({ id, environment }) => ({ id, environment: environment.id, stack: environment.stack, up: false })),
    );
    expect(rows.map(({ tasks: of }) => of)).toEqual(
      labs.map(({ tasks: of }) => of.map(({ id, kind, title, claims }) => ({ id, kind, title, claims }))),
    );
    expect([code, stderr]).toEqual([0, '']);
  });
});

describe('help ends with 0', () => {
  test.concurrent.each([
    [
      '--help',
      /Usage: labs .*Exit codes: 0 done, 1 .*, 2 wrong use, 3 the machine, network or cluster failed, 130 interrupted\./s,
    ],
    ['up --help', /Usage: labs up .*--on <target>.*--port <port>.*Settings:\n {2}kubernetes .*\(default: 1\.36\)/s],
    ['rehearse --help', /--record.*Settings:/s],
  ])('labs %s', async (command, text) => {
    const { code, stdout, stderr } = await run(command.split(' '));
    expect(stdout).toMatch(text);
    expect([code, stderr]).toEqual([0, '']);
  });

  test.concurrent('labs alone shows the help too, as wrong use', async () => {
    const { code, stderr } = await run([]);
    expect(stderr).toMatch(/^Usage: labs/);
    expect(code).toBe(2);
  });

  test.concurrent('and so does a process of its own', async () => {
    const labs = path.join(projectFolder, 'bin', 'labs.mjs');
    const ended = await execa(process.execPath, [labs, 'up', 'eks-ec3'], { reject: false, env: { LANG: 'C.UTF-8' } });
    expect([ended.exitCode, ended.stdout]).toEqual([2, '']);
    expect(ended.stderr).toMatch(/^Unknown lab 'eks-ec3'\./);
  });
});

test.concurrent.each([
  ['en', 'Take a baseline of the cluster'],
  ['ja', 'クラスターの基準をとる'],
])('labs guide reads a task in %s, without a cluster', async (language, title) => {
  const { code, stdout, stderr } = await run(['guide', 'eks-ec2', 'baseline', '--lang', language]);
  expect(stdout).toContain(title);
  expect(stdout).toContain('kubectl cluster-info');
  expect([code, stderr]).toEqual([0, '']);
});

describe('labs guide shows one task at a time', () => {
  const [lab] = labs;
  const [first, second, third] = lab!.tasks;
  /** Somebody for whom these tasks have passed in a lab that is up. */
  async function having(...passed: readonly string[]): Promise<NodeJS.ProcessEnv> {
    const data = await mkdtemp(path.join(home, 'progress-'));
    const folder = path.join(data, 'kubernetes-textbook-labs', 'local', 'eks-ec2');
    await mkdir(path.join(folder, 'labs', 'eks-ec2'), { recursive: true });
    const record = { settings: parseSettings({}), labs: ['eks-ec2'] };
    await writeFile(path.join(folder, 'environment.json'), JSON.stringify(record));
    await writeFile(path.join(folder, 'labs', 'eks-ec2', 'progress.json'), JSON.stringify({ passed }));
    return { XDG_DATA_HOME: data };
  }
  const headings = (text: string) => [...text.matchAll(/^(.+)\n(?:─{3,}|═{3,})$/gm)].map(([, heading]) => heading);

  test.concurrent('first the opening, then the first task, and how to bring the lab up', async () => {
    const { stdout } = await run(['guide', 'eks-ec2']);
    expect(headings(stdout)).toEqual(['EKS with EC2 worker nodes', '1. Take a baseline of the cluster']);
    expect(stdout).toMatch(/^ ▶ baseline +Take a baseline/m);
    expect(stdout).toMatch(
      /^ {2}npx labs up eks-ec2 +it is not up: bring it up\n {2}npx labs answer eks-ec2 baseline VALUE/m,
    );
  });

  test.concurrent('where the learner stopped: what is done, and the first task that is not', async () => {
    const env = await having(first!.id, third!.id);
    const { stdout } = await run(['guide', 'eks-ec2'], env);
    expect(stdout.split('\n').slice(0, 4)).toEqual([
      `${lab!.title.en}  2/${lab!.tasks.length} tasks`,
      expect.stringMatching(/^ ✔ baseline /),
      expect.stringMatching(/^ ▶ control-plane /),
      expect.stringMatching(/^ ✔ api-server /),
    ]);
    expect(headings(stdout)).toEqual([`2. ${second!.title.en}`]);
    expect(stdout).not.toContain('bring it up');
    const list = (await run(['list'], env)).stdout.split('\n');
    expect(list[0]).toMatch(/2\/7 tasks\)$/);
    expect(list.slice(1, 4).map((line) => line.endsWith('✔'))).toEqual([true, false, true]);
    const [row] = JSON.parse((await run(['list', '--json'], env)).stdout) as { progress: unknown }[];
    expect(row!.progress).toContainEqual({ on: 'local', done: [first!.id, third!.id] });
  });

  test.concurrent('the closing, when all is done', async () => {
    const { stdout } = await run(['guide', 'eks-ec2'], await having(...lab!.tasks.map(({ id }) => id)));
    expect(headings(stdout)).toHaveLength(1);
    expect(headings(stdout)[0]).not.toMatch(/^\d/);
    expect(stdout).toMatch(/All tasks of lab eks-ec2 are done\.\n$/);
  });

  test.concurrent('or the one that is named, or all', async () => {
    const env = await having(first!.id);
    expect(headings((await run(['guide', 'eks-ec2', third!.id], env)).stdout)).toEqual([`3. ${third!.title.en}`]);
    expect(headings((await run(['guide', 'eks-ec2', '--all'], env)).stdout).length).toBeGreaterThan(lab!.tasks.length);
  });

  test.concurrent('as plain text where it is piped', async () => {
    const { stdout } = await run(['guide', 'eks-ec2', '--all'], { NO_COLOR: undefined, FORCE_COLOR: undefined });
    expect(stdout).not.toContain(String.fromCharCode(27));
    expect(stdout).not.toContain('┆');
  });
});

test.concurrent('what closes the pipe before all is read is no error', async () => {
  const script = '"$0" "$1" guide eks-ec2 --all | head -n 1; echo "${PIPESTATUS[0]}"';
  const child = spawn('bash', ['-c', script, process.execPath, path.join(projectFolder, 'bin', 'labs.mjs')], {
    env: { PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [said, complaint] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  await once(child, 'close');
  expect([said, complaint]).toEqual(['EKS with EC2 worker nodes\n0\n', '']);
});

describe('help and wrong use of it follow the language', () => {
  test.concurrent('in Japanese', async () => {
    const env = { LANG: 'ja_JP.UTF-8' };
    const { stdout } = await run(['--help'], env);
    expect(stdout).toMatch(/^使い方: labs .*\nオプション:\n.*\nコマンド:\n.*\n終了コード: 0 完了、/s);
    expect((await run(['guide', '--help', '--lang', 'ja'])).stdout).toContain('ガイド全体を読む');
    expect((await run(['chek', 'eks-ec2'], env)).stderr).toBe(
      '「chek」というコマンドはありません。\n「check」のことですか。\n',
    );
    expect((await run(['up'], env)).stderr).toBe('引数 lab がありません。\n');
  });
});

test('nothing of all this left anything in the home folder', () => {
  for (const name of ['.kube', 'data', 'cache']) expect(existsSync(path.join(home, name))).toBe(false);
});
