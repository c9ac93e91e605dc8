import { describe, expect, test } from '@jest/globals';
import type { V1Deployment } from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import { sampleWorkloadYaml } from '../../charts/web.ts';
import { billedForPods, samplePods, systemPods } from '../../lib/environments/fargate-compute.data.ts';
import { eksFargate } from '../../lib/environments/eks-fargate.data.ts';
import { requestsOf } from '../../lib/catalog/fargate-pod-size.ts';
import { systemWorkloads } from '../../lib/targets/local/system-workloads.ts';
import { releaseOf } from '../../lib/catalog/versions.ts';

/** What the pods of the Deployments among these objects ask for. */
const podsOf = (objects: readonly unknown[]) =>
  (objects as V1Deployment[])
    .filter(({ kind }) => kind === 'Deployment')
    .flatMap(({ spec }) => Array.from({ length: spec!.replicas! }, () => requestsOf(spec!.template.spec!)));

describe('the pods that are billed', () => {
  test('are those of the sample workload', () => {
    expect(podsOf(parseAllDocuments(sampleWorkloadYaml('any')).map((document) => document.toJS() as unknown))).toEqual(
      samplePods,
    );
  });

  test('are those of the add-ons', () => {
    expect(podsOf(systemWorkloads(eksFargate.addOns, releaseOf('1.36').addOns))).toEqual(systemPods);
  });
});

describe('billedForPods', () => {
  test('counts what Fargate provisions for each pod, and not what the pods ask for together', () => {
    // 1 vCPU and 512 MiB: with the agents' 256 MiB that is 1 vCPU and 2 GiB. Nothing: a quarter and half a GiB.
    expect(
      billedForPods([
        { cpuMillis: 1000, memoryMib: 512 },
        { cpuMillis: 0, memoryMib: 0 },
      ]),
    ).toEqual([
      { name: 'fargateVcpu', quantity: 1.25 },
      { name: 'fargateGib', quantity: 2.5 },
    ]);
  });

  test('says which pod has no size', () => {
    expect(() => billedForPods([{ cpuMillis: 17_000, memoryMib: 64 }])).toThrow(
      'Fargate has no size for a pod of 17000m and 64 MiB.',
    );
  });
});
