import { rulesForDrawnWrites } from '../../observe/audit-policy.ts';
import type { MachineDifferences } from '../../self-managed/kubeadm-config.ts';

/** How a node's machine differs from EC2 in what kubeadm configures. `lib/targets/linux/stand-ins/README.md` lists all differences. */
export const machineDifferences: MachineDifferences = {
  kubelet: {
    cgroupDriver: 'cgroupfs',
    failCgroupV1: false,
    failSwapOn: false,
    evictionHard: {
      'memory.available': '100Mi',
      'nodefs.available': '500Mi',
      'nodefs.inodesFree': '1%',
      'imagefs.available': '500Mi',
      'imagefs.inodesFree': '1%',
    },
    // Never: images are preloaded, and there is no registry to pull them from again.
    imageGCHighThresholdPercent: 100,
  },
  // The machine's table of connections is shared, and not a node's to resize.
  kubeProxy: { conntrack: { maxPerCore: 0, min: 0 } },
  // On EC2 the audit log is sent on and paid for by its size, and the page does not read it there.
  auditRules: rulesForDrawnWrites,
  ignorePreflightErrors: ['SystemVerification', 'Swap', 'NumCPU', 'Mem'],
};
