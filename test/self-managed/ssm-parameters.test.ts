import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { bootstrapParameterNames, parametersReadBy } from '../../lib/self-managed/ssm-parameters.ts';
import { clusterEnvironmentFile } from '../../lib/self-managed/cluster-env.ts';
import { projectFile } from '../../lib/platform/project-file.ts';

const folder = projectFile('bootstrap');
const scripts = Object.fromEntries(
  readdirSync(folder)
    .filter((name) => name.endsWith('.sh'))
    .map((name) => [name, readFileSync(`${folder}/${name}`, 'utf8')]),
);
const found = (text: string, pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, name]) => name!))];
const all = Object.values(scripts).join('\n');

describe('bootstrapParameters', () => {
  test('are those that the shell files write', () => {
    const written = [...found(all, /\bput_secret ([a-z-]+)/g), ...found(all, /"\$PARAMETER_PREFIX\/([a-z-]+)"/g)];
    expect(new Set(written)).toEqual(new Set(bootstrapParameterNames));
  });

  test('a worker reads what its shell files read, and no key', () => {
    const [shared = '', forControlPlanes] = scripts['join.sh']!.split('== join-control-plane.yaml ]]; then');
    const text = scripts['worker.sh']! + shared + forControlPlanes!.replace(/^.*/, '');
    expect(new Set(found(text, /\bget_secret ([a-z-]+)/g))).toEqual(new Set(parametersReadBy('worker')));
  });
});

describe('clusterEnvironmentFile', () => {
  const file = clusterEnvironmentFile({
    clusterName: 'a',
    kubernetesRelease: '1.36.3',
    parameterPrefix: '/a',
    parameterKey: 'arn',
    backupBucket: 'b',
    nodeCidr: '10.0.0.0/16',
    podCidr: '10.244.0.0/16',
    region: 'us-east-1',
  });

  test('has all that the shell files say that they read', () => {
    const read = found(all, /^# Reads: (.*)$/gm).flatMap((line) => line.match(/\b[A-Z]+(?:_[A-Z]+)+\b/g) ?? []);
    const given = found(file, /^([A-Z_]+)=/gm);
    expect(read.length).toBeGreaterThan(5);
    expect(given).toEqual(expect.arrayContaining(read));
  });

  test('is shell', () => {
    expect(file).toMatch(/^([A-Z_]+='[^']*'\n)+$/);
  });
});
