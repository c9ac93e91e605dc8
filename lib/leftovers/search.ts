import type { AwsClients } from './clients.ts';
import type { Kind } from './ownership.ts';

/** Where to search for leftovers. */
export interface Search {
  readonly clients: AwsClients;
  readonly clusterName: string;
  /** Limits the search to one VPC. Volumes and snapshots are not in a VPC. @default every VPC */
  readonly vpcId?: string;
  /** Aborts calls. */
  readonly signal: AbortSignal;
}

/** A resource that Kubernetes created for the cluster, and that still exists. */
export interface Leftover {
  readonly kind: Kind;
  /** The id, name or ARN that AWS deletes it by. */
  readonly id: string;
  /** Why it can't be removed now, as a sentence without a full stop. @default it can be removed */
  readonly held?: string;
  /** For load balancers: the description of the network interfaces that AWS keeps for it. */
  readonly interfaces?: string;
}

/** Finds and removes the leftovers of one kind. */
export interface Remover {
  readonly kind: Kind;
  find(search: Search): Promise<readonly Leftover[]>;
  /** Removes one leftover.  @throws the errors of the AWS SDK */
  remove(search: Search, id: string): Promise<void>;
}

/** All items of all pages. */
export async function allOf<Page, Item>(
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  for await (const page of pages) items.push(...(itemsOf(page) ?? []));
  return items;
}

/** Splits into groups of at most `size`. */
export function chunksOf<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
