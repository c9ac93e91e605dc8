import https from 'node:https';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import type { LabAccess } from '../../lib/targets/target.ts';

/** Each object of a snapshot, with something that changes when anybody changes it. */
export type Snapshot = Readonly<Record<string, string>>;

interface KubernetesObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly resourceVersion: string;
    readonly labels?: object;
  };
  readonly spec?: object;
}

/** What the API says of its resources, in one answer for all groups (aggregated discovery). */
interface Discovery {
  readonly items: readonly {
    readonly metadata: { readonly name?: string };
    /** The preferred one is the first. */
    readonly versions: readonly {
      readonly version: string;
      readonly resources?: readonly { readonly resource: string; readonly verbs: string[] }[];
    }[];
  }[];
}

/**
 * What controllers write without anybody's doing. Leases, events and metrics are left out. Of nodes (heartbeats), autoscalers (every 15 seconds) and APIServices, only what they are to be is compared.
 */
const leftOut = [
  '/componentstatuses',
  '/events',
  'coordination.k8s.io/leases',
  'events.k8s.io/events',
  'metrics.k8s.io/nodes',
  'metrics.k8s.io/pods',
];
const statusChanges = ['/nodes', 'autoscaling/horizontalpodautoscalers', 'apiregistration.k8s.io/apiservices'];

const discoveryType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
/** Metadata alone: it has the resourceVersion, and is a tenth of the objects. */
const metadataType = 'application/json;g=meta.k8s.io;v=v1;as=PartialObjectMetadataList';

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

/** A kind of object, and where its list is. */
interface Kind {
  readonly name: string;
  readonly url: string;
}

/** Every kind that can be listed, but those that are left out. */
async function kindsOf(reader: Reader): Promise<readonly Kind[]> {
  const groups = await Promise.all(['/api', '/apis'].map((root) => reader.get<Discovery>(root, discoveryType)));
  const kinds = groups
    .flatMap(({ items }) => items)
    .flatMap(({ metadata: { name: group = '' }, versions: [preferred] }) =>
      (preferred?.resources ?? [])
        .filter(({ verbs }) => verbs.includes('list'))
        .map(({ resource }) => ({
          name: `${group}/${resource}`,
          url: `${group === '' ? '/api' : `/apis/${group}`}/${preferred!.version}/${resource}`,
        })),
    )
    .filter(({ name }) => !leftOut.includes(name));
  expect(kinds.length).toBeGreaterThan(30);
  return kinds;
}

/** All objects of a cluster: one list for each kind, read at the same time. */
async function snapshotOf(reader: Reader, kinds: readonly Kind[]): Promise<Snapshot> {
  const entries = await Promise.all(
    kinds.map(async ({ name: kind, url }) => {
      const bySpec = statusChanges.includes(kind);
      const { items } = await reader.get<{ items: readonly KubernetesObject[] | null }>(
        url,
        bySpec ? undefined : metadataType,
      );
      // Of a list without objects, some aggregated APIs answer null.
      return (items ?? []).map(({ metadata, spec }) => [
        `${kind} ${metadata.namespace ?? ''}/${metadata.name}`,
        bySpec ? JSON.stringify([spec, metadata.labels]) : metadata.resourceVersion,
      ]);
    }),
  );
  return Object.fromEntries(entries.flat()) as Snapshot;
}

/**
 * Runs something that may change no object, and fails when the objects of the cluster before and after it differ. What
 * controllers change meanwhile is told from what it changes by doing it again: controllers come to rest within a minute.
 */
export async function changingNothing<T>(access: LabAccess, run: () => Promise<T>): Promise<T> {
  const reader = await Reader.open(access);
  try {
    const kinds = await kindsOf(reader);
    for (const deadline = Date.now() + 60_000; ; await sleep(500)) {
      const before = await snapshotOf(reader, kinds);
      const result = await run();
      const after = await snapshotOf(reader, kinds);
      if (JSON.stringify(before) === JSON.stringify(after)) return result;
      if (Date.now() > deadline) expect(after).toEqual(before);
    }
  } finally {
    reader.close();
  }
}
