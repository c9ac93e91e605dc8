import path from 'node:path';
import { beforeAll, jest } from '@jest/globals';
import { describeTargetContract } from '../targets/contract/contract.ts';
import { objectsByKubectl } from '../targets/contract/kubectl-fixture.ts';
import { buildTime, describeCluster, installPrograms, Machine } from './environment.ts';

jest.setTimeout(300_000);

describeCluster('the contract of targets', () => {
  beforeAll(() => installPrograms('1.36'), buildTime);

  describeTargetContract('local', async () => {
    const machine = await Machine.make();
    const root = path.join(machine.data, 'local');
    return { target: machine.target, root, ...objectsByKubectl(root), remove: () => machine.remove() };
  });
});
