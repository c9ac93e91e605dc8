/** Where an environment can run: on this machine, on real nodes in network namespaces of this machine, on AWS. */
export const targetNames = ['local', 'linux', 'aws'] as const;

/** One of {@link targetNames}. */
export type TargetName = (typeof targetNames)[number];
