import { actorOf } from '../log/actor.ts';
import type { Change, WriteFrame, WriteObject } from '../log/frame.ts';
import { differenceOf, type Difference } from './changes.ts';

/** An event of the audit log, as far as it is read. Source: audit.k8s.io/v1. */
interface AuditEvent {
  readonly stage?: string;
  readonly verb?: string;
  readonly requestURI?: string;
  readonly user?: { readonly username?: string };
  readonly impersonatedUser?: { readonly username?: string };
  readonly userAgent?: string;
  readonly objectRef?: {
    readonly resource?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly apiGroup?: string;
    readonly subresource?: string;
  };
  readonly responseStatus?: { readonly code?: number; readonly message?: string };
  readonly requestReceivedTimestamp?: string;
  /** What was sent; absent at level Metadata. */
  readonly requestObject?: unknown;
  /** What was answered; absent at level Metadata. */
  readonly responseObject?: unknown;
}

/** The fields of an object that a write can change. */
interface State {
  readonly metadata?: { readonly name?: string; readonly resourceVersion?: string };
  readonly [field: string]: unknown;
}

const writeVerbs: ReadonlySet<string> = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);

/** Requests with a verb of writes that change nothing which is kept, and what would drown all else. */
const leftOut = {
  groups: new Set(['authentication.k8s.io', 'authorization.k8s.io', 'events.k8s.io', 'coordination.k8s.io']),
  resources: new Set(['events']),
  subresources: new Set(['token', 'exec', 'attach', 'portforward', 'proxy']),
} as const;

/** How many objects are remembered to tell what a write changed. */
const mostRemembered = 3_000;

/** Longest text that a frame takes over from an event, in characters. */
const longestText = 300;

/**
 * Makes write frames of the lines of an audit log. It remembers what objects were, to tell what a write changed. Writes
 * that changed nothing, heartbeats above all, are no frames.
 */
export class WriteReader {
  /** When the log of frames started, in milliseconds since 1970. */
  readonly #start: number;
  /** Objects as JSON, the one that was written last at the end. */
  readonly #remembered = new Map<string, string>();

  /** @param start when the log of frames started */
  constructor(start: Date) {
    this.#start = start.getTime();
  }

  /** Remembers an object as it is. */
  remember(resource: string, object: State & { readonly metadata: { readonly namespace?: string } }): void {
    const { namespace, name } = object.metadata;
    this.#keep(
      keyOf({ resource, ...(namespace === undefined ? {} : { namespace }), ...(name === undefined ? {} : { name }) }),
      object,
    );
  }

  /**
   * The frame of a line; undefined when it is about no write, or one that changed nothing.
   *
   * @param server machine of the API server, where there are several
   */
  read(line: string, server?: string): WriteFrame | undefined {
    const event = parsed(line);
    if (event?.stage !== 'ResponseComplete' || !isWrite(event)) return undefined;
    const { verb = '', objectRef = {}, responseStatus = {}, userAgent = '' } = event;
    const status = responseStatus.code ?? 0;
    const answered = isState(event.responseObject) ? event.responseObject : undefined;
    const object: WriteObject = {
      resource: clip(objectRef.resource ?? ''),
      ...text('subresource', objectRef.subresource),
      ...text('group', objectRef.apiGroup),
      ...text('namespace', objectRef.namespace),
      // A name that the API server made up is in its answer alone.
      ...text('name', objectRef.name ?? answered?.metadata?.name),
    };
    const succeeded = status >= 200 && status < 300;
    const difference = succeeded ? this.#difference(event, object, answered) : nothing;
    if (difference === undefined) return undefined;
    const impersonated = event.impersonatedUser?.username;
    return {
      kind: 'write',
      actor: actorOf({
        username: clip(event.user?.username ?? ''),
        userAgent: clip(userAgent),
        ...(impersonated === undefined ? {} : { impersonated: clip(impersonated) }),
      }),
      verb,
      object,
      status,
      ...(succeeded ? {} : text('refused', responseStatus.message)),
      at: (Date.parse(event.requestReceivedTimestamp ?? '') || this.#start) - this.#start,
      ...(succeeded && verb !== 'delete' ? text('version', answered?.metadata?.resourceVersion) : {}),
      changes: difference.changes,
      ...(difference.more > 0 ? { more: difference.more } : {}),
      ...(server === undefined ? {} : { server }),
    };
  }

  /** What a write that succeeded has changed; undefined when that is nothing. */
  #difference(
    { verb, requestObject }: AuditEvent,
    object: WriteObject,
    answered: State | undefined,
  ): Difference | undefined {
    const { resource, subresource } = object;
    const key = keyOf(object);
    if (verb === 'delete' || verb === 'deletecollection') {
      // Its last state, until its finalizers or containers have ended: what is written then can be told.
      if (answered?.metadata?.name === object.name && answered !== undefined) this.#keep(key, answered);
      else if (object.name !== undefined) this.#remembered.delete(key);
      return nothing;
    }
    const before = this.#recall(key);
    if (subresource === 'binding') return this.#field(key, before, ['spec', 'nodeName'], nodeIn(requestObject));
    if (subresource === 'scale') return this.#field(key, before, ['spec', 'replicas'], replicasIn(answered));
    if (subresource === 'eviction') return nothing;
    if (answered === undefined) return requestObject === undefined ? nothing : sentOnly(requestObject, resource);
    this.#keep(key, answered);
    if (verb === 'create') return nothing;
    if (before === undefined)
      return requestObject !== undefined && verb === 'patch' ? sentOnly(requestObject, resource) : nothing;
    // A write without the subresource leaves the status as it is, and the other way round: what else differs was written
    // by somebody else, in a write that was not seen.
    const own = subresource === 'status' ? onlyStatus : withoutStatus;
    const difference = differenceOf(own(before), own(answered), resource);
    return difference.changes.length > 0 ? difference : undefined;
  }

  /** A change of one field, which the answer to a write to a subresource does not contain. */
  #field(key: string, before: State | undefined, [part, field]: readonly [string, string], value: unknown): Difference {
    if (value === undefined) return nothing;
    const old = before?.[part] as Readonly<Record<string, unknown>> | undefined;
    if (before !== undefined) this.#keep(key, { ...before, [part]: { ...old, [field]: value } });
    const was: Partial<Change> = old?.[field] === undefined ? {} : { before: clip(JSON.stringify(old[field])) };
    return { changes: [{ path: `${part}.${field}`, ...was, after: clip(JSON.stringify(value)) }], more: 0 };
  }

  #recall(key: string): State | undefined {
    const json = this.#remembered.get(key);
    return json === undefined ? undefined : (JSON.parse(json) as State);
  }

  #keep(key: string, { metadata, ...fields }: State): void {
    const kept = { ...metadata, managedFields: undefined };
    this.#remembered.delete(key);
    this.#remembered.set(key, JSON.stringify({ metadata: kept, ...fields }));
    if (this.#remembered.size > mostRemembered) this.#remembered.delete(this.#remembered.keys().next().value!);
  }
}

