import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { nodeBootstrapFolder, nodeSettingsFolder } from '../../self-managed/cluster-env.ts';
import { projectFolder } from '../../platform/paths.ts';
import { endpointOf, instanceId, region, type PlannedNode } from './cluster-shape.ts';
import type { NodeSoftware } from './install.ts';
import { addresses } from './network.ts';
import { standInsFolder, type LinuxNode, type NodeMount } from './node.ts';
import type { SharedFiles } from './shared-files.ts';

/** Writes what makes a node one of its own: its name and address, and what its stand-ins answer with. */
export async function writeNodeFiles(
  node: LinuxNode,
  { name, address, shape }: PlannedNode,
  clusterName: string,
  { programs }: NodeSoftware,
): Promise<void> {
  await mkdir(node.folder, { recursive: true });
  await writeFile(path.join(node.folder, 'address'), address);
  const metadata = {
    'local-hostname': name,
    'local-ipv4': address,
    'availability-zone': `${region}${shape.zone}`,
    'instance-type': shape.instanceType,
    'instance-id': instanceId(clusterName, name),
  };
  await node.write('/etc/stand-in-metadata', lines(metadata, ': '));
  const installed = Object.fromEntries(Object.entries(programs).map(([each, file]) => [each, programInNode(file)]));
  await node.write('/etc/stand-in-programs', lines(installed, ' '));
  await node.write('/etc/hostname', `${name}\n`);
  const hosts = { '127.0.0.1': 'localhost', [address]: name, [addresses.router]: endpointOf(clusterName) };
  await node.write('/etc/hosts', lines(hosts, ' '));
  // The machine's own may be one that forwards to itself, which CoreDNS refuses.
  await node.write('/etc/resolv.conf', `nameserver ${addresses.router}\n`);
}

const lines = (pairs: Readonly<Record<string, string>>, separator: string): string =>
  Object.entries(pairs)
    .map(([name, value]) => `${name}${separator}${value}\n`)
    .join('');

/** What every node sees of this machine, the network of the router aside. */
export function nodeMounts({ programs }: NodeSoftware, shared: SharedFiles): readonly NodeMount[] {
  const programFolders = new Set(Object.values(programs).map((file) => path.dirname(file)));
  return [
    { from: standInsFolder, to: '/opt/stand-ins' },
    { from: path.join(projectFolder, 'bootstrap'), to: nodeBootstrapFolder },
    { from: shared.settings, to: nodeSettingsFolder },
    { from: shared.cloud, to: '/opt/stand-in-cloud', writable: true },
    ...[...programFolders].map((folder) => ({ from: folder, to: inNode(folder) })),
  ];
}

/** Where a node sees a folder of built programs. */
const inNode = (folder: string): string => path.join('/opt/stand-in-programs', path.basename(folder));

/** Where a node sees a built program. */
const programInNode = (file: string): string => path.join(inNode(path.dirname(file)), path.basename(file));
