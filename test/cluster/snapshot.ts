import https from 'node:https';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import type { LabAccess } from '../../lib/targets/target.ts';

/** Each object of a snapshot, with something that changes when anybody changes it. */
export type Snapshot = Readonly<Record<string, string>>;

interface KubernetesObject {
  readonly metadata: { readonly name: string; readonly resourceVersion: string; readonly labels?: object };
  readonly spec?: object;
}

/** What the API says of its resources, in one answer for all groups (aggregated discovery). */
interface Discovery {
  readonly items: readonly {
    readonly metadata: { readonly name?: string };
    /** The preferred one is the first. */
    readonly versions: readonly {
      readonly version: string;
      readonly resources?: readonly { readonly resource: string; readonly scope: string; readonly verbs: string[] }[];
    }[];
  }[];
}

/**
 * What controllers write without anybody's doing: leases every few seconds, events, the status of nodes (heartbeats)
 * and of autoscalers (every 15 seconds). The first two are left out, of the others only what they are to be is kept.
 */
const leftOut = ['coordination.k8s.io/leases', '/events', 'events.k8s.io/events', 'metrics.k8s.io/pods'];
const statusChanges = /^\/nodes |^autoscaling\/horizontalpodautoscalers /;

const discoveryType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** Reads a lab's cluster: many lists, so over connections that stay open. */
class Reader {
  readonly #server: string;
  readonly #keys: https.RequestOptions;
  readonly #agent = new https.Agent({ keepAlive: true, maxSockets: 8 });

  private constructor(server: string, keys: https.RequestOptions) {
    this.#server = server;
    this.#keys = keys;
  }

  static async open({ kubeconfig }: LabAccess): Promise<Reader> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    const keys: https.RequestOptions = {};
    await config.applyToHTTPSOptions(keys);
    return new Reader(config.getCurrentCluster()!.server, keys);
  }

  async get<T>(url: string, accept = 'application/json'): Promise<T> {
    const options = { ...this.#keys, agent: this.#agent, headers: { accept } };
    const { status, body } = await new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
      https
        .get(this.#server + url, options, (response) => {
          text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
        })
        .on('error', reject);
    });
    if (status !== 200) throw new Error(`GET ${url}: ${status} ${body}`);
    return JSON.parse(body) as T;
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** The nodes, and all objects in some namespaces. */
async function snapshotOf(reader: Reader, namespaces: readonly string[]): Promise<Snapshot> {
  const types = (await Promise.all(['/api', '/apis'].map((root) => reader.get<Discovery>(root, discoveryType))))
    .flatMap(({ items }) => items)
    .flatMap(({ metadata: { name: group = '' }, versions: [preferred] }) =>
      (preferred?.resources ?? [])
        .filter(({ scope, verbs }) => scope === 'Namespaced' && verbs.includes('list'))
        .map(({ resource }) => ({
          type: `${group}/${resource}`,
          root: group === '' ? `/api/${preferred!.version}` : `/apis/${group}/${preferred!.version}`,
          resource,
        })),
    )
    .filter(({ type }) => !leftOut.includes(type));
  expect(types.length).toBeGreaterThan(20);
  const lists = [
    { kind: '/nodes ', url: '/api/v1/nodes' },
    ...types.flatMap(({ type, root, resource }) =>
      namespaces.map((namespace) => ({
        kind: `${type} ${namespace}/`,
        url: `${root}/namespaces/${namespace}/${resource}`,
      })),
    ),
  ];
  const entries = await Promise.all(
    lists.map(async ({ kind, url }) =>
      (await reader.get<{ items: readonly KubernetesObject[] }>(url)).items.map(({ metadata, spec }) => [
        kind + metadata.name,
        statusChanges.test(kind) ? JSON.stringify([spec, metadata.labels]) : metadata.resourceVersion,
      ]),
    ),
  );
  return Object.fromEntries(entries.flat()) as Snapshot;
}

/**
 * Runs something that may change no object, and fails when the objects before and after it differ. What controllers
 * change meanwhile is told from what it changes by doing it again: controllers come to rest within a minute.
 */
export async function changingNothing<T>(
  access: LabAccess,
  namespaces: readonly string[],
  run: () => Promise<T>,
): Promise<T> {
  const reader = await Reader.open(access);
  try {
    for (const deadline = Date.now() + 60_000; ; await sleep(500)) {
      const before = await snapshotOf(reader, namespaces);
      const result = await run();
      const after = await snapshotOf(reader, namespaces);
      if (JSON.stringify(before) === JSON.stringify(after)) return result;
      if (Date.now() > deadline) expect(after).toEqual(before);
    }
  } finally {
    reader.close();
  }
}