const nothing: Difference = { changes: [], more: 0 };

const keyOf = ({ resource, namespace = '', name = '' }: Pick<WriteObject, 'resource' | 'namespace' | 'name'>): string =>
  `${resource} ${namespace}/${name}`;

function parsed(line: string): AuditEvent | undefined {
  try {
    const event = JSON.parse(line) as unknown;
    return typeof event === 'object' && event !== null ? event : undefined;
  } catch {
    return undefined;
  }
}

function isWrite({ verb = '', objectRef, requestURI = '' }: AuditEvent): boolean {
  const { resource, apiGroup = '', subresource = '' } = objectRef ?? {};
  return (
    resource !== undefined &&
    writeVerbs.has(verb) &&
    !leftOut.groups.has(apiGroup) &&
    !leftOut.resources.has(resource) &&
    !leftOut.subresources.has(subresource) &&
    !/[?&]dryRun=/.test(requestURI)
  );
}

const isState = (value: unknown): value is State => typeof value === 'object' && value !== null && 'metadata' in value;

/** What a write sent, when nothing else is known of the object; undefined when that is bookkeeping alone. */
function sentOnly(sent: unknown, resource: string): Difference | undefined {
  const difference = differenceOf(undefined, isJsonPatch(sent) ? asObject(sent) : sent, resource);
  return difference.changes.length > 0 ? difference : undefined;
}

/** A JSON patch: a list of operations on paths. */
type JsonPatch = readonly { readonly path: string; readonly value?: unknown }[];

const isJsonPatch = (sent: unknown): sent is JsonPatch =>
  Array.isArray(sent) && sent.every((operation) => typeof (operation as { path?: unknown } | null)?.path === 'string');

/** The values of a JSON patch by their paths. */
const asObject = (patch: JsonPatch): unknown =>
  Object.fromEntries(patch.map(({ path, value }) => [path, value ?? null]));

const onlyStatus = ({ status }: State): unknown => ({ status });
/** In lists, objects have neither a kind nor a version of the API. */
const withoutStatus = (state: State): unknown => ({
  ...state,
  kind: undefined,
  apiVersion: undefined,
  status: undefined,
});

const nodeIn = (sent: unknown): unknown =>
  (sent as { readonly target?: { readonly name?: unknown } } | undefined)?.target?.name;
const replicasIn = (scale: State | undefined): unknown =>
  (scale?.spec as { readonly replicas?: unknown } | undefined)?.replicas;

const clip = (value: string): string => (value.length > longestText ? `${value.slice(0, longestText)}…` : value);

/** A field with a text, shortened; none when there is no text. */
const text = <Name extends string>(name: Name, value: string | undefined): { readonly [Key in Name]?: string } =>
  (value === undefined || value === '' ? {} : { [name]: clip(value) }) as { readonly [Key in Name]?: string };
