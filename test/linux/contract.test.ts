import path from 'node:path';
import { jest } from '@jest/globals';
import { eksEc2 } from '../../lib/environments/eks-ec2.data.ts';
import { makeDataHome, removeDataHome } from '../../lib/platform/data-home.ts';
import { LinuxTarget } from '../../lib/targets/linux/linux-target.ts';
import { LinuxCluster } from '../../lib/targets/linux/cluster.ts';
import { describeTargetContract } from '../targets/contract/contract.ts';
import { objectsByKubectl } from '../targets/contract/kubectl-fixture.ts';
import { describeLinux } from './environment.ts';

jest.setTimeout(15 * 60_000);

describeLinux('the contract of targets', () => {
  describeTargetContract('linux', async () => {
    const home = await makeDataHome('/tmp/labs-on-linux-');
    const root = path.join(home.data, 'linux');
    return {
      target: new LinuxTarget({ data: home.data }),
      root,
      ...objectsByKubectl(root),
      async remove() {
        await new LinuxCluster(eksEc2.id, path.join(root, eksEc2.id, 'cluster')).down();
        await removeDataHome(home);
      },
    };
  });
});
