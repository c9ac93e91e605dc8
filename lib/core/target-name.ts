/** Where an environment can run: this machine, real nodes in its network namespaces, AWS. */
export const targetNames = ['local', 'linux', 'aws'] as const;

/** One of {@link targetNames}. */
export type TargetName = (typeof targetNames)[number];
