import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { projectFolder } from '../../lib/platform/paths.ts';
import { kubernetesVersions, releaseOf } from '../../lib/catalog/versions.ts';

/** The version of each module in a go.mod: what replaces it, or what is required. */
async function versionsIn(folder: string): Promise<Map<string, string>> {
  const lines = (await readFile(path.join(projectFolder, 'tools', folder, 'go.mod'), 'utf8')).split('\n');
  const found = new Map<string, string>();
  // Replacements come last.
  for (const line of lines) {
    const match = /^(?:replace |require |\t)(\S+)(?: => \S+)? (v\S+)/.exec(line);
    if (match !== null) found.set(match[1]!, match[2]!);
  }
  return found;
}

/** Modules of which no package is compiled for both, and those of etcd, which are one release. */
const apart = [
  'go.etcd.io/etcd/api/v3',
  'go.etcd.io/etcd/client/pkg/v3',
  'go.etcd.io/etcd/client/v3',
  'go.etcd.io/etcd/pkg/v3',
  'github.com/Azure/go-ansiterm',
  'github.com/coredns/caddy',
  'golang.org/x/tools',
];

test.each(['etcd', 'kwok', 'metrics-server', 'coredns', 'node-disk'])(
  'Go compiles once what %s shares with Kubernetes (tools/align.ts sees to it)',
  async (folder) => {
    const kubernetes = await versionsIn(releaseOf(kubernetesVersions[0]).tools);
    const own = await versionsIn(folder);
    expect(own.get('golang.org/x/net')).toBeDefined();
    for (const name of apart) own.delete(name);
    const shared = [...own].filter(([name]) => kubernetes.has(name));
    expect(shared.filter(([name, version]) => version !== kubernetes.get(name))).toEqual([]);
  },
);
