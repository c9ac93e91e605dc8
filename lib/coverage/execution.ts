import { z } from 'zod';
import { claimIds, type ClaimId } from '../claims/claims.ts';
import type { ExecutingTarget } from '../claims/claim.ts';
import { UsageError } from '../core/errors.ts';
import { kubernetesVersions } from '../catalog/versions.ts';
import type { Run } from './run.ts';
import { tierOf, tiers } from './tiers.ts';

/** What CI executed when it played a lab's guide from top to bottom, and everything held. */
export interface Execution extends Run {
  /** The tasks that were executed, each with those of its claims for which that counts. */
  readonly tasks: Readonly<Record<string, readonly ClaimId[]>>;
}

/** The targets that CI executes guides on. */
export const executingTargets: readonly ExecutingTarget[] = ['local', 'linux'];

// The tier follows from the rest. It is in the file for its readers.
const schema: z.ZodType<readonly Execution[]> = z.array(
  z
    .strictObject({
      lab: z.string(),
      target: z.enum(executingTargets),
      kubernetes: z.enum(kubernetesVersions),
      tier: z.enum(tiers),
      tasks: z.record(z.string(), z.array(z.enum(claimIds))),
    })
    .refine((execution) => execution.tier === tierOf(execution), {
      path: ['tier'],
      error: 'not the tier that plays it',
    })
    .transform(({ lab, target, kubernetes, tasks }) => ({ lab, target, kubernetes, tasks })),
);

/**
 * Reads executions from their JSON.
 *
 * @param name what the text is called, for the message
 * @throws UsageError with all that is wrong
 */
export function parseExecutions(text: string, name: string): readonly Execution[] {
  const refuse = (what: string): never => {
    throw new UsageError(`${name} is not what CI writes (${what}). Write it again with: npm run coverage:update`);
  };
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
  const result = schema.safeParse(data);
  return result.success
    ? result.data
    : refuse(result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
}

export const isSameRun = (one: Run, other: Run): boolean =>
  one.lab === other.lab && one.target === other.target && one.kubernetes === other.kubernetes;

/** Puts newer executions in the place of those of the same lab, target and Kubernetes version; the others stay. */
export const withNewer = (older: readonly Execution[], newer: readonly Execution[]): readonly Execution[] => [
  ...older.filter((execution) => !newer.some((other) => isSameRun(execution, other))),
  ...newer,
];

/**
 * Executions as the file in the repository holds them: sorted, a line for each task, as Prettier would have it.
 *
 * @param labIds every lab, in the catalogue's order
 */
export function formatExecutions(executions: readonly Execution[], labIds: readonly string[]): string {
  const rankOf = ({ lab, target, kubernetes }: Execution) => [
    labIds.indexOf(lab),
    executingTargets.indexOf(target),
    kubernetesVersions.indexOf(kubernetes),
  ];
  const sorted = executions.toSorted((one, other) => {
    const [ranks, others] = [rankOf(one), rankOf(other)];
    const at = ranks.findIndex((rank, index) => rank !== others[index]);
    return at === -1 ? 0 : ranks[at]! - others[at]!;
  });
  return sorted.length === 0 ? '[]\n' : `[\n${sorted.map(formatted).join(',\n')}\n]\n`;
}

function formatted(execution: Execution): string {
  const { lab, target, kubernetes, tasks } = execution;
  const lines = Object.entries(tasks).map(
    ([task, claims]) => `      ${JSON.stringify(task)}: [${claims.map((id) => JSON.stringify(id)).join(', ')}]`,
  );
  return [
    '  {',
    `    "lab": ${JSON.stringify(lab)},`,
    `    "target": ${JSON.stringify(target)},`,
    `    "kubernetes": ${JSON.stringify(kubernetes)},`,
    `    "tier": ${JSON.stringify(tierOf(execution))},`,
    lines.length === 0 ? '    "tasks": {}' : `    "tasks": {\n${lines.join(',\n')}\n    }`,
    '  }',
  ].join('\n');
}
