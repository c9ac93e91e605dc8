const numbered = <P extends string>(prefix: P, count: number): `${P}${number}`[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index + 1}` as const);

/**
 * The ids of everything that the textbook chapter claims or tells its reader to run:
 * D diagrams, C components, Y manifests, K commands, T rows of the ECS table, P promises of EKS,
 * S security, H high availability, M monitoring and troubleshooting, N next steps.
 */
export const claimIds: readonly string[] = [
  ...numbered('D', 3),
  ...numbered('C', 7),
  ...numbered('Y', 1),
  ...numbered('K', 19),
  ...numbered('T', 8),
  ...numbered('P', 7),
  ...numbered('S', 12),
  ...numbered('H', 4),
  ...numbered('M', 10),
  ...numbered('N', 3),
];

/** One of {@link claimIds}; a test holds every task's claims against that list. */
export type ClaimId = `${'D' | 'C' | 'Y' | 'K' | 'T' | 'P' | 'S' | 'H' | 'M' | 'N'}${number}`;
