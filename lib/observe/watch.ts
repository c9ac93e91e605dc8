import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, type Api as WholeApi } from './api.ts';

/** How many objects a list has at once. */
const pageSize = 500;

/**
 * How long one watch lasts, in seconds. The API server ends it then, and the next one goes on where it ended. An API server
 * that is gone without a word is noticed by that.
 */
const watchTime = 60;

/** Pause before the first new attempt after a failure, in milliseconds; it doubles with each, up to the longest. */
const [firstPause, longestPause] = [250, 4_000];

/** What a watch asks. */
export type Api = Pick<WholeApi, 'get' | 'lines'>;

/** An object as the API sends it. */
export interface SentObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly resourceVersion?: string;
  };
  readonly [field: string]: unknown;
}

/** What a watch is to tell. */
export interface WatchOptions {
  /** Path of the collection: `/api/v1/pods`. */
  readonly url: string;
  /** Told each object that is there, or changed. The same state may be told twice. */
  readonly onObject: (object: SentObject) => void;
  /** Told each object that went. */
  readonly onGone: (object: Pick<SentObject, 'metadata'>) => void;
  /** Told when all objects were told, and when the API gives no answer. */
  readonly onLive: (live: boolean) => void;
  readonly signal: AbortSignal;
}

/** A watch can't go on from its version: the API server does not keep it any more. */
class GoneError extends Error {}

/**
 * Lists the objects of a collection, then watches them, until it is aborted. Whatever fails, it lists again and tells the
 * difference.
 */
export async function watch(api: Api, { url, onObject, onGone, onLive, signal }: WatchOptions): Promise<void> {
  const known = new Map<string, Pick<SentObject, 'metadata'>>();
  const tell = (object: SentObject): void => {
    const { namespace, name } = object.metadata;
    known.set(nameOf(object), { metadata: { name, ...(namespace === undefined ? {} : { namespace }) } });
    onObject(object);
  };
  const forget = (object: Pick<SentObject, 'metadata'>): void => {
    if (known.delete(nameOf(object))) onGone(object);
  };
  let pause = firstPause;
  const setLive = onChange(onLive);
  while (!signal.aborted) {
    try {
      let version: string = await list(api, url, signal, known, tell, forget);
      setLive(true);
      pause = firstPause;
      for (;;) version = await watchFrom(api, `${url}?${watchQuery(version)}`, version, signal, tell, forget);
    } catch (error) {
      if (isAborted(signal)) return;
      // Nothing is missing: the new list tells what changed meanwhile.
      if (!isGone(error)) setLive(false);
      await sleep(pause, undefined, { signal }).catch(() => undefined);
      pause = Math.min(2 * pause, longestPause);
    }
  }
}

/** Passes a value on when it is another one than before. */
function onChange(tell: (value: boolean) => void): (value: boolean) => void {
  let before: boolean | undefined;
  return (value) => {
    if (value === before) return;
    before = value;
    tell(value);
  };
}

/** Tells all objects, and those that went since; returns the version to watch from. */
async function list(
  api: Api,
  url: string,
  signal: AbortSignal,
  known: ReadonlyMap<string, Pick<SentObject, 'metadata'>>,
  tell: (object: SentObject) => void,
  forget: (object: Pick<SentObject, 'metadata'>) => void,
): Promise<string> {
  const there = new Set<string>();
  for (let next = ''; ;) {
    const query = `limit=${pageSize}${next === '' ? '' : `&continue=${encodeURIComponent(next)}`}`;
    const page = (await api.get(`${url}?${query}`, signal)) as {
      readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
      readonly items?: readonly SentObject[];
    };
    for (const object of page.items ?? []) {
      there.add(nameOf(object));
      tell(object);
    }
    next = page.metadata?.continue ?? '';
    if (next !== '') continue;
    for (const [name, object] of known) if (!there.has(name)) forget(object);
    return page.metadata?.resourceVersion ?? '';
  }
}

const watchQuery = (version: string): string =>
  `watch=true&allowWatchBookmarks=true&timeoutSeconds=${watchTime}&resourceVersion=${encodeURIComponent(version)}`;

/** Tells what changes, until the API server ends the watch; returns the version to go on from. */
async function watchFrom(
  api: Api,
  url: string,
  from: string,
  signal: AbortSignal,
  tell: (object: SentObject) => void,
  forget: (object: Pick<SentObject, 'metadata'>) => void,
): Promise<string> {
  let version = from;
  for await (const line of api.lines(url, signal)) {
    const { type, object } = line as {
      readonly type?: string;
      readonly object?: SentObject & { readonly code?: number };
    };
    if (type === 'ERROR' || object === undefined) {
      if (object?.code === 410) throw new GoneError();
      throw new ApiError(url, object?.code ?? 0);
    }
    version = object.metadata.resourceVersion ?? version;
    if (type === 'ADDED' || type === 'MODIFIED') tell(object);
    else if (type === 'DELETED') forget(object);
  }
  return version;
}

/** A function, because TypeScript takes a signal that was not aborted before for one that never is. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted;

const isGone = (error: unknown): boolean =>
  error instanceof GoneError || (error instanceof ApiError && error.status === 410);

const nameOf = ({ metadata: { namespace = '', name } }: Pick<SentObject, 'metadata'>): string => `${namespace}/${name}`;
