// Gives programs that are built beside Kubernetes the very versions of the modules that they share with it, so that Go
// compiles those packages once for all. After a change of a pin: node --import tsx tools/align.ts
import path from 'node:path';
import { execa } from 'execa';
import { projectFolder } from '../lib/platform/paths.ts';
import { nodeModules } from '../lib/toolchain/node-modules.ts';
import { toolModules, type ToolModule } from '../lib/toolchain/tool-modules.ts';
import { kubernetesVersions, releaseOf } from '../lib/catalog/versions.ts';

const version = kubernetesVersions[0];
const { tools } = releaseOf(version);
const all = [...toolModules(version), ...nodeModules(version)];

const go = async (module: ToolModule, ...args: readonly string[]): Promise<string> =>
  (await execa('go', args, { cwd: path.join(projectFolder, 'tools', module.folder), env: { GOWORK: 'off' } })).stdout;

/** The version of each module that the programs import packages of. */
async function imported(modules: readonly ToolModule[]): Promise<Map<string, string>> {
  const format =
    '{{with .Module}}{{.Path}} {{with .Replace}}{{.Version}}{{else}}{{.Version}}{{end}}{{end}}';
  const found = new Map<string, string>();
  for (const module of modules) {
    const listed = await go(module, 'list', '-deps', '-f', format, ...Object.values(module.programs));
    for (const line of listed.split('\n')) {
      const [name = '', pinned = ''] = line.split(' ');
      if (pinned !== '') found.set(name, pinned);
    }
  }
  return found;
}

/** Whether a module is part of the release that the folder pins: etcd's server and its API belong together. */
const isOfRelease = (folder: string, name: string): boolean =>
  folder === 'etcd' && /^go\.etcd\.io\/etcd\//.test(name);

const kubernetes = await imported(all.filter(({ folder }) => folder === tools));
for (const folder of ['etcd', 'kwok', 'metrics-server', 'coredns', 'node-disk']) {
  const module = all.find((each) => each.folder === folder)!;
  for (const [name, pinned] of await imported([module])) {
    const wanted = kubernetes.get(name);
    if (wanted === undefined || wanted === pinned || isOfRelease(folder, name)) continue;
    console.log(`${folder}: ${name} ${pinned} becomes ${wanted}`);
    await go(module, 'mod', 'edit', `-replace=${name}=${name}@${wanted}`);
  }
  await go(module, 'mod', 'tidy');
}
