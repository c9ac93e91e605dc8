// Brings a cluster up in a process of its own, for a test that kills it: node --import tsx up.ts NAME FOLDER
import { cacheFolder } from '../../lib/platform/paths.ts';
import { LinuxCluster, type ClusterShape } from '../../lib/targets/linux/cluster.ts';
import { installNodeSoftware } from '../../lib/targets/linux/install.ts';
import { kubernetesVersions, releaseOf } from '../../lib/catalog/versions.ts';

const [name = '', folder = ''] = process.argv.slice(2);
const version = kubernetesVersions[0];
const never = new AbortController().signal;
const software = await installNodeSoftware(version, cacheFolder, () => undefined, never);
const shape: ClusterShape = {
  release: releaseOf(version).release,
  controlPlanes: 1,
  workers: [{ zone: 'a', instanceType: 't3.medium', labels: {} }],
};
await new LinuxCluster(name, folder).up(shape, software, () => undefined, never);
