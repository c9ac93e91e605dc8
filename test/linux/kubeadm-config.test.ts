import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { execa } from 'execa';
import { kubeadmFiles } from '../../lib/self-managed/kubeadm-config.ts';
import { cacheFolder } from '../../lib/platform/paths.ts';
import { machineDifferences } from '../../lib/targets/linux/differences.ts';
import { installNodeSoftware, type NodeSoftware } from '../../lib/targets/linux/install.ts';
import { releaseOf } from '../../lib/catalog/versions.ts';
import { testedVersions } from '../tier.ts';
import { describeLinux, progress } from './environment.ts';

jest.setTimeout(30 * 60_000);

const filledIn = {
  NODE_NAME: 'control-plane-1',
  NODE_ADDRESS: '10.0.0.11',
  NODE_LABELS: 'topology.kubernetes.io/zone=us-east-1a',
  TOKEN: 'abcdef.0123456789abcdef',
  CA_HASH: `sha256:${'0'.repeat(64)}`,
  CERTIFICATE_KEY: '0'.repeat(64),
};

describeLinux.each(testedVersions)('kubeadm of Kubernetes %s', (version) => {
  let software: NodeSoftware;
  let folder: string;

  beforeAll(async () => {
    software = await installNodeSoftware(version, cacheFolder, progress(), new AbortController().signal);
    folder = await mkdtemp(path.join(tmpdir(), 'kubeadm-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const files = (differences: object) =>
    kubeadmFiles({
      clusterName: 'self-managed',
      release: releaseOf(version).release,
      endpoint: 'api.self-managed.internal',
      podCidr: '10.244.0.0/16',
      serviceCidr: '10.96.0.0/16',
      ...differences,
    });
  const validate = async (text: string) => {
    const file = path.join(folder, 'config.yaml');
    let filled = text;
    for (const [name, value] of Object.entries(filledIn)) filled = filled.replaceAll(`@${name}@`, value);
    await writeFile(file, filled);
    return execa(software.programs.kubeadm!, ['config', 'validate', '--config', file], { reject: false, all: true });
  };

  test.each(['init.yaml', 'join-control-plane.yaml', 'join-worker.yaml'])('accepts %s', async (name) => {
    for (const differences of [{}, { differences: machineDifferences }]) {
      const result = await validate(files(differences)[name]!);
      // A field that it does not know is a warning only.
      expect(result.all).toBe('ok');
      expect(result.exitCode).toBe(0);
    }
  });

  test('refuses a field that is none', async () => {
    const result = await validate(files({})['init.yaml']!.replace('clusterName:', 'clusterNames:'));
    expect(result.all).not.toBe('ok');
  });

  test('the images have the names that it asks for', async () => {
    const { stdout } = await execa(software.programs.kubeadm!, [
      'config',
      'images',
      'list',
      '--kubernetes-version',
      `v${releaseOf(version).release}`,
    ]);
    expect(Object.keys(software.images)).toEqual(expect.arrayContaining(stdout.split('\n')));
  });
});
