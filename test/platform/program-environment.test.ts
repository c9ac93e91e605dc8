import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ESLint } from 'eslint';
import { environmentOf, startedPrograms, variablesFor } from '../../lib/platform/program-environment.ts';
import { projectFolder } from '../../lib/platform/paths.ts';
import { hostileEnvironment } from '../hostile-environment.ts';

const own = {
  PATH: '/usr/bin',
  HOME: '/home/learner',
  LANG: 'ja_JP.UTF-8',
  HTTPS_PROXY: 'http://proxy:3128',
  AWS_PROFILE: 'workshop',
  GOPROXY: 'https://proxy.example.com',
  LABS_PROGRAMS: '/packs',
};

describe('what a program sees of the environment', () => {
  test.each(startedPrograms)('%s: nothing hostile', (program) => {
    const names = Object.keys(variablesFor(program, { ...hostileEnvironment, ...own }));
    expect(names.filter((name) => name in hostileEnvironment)).toEqual([]);
  });

  test('what it needs, and no more', () => {
    const seen = Object.fromEntries(
      startedPrograms.map((program) => [program, Object.keys(variablesFor(program, own))]),
    );
    const machine = ['PATH', 'HOME'];
    const onAws = [...machine, 'HTTPS_PROXY', 'AWS_PROFILE'];
    expect(seen).toEqual({
      'control plane': [],
      system: machine,
      node: [],
      helper: machine,
      kubectl: machine,
      'kubectl on aws': onAws,
      aws: ['PATH', 'HOME', 'LANG', 'HTTPS_PROXY', 'AWS_PROFILE'],
      cdk: ['PATH', 'HOME', 'LANG', 'HTTPS_PROXY', 'AWS_PROFILE'],
      guide: [...machine, 'LABS_PROGRAMS'],
      'guide on aws': [...onAws, 'LABS_PROGRAMS'],
      go: [...machine, 'HTTPS_PROXY'],
      'go env': [...machine, 'HTTPS_PROXY', 'GOPROXY'],
      compiler: machine,
      labs: ['PATH', 'HOME', 'LANG', 'HTTPS_PROXY', 'GOPROXY', 'LABS_PROGRAMS'],
    });
  });

  test('folders that are relative count as not set; files are found from every folder', () => {
    const env = {
      XDG_CACHE_HOME: 'cache',
      XDG_DATA_HOME: '/data',
      TMPDIR: './tmp',
      GOCACHE: 'off',
      GOPATH: `/go${path.delimiter}more`,
      NODE_EXTRA_CA_CERTS: 'ca.pem',
    };
    expect(variablesFor('labs', env)).toEqual({
      XDG_DATA_HOME: '/data',
      NODE_EXTRA_CA_CERTS: path.resolve('ca.pem'),
    });
    const files = { AWS_CONFIG_FILE: '~/config', AWS_CA_BUNDLE: '' };
    expect(variablesFor('aws', files)).toEqual(files);
  });

  test("what a program is given counts, and the labs' own values", () => {
    const { env, extendEnv } = environmentOf('system', { PATH: '/own', PAGER: 'cat' });
    expect([env['PATH'], env['LC_ALL'], env['PAGER'], extendEnv]).toEqual(['/own', 'C.UTF-8', 'cat', false]);
  });
});

test.each([
  ["execa('ip', ['link']);", 'Start programs with'],
  ["spawn('ip', ['link'], { stdio: 'ignore' });", 'Start programs with'],
  ["execa('ip', ['link'], { env: { A: '1' } });", 'execa adds the whole environment'],
  ["spawn('ip', [], { env: { ...process.env, A: '1' } });", 'never all of process.env'],
  ["execa('ip', ['link'], environmentOf('system'));", undefined],
  ["fork('x', [], { ...environmentOf('labs'), detached: true });", undefined],
  ["execa('go', ['list'], { env: go.env(), extendEnv: false });", undefined],
])('lint of %s', async (code, message) => {
  const eslint = new ESLint({
    cwd: projectFolder,
    overrideConfig: [{ languageOptions: { parserOptions: { projectService: false, project: null, program: null } } }],
    ruleFilter: ({ ruleId }) => ruleId === 'no-restricted-syntax',
  });
  const [result] = await eslint.lintText(code, { filePath: path.join(projectFolder, 'lib/platform/processes.ts') });
  const messages = result!.messages.map((each) => each.message);
  expect(messages).toEqual(message === undefined ? [] : [expect.stringContaining(message)]);
});
