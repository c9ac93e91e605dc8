import type { AwsClients } from './clients.ts';
import type { Kind } from './ownership.ts';

/** Where to look. */
export interface Search {
  readonly clients: AwsClients;
  readonly clusterName: string;
  /** Narrows the search to one VPC, for what is in one; volumes and snapshots are in none. @default every VPC */
  readonly vpcId?: string;
  /** Cuts calls short. */
  readonly signal: AbortSignal;
}

/** Something that Kubernetes made for the cluster and that is still there. */
export interface Leftover {
  readonly kind: Kind;
  /** The id, name or ARN with which AWS deletes it. */
  readonly id: string;
  /** Why it can't be removed now: a sentence without a full stop. @default nothing holds it */
  readonly held?: string;
  /** How the network interfaces are described that AWS keeps for it. For load balancers. */
  readonly interfaces?: string;
}

/** Finds the leftovers of one kind, and removes one. */
export interface Remover {
  readonly kind: Kind;
  find(search: Search): Promise<readonly Leftover[]>;
  /** Throws what the AWS SDK throws. */
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
