import { setTimeout as sleep } from 'node:timers/promises';
import type { AwsClients } from './clients.ts';
import { clusterState } from './cluster-state.ts';
import { type Failure, failureOf } from './failures.ts';
import { classicLoadBalancers, loadBalancers, targetGroups } from './load-balancers.ts';
import { interfacesOf, networkInterfaces, securityGroups } from './network.ts';
import { kinds } from './ownership.ts';
import type { Leftover, Remover, Search } from './search.ts';
import { snapshots, volumes } from './storage.ts';

/** The removers in order: resources that use others come before those. */
const removers: readonly Remover[] = [
  classicLoadBalancers,
  loadBalancers,
  targetGroups,
  networkInterfaces,
  securityGroups,
  volumes,
  snapshots,
];

/** Options of {@link removeLeftovers}. */
export interface RemovalOptions {
  readonly clients: AwsClients;
  readonly clusterName: string;
  /** The VPC of the cluster. @default every VPC of the region */
  readonly vpcId?: string;
  /** How long to try, in milliseconds. The result then says what remains. */
  readonly timeoutMs: number;
  /** The pause between two searches, in milliseconds. @default 10000 */
  readonly pollMs?: number;
  /** Aborts at once with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Receives a sentence for each resource that is removed. */
  readonly log?: (sentence: string) => void;
}

/** A resource that still exists. */
export interface Remaining {
  /** Kind and id, for example `security group sg-0a1b`. */
  readonly what: string;
  /** Why, without a full stop. */
  readonly reason: string;
}

/** The result of {@link removeLeftovers}. */
export interface Removal {
  /** Whether the cluster still exists. Its resources are then in use, and nothing was removed. */
  readonly clusterIsAlive: boolean;
  /** Kind and id of each resource that was removed. */
  readonly removed: readonly string[];
  readonly remaining: readonly Remaining[];
  /** Searches that AWS refused or did not answer, so that their results are unknown. */
  readonly unknown: readonly Remaining[];
}

/** Whether nothing remains, and every search was answered. */
export const isComplete = ({ remaining, unknown }: Removal): boolean => remaining.length === 0 && unknown.length === 0;

/** Kind and id, in AWS's words. */
const nameOf = ({ kind, id }: Leftover): string => `${kinds[kind].title} ${id}`;

const asked = 'AWS was asked to delete it and has not finished';

/**
 * Removes the AWS resources that Kubernetes created for a deleted cluster. It finds them only by tags that prove
 * ownership. It repeats search and removal until it finds nothing, because AWS deletes some resources only minutes
 * after others. It ends early when AWS has refused all remaining removals for good.
 */
export async function removeLeftovers(options: RemovalOptions): Promise<Removal> {
  const { timeoutMs, pollMs = 10_000, signal: abort, log = () => undefined } = options;
  const deadline = Date.now() + timeoutMs;
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = abort === undefined ? timeout : AbortSignal.any([abort, timeout]);
  const search: Search = { ...options, signal };
  const pass = new Pass(search, log);

  // No `waitFor` of lib/core: the function is bundled from this folder alone, and ends before a pause that it has no time for.
  for (;;) {
    const state = await pass.look();
    abort?.throwIfAborted();
    if (state === 'alive' || !pass.mayChange() || Date.now() + pollMs >= deadline) {
      return { clusterIsAlive: state === 'alive', ...pass.result() };
    }
    // The error of `sleep` says less than the signal's reason, which is thrown after the next search.
    await sleep(pollMs, undefined, { signal: abort }).catch(() => undefined);
  }
}

/** A resource that still exists, and whether another attempt is useless. */
type Held = Remaining & { readonly final: boolean };

class Pass {
  private readonly search: Search;
  private readonly log: (sentence: string) => void;
  private readonly seen = new Map<string, Leftover>();
  private readonly held = new Map<string, Held>();
  private readonly unknown = new Map<string, Failure>();

  constructor(search: Search, log: (sentence: string) => void) {
    this.search = search;
    this.log = log;
  }

  /** Searches once for all kinds, and tries to remove what it finds. */
  async look(): Promise<'alive' | 'gone' | undefined> {
    const state = await this.answered('EKS cluster', () => clusterState(this.search));
    if (state === 'alive') return 'alive';
    if (state === undefined) return undefined;
    if (state === 'deleting') {
      this.held.set('cluster', { what: 'EKS cluster', reason: 'it is still being deleted', final: false });
      return undefined;
    }
    this.held.delete('cluster');
    for (const remover of removers) await this.lookFor(remover);
    await this.lookForInterfaces();
    return 'gone';
  }

  /** Whether another pass may remove more. */
  mayChange(): boolean {
    return (
      [...this.held.values()].some(({ final }) => !final) ||
      [...this.unknown.values()].some(({ meaning }) => meaning !== 'never')
    );
  }

  result(): Omit<Removal, 'clusterIsAlive'> {
    return {
      removed: [...this.seen.values()].map(nameOf).filter((name) => !this.held.has(name)),
      remaining: [...this.held.values()].map(({ what, reason }) => ({ what, reason })),
      unknown: [...this.unknown].map(([what, { reason }]) => ({ what, reason })),
    };
  }

  private async lookFor(remover: Remover): Promise<void> {
    const found = await this.answered(`${kinds[remover.kind].title}s`, () => remover.find(this.search));
    // Without an answer, the resources that were found before count as existing.
    if (found === undefined) return;
    const before = new Map(this.held);
    for (const leftover of this.seen.values()) if (leftover.kind === remover.kind) this.held.delete(nameOf(leftover));
    for (const leftover of found) {
      const what = nameOf(leftover);
      this.seen.set(what, leftover);
      const last = before.get(what);
      const held = last?.final === true ? last : await this.remove(remover, leftover, last);
      if (held !== undefined) this.held.set(what, held);
    }
  }

  private async remove(remover: Remover, leftover: Leftover, last: Held | undefined): Promise<Held | undefined> {
    const what = nameOf(leftover);
    if (leftover.held !== undefined) return { what, reason: leftover.held, final: false };
    try {
      await remover.remove(this.search, leftover.id);
      if (last?.reason !== asked) this.log(`Deleted ${what}.`);
      return { what, reason: asked, final: false };
    } catch (error) {
      const { meaning, reason } = failureOf(error);
      return meaning === 'gone' ? undefined : { what, reason, final: meaning === 'never' };
    }
  }

  /**
   * Searches the network interfaces of the load balancers that were found. They block subnets and security groups until
   * AWS removes them.
   */
  private async lookForInterfaces(): Promise<void> {
    const descriptions = [...this.seen.values()].flatMap(({ interfaces = [] }) => interfaces);
    if (descriptions.length === 0) return;
    const title = 'network interfaces of load balancers';
    const ids = await this.answered(title, () => interfacesOf(descriptions, this.search));
    if (ids === undefined) return;
    this.held.delete(title);
    if (ids.length === 0) return;
    const reason = 'AWS removes them some minutes after their load balancers';
    this.held.set(title, { what: `${title} ${ids.join(', ')}`, reason, final: false });
  }

  /** The answer of AWS; undefined when there was none, which is recorded as unknown. */
  private async answered<T>(what: string, ask: () => Promise<T>): Promise<T | undefined> {
    try {
      const answer = await ask();
      this.unknown.delete(what);
      return answer;
    } catch (error) {
      this.unknown.set(what, failureOf(error));
      return undefined;
    }
  }
}
