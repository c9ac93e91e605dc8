import { setMaxListeners } from 'node:events';
import type { Emit } from '../log/frame-log.ts';

/** What a source is given. */
export interface SourceContext {
  readonly emit: Emit;
  /** When the log started. */
  readonly start: Date;
  /** Ends the source. */
  readonly signal: AbortSignal;
}

/** Something that frames come from. */
export interface Source {
  /** For example `watch Pod`. */
  readonly name: string;
  /**
   * Emits what happens until it is aborted. It never rejects for a cluster that does not answer: it says so, and goes on
   * when it is back.
   *
   * @param onReady called once, when it has emitted what there is, or knows that it can't
   */
  run(context: SourceContext, onReady: () => void): Promise<void>;
}

/** A running set of sources. */
export interface Observation {
  /** Resolves when every source has emitted what there is. */
  readonly ready: Promise<void>;
  /** Ends the sources, and waits for their end. */
  stop(): Promise<void>;
}

/** Starts sources that add to one log. */
export function observe(sources: readonly Source[], { emit, start }: Omit<SourceContext, 'signal'>): Observation {
  const abort = new AbortController();
  // Each request, and each pause, of every source listens to it.
  setMaxListeners(0, abort.signal);
  const ready: Promise<void>[] = [];
  const running = sources.map((source) => {
    let onReady: () => void = () => undefined;
    ready.push(new Promise((resolve) => (onReady = resolve)));
    return source.run({ emit, start, signal: abort.signal }, onReady).finally(onReady);
  });
  const all = Promise.all(running);
  // Its failure is thrown where it is waited for.
  all.catch(() => undefined);
  return {
    ready: Promise.all(ready).then(() => undefined),
    stop: async () => {
      abort.abort();
      await all;
    },
  };
}
