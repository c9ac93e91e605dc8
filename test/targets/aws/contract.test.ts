import { removeFolder, temporaryFolder } from '../../temporary-folder.ts';
import { describeTargetContract } from '../contract/contract.ts';
import { PretendCluster } from './pretend-cluster.ts';
import { World } from './world.ts';

describeTargetContract('aws', async () => {
  const folder = await temporaryFolder('aws-contract');
  const world = new World(folder);
  const cluster = new PretendCluster();
  world.kubectl = () => cluster;
  return {
    target: world.target,
    root: world.root,
    configMaps: async ({ namespace }) => cluster.configMaps(namespace),
    createConfigMap: async ({ namespace }, name) => cluster.createConfigMap(namespace, name),
    deleteConfigMap: async ({ namespace }, name) => cluster.deleteConfigMap(namespace, name),
    remove: () => removeFolder(folder),
  };
});
