import { existsSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { eksEc2 } from '../../../lib/environments/eks-ec2.data.ts';
import type { Lab } from '../../../lib/model/lab.ts';
import { EnvironmentFolder } from '../../../lib/targets/shared/environment-folder.ts';
import type { TargetFixture } from './contract.ts';

/** What the contract does to the objects of labs, by the environment's own kubectl. */
export function objectsByKubectl(
  root: string,
): Pick<TargetFixture, 'configMaps' | 'createConfigMap' | 'deleteConfigMap'> {
  const folder = new EnvironmentFolder(root, eksEc2.id);
  const kubectl = async ({ namespace }: Lab, ...args: string[]): Promise<string> => {
    if (!existsSync(folder.adminKubeconfig)) return '';
    const where = ['--kubeconfig', folder.adminKubeconfig, '--namespace', namespace];
    const env = { KUBECACHEDIR: folder.kubectlCache, KUBERC: 'off' };
    return (await execa(path.join(folder.bin, 'kubectl'), [...where, ...args], { env })).stdout;
  };
  return {
    configMaps: async (lab) =>
      (await kubectl(lab, 'get', 'configmaps', '--output=jsonpath={.items[*].metadata.name}'))
        .split(' ')
        // Kubernetes puts its certificate into each namespace.
        .filter((name) => name !== '' && name !== 'kube-root-ca.crt')
        .sort(),
    async createConfigMap(lab, name) {
      await kubectl(lab, 'create', 'configmap', name);
    },
    async deleteConfigMap(lab, name) {
      await kubectl(lab, 'delete', 'configmap', name);
    },
  };
}
