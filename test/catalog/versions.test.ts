import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { kubernetesReleases, kubernetesVersions, releaseOf } from '../../lib/catalog/versions.ts';

const root = new URL('../../', import.meta.url);

test('every release is offered, the newest first', () => {
  const minor = (version: string) => Number(version.split('.')[1]);
  expect([...kubernetesVersions].sort()).toEqual(Object.keys(kubernetesReleases).sort());
  expect([...kubernetesVersions].sort((a, b) => minor(b) - minor(a))).toEqual(kubernetesVersions);
});

describe.each(kubernetesVersions)('release table of %s', (version) => {
  const release = releaseOf(version);

  test('has the local binaries that its Go module pins', () => {
    expect(release.release).toMatch(new RegExp(`^${version.replace('.', '\\.')}\\.\\d+$`));
    const module = readFileSync(new URL(`tools/${release.tools}/go.mod`, root), 'utf8');
    expect(module).toMatch(new RegExp(`\\bk8s\\.io/kubernetes v${release.release.replaceAll('.', '\\.')}\\b`));
  });

  test('has a pinned build of each add-on, and kube-proxy of its own version', () => {
    for (const addOn of Object.values(release.addOns)) expect(addOn).toMatch(/^v\d+\.\d+\.\d+-eksbuild\.\d+$/);
    expect(release.addOns['kube-proxy']).toMatch(new RegExp(`^v${version.replace('.', '\\.')}\\.`));
  });

  test('has a kubectl layer of its own version, whose package is a dependency', () => {
    expect(release.kubectlLayer).toBe(`v${version.split('.')[1]}`);
    const manifest: unknown = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
    expect(manifest).toHaveProperty(['dependencies', `@aws-cdk/lambda-layer-kubectl-${release.kubectlLayer}`]);
  });

  test('says when standard support ends', () => {
    expect(new Date(release.standardSupportEnds).toISOString()).toMatch(new RegExp(`^${release.standardSupportEnds}T`));
  });
});
