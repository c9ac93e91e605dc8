import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { EcsAndEks } from '../../lib/environments/ecs-and-eks.ts';
import { EksEc2 } from '../../lib/environments/eks-ec2.ts';
import { EksFargate } from '../../lib/environments/eks-fargate.ts';
import { SelfManaged } from '../../lib/environments/self-managed.ts';
import { projectFile } from '../../lib/platform/project-file.ts';
import { templateOf } from './synth.ts';

const everything = { compute: 'both', customerKey: 'true', controlPlanes: '3' };

/**
 * What holds in every partition: principals of services that IAM knows by one name, the audience of tokens, and words of
 * Kubernetes, as labels and tags, that only look like hosts.
 */
const everywhere = [
  /^(ec2|lambda|eks|pods\.eks|eks-fargate-pods|ecs-tasks|sts)\.amazonaws\.com$/,
  /\b(node|cluster)\.k8s\.amazonaws\.com\//g,
  /\beks\.amazonaws\.com\/[a-z-]+/g,
  /\bebs\.csi\.eks\.amazonaws\.com\b/g,
  /:aud\\?": ?\\?"sts\.amazonaws\.com\b/g,
  // The path of a service-linked role.
  /\baws-service-role\/[a-z.-]+\.amazonaws\.com\//g,
];

const without = (text: string) =>
  everywhere.reduce((left, pattern) => left.replaceAll(new RegExp(pattern, 'g'), ''), text);

const leaves = (value: unknown): string[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => [key, ...leaves(inner)])
    : [String(value)];

describe.each([EksEc2, EksFargate, EcsAndEks, SelfManaged])('the template of %p', (Environment) => {
  test.each([{}, everything])('names no partition and no host of one: %j', (given) => {
    const named = leaves(templateOf(Environment, given).toJSON()).filter((text) =>
      /arn:aws\b|amazonaws\.com/.test(without(text)),
    );
    expect(named).toEqual([]);
  });
});

describe('the code', () => {
  const files = [
    'lib/constructs',
    'lib/environments',
    'lib/leftovers',
    'lib/targets/aws',
    'bootstrap',
    'charts',
  ].flatMap((folder) =>
    readdirSync(projectFile(folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|sh)$/.test(name))
      .map((name) => path.join(folder, name)),
  );

  test('names no partition in an ARN', () => {
    const named = files.flatMap((file) =>
      readFileSync(projectFile(file), 'utf8')
        .split('\n')
        .filter((line) => /arn:aws\b/.test(line) && !/^\s*(\/?\*|\/\/|#)/.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
    expect(files.length).toBeGreaterThan(80);
    expect(named).toEqual([]);
  });
});
