import { fargateSizeFor, type PodRequests } from '../catalog/fargate-pod-size.ts';
import type { Billed } from '../catalog/prices.ts';

const times = (count: number, pod: PodRequests): readonly PodRequests[] => Array.from({ length: count }, () => pod);

/** What the pods of the sample workload ask for. */
export const samplePods = times(3, { cpuMillis: 50, memoryMib: 64 });

/** What the pods of kube-system ask for where they run on Fargate: CoreDNS and metrics-server, two of each. */
export const systemPods = [
  ...times(2, { cpuMillis: 100, memoryMib: 70 }),
  ...times(2, { cpuMillis: 100, memoryMib: 200 }),
];

/** What Fargate bills for these pods: not what they ask for, but what it provisions for each. */
export function billedForPods(pods: readonly PodRequests[]): readonly Billed[] {
  const sizes = pods.map((pod) => {
    const size = fargateSizeFor(pod);
    if (size === undefined)
      throw new Error(`Fargate has no size for a pod of ${pod.cpuMillis}m and ${pod.memoryMib} MiB.`);
    return size;
  });
  return [
    { name: 'fargateVcpu', quantity: sizes.reduce((sum, { vcpus }) => sum + vcpus, 0) },
    { name: 'fargateGib', quantity: sizes.reduce((sum, { memoryMib }) => sum + memoryMib / 1024, 0) },
  ];
}
