import { keyOf } from './drawn.ts';
import type { Frame } from './frame.ts';
import { componentKey } from './picture.ts';

/** How many frames wait for a reader before frames about the same thing are merged. */
const mergeAbove = 1_000;

/** How many writes wait at most. They can't be merged: the oldest go. */
const mostWrites = 5_000;

/**
 * Frames that wait for one reader. Those of a slow one are merged: of many frames about the same object it gets the last,
 * so that what waits does not grow with what happens, only with what there is.
 */
export class FrameQueue {
  #frames: Frame[] = [];
  /** Writes that were left out because too many waited. */
  #lost = 0;
  #ended = false;
  #wake: () => void = () => undefined;
  /** Length at which frames are merged the next time. */
  #mergeAt = mergeAbove;

  /** Number of frames that wait. */
  get size(): number {
    return this.#frames.length;
  }

  push(frame: Frame): void {
    this.#frames.push(frame);
    if (this.#frames.length > this.#mergeAt) this.#merge();
    this.#wake();
  }

  /** No frame comes any more. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** All that waits, in order, and how many writes were lost since the last time; then nothing waits. */
  take(): { readonly frames: readonly Frame[]; readonly lost: number } {
    const taken = { frames: this.#frames, lost: this.#lost };
    [this.#frames, this.#lost, this.#mergeAt] = [[], 0, mergeAbove];
    return taken;
  }

  /** Waits until a frame waits; false when none will. */
  async wait(): Promise<boolean> {
    if (this.#frames.length === 0 && !this.#ended) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#wake = () => undefined;
    return this.#frames.length > 0;
  }

  #merge(): void {
    const last = new Map<string, Frame>();
    for (const frame of this.#frames) {
      const key = subjectOf(frame);
      // Deleted first, so that it stands where its last frame does.
      last.delete(key);
      last.set(key, frame);
    }
    const writes = [...last.values()].filter(({ kind }) => kind === 'write');
    const lost = Math.max(0, writes.length - mostWrites);
    for (const write of writes.slice(0, lost)) last.delete(subjectOf(write));
    this.#lost += lost;
    this.#frames = [...last.values()];
    // Merging takes as long as the queue: it is done again when the queue has doubled.
    this.#mergeAt = Math.max(mergeAbove, 2 * this.#frames.length);
  }
}

/** What a frame is about: of two frames about the same, the later one suffices. */
function subjectOf(frame: Frame): string {
  switch (frame.kind) {
    case 'object':
      return `object ${frame.object.kind} ${keyOf(frame.object)}`;
    case 'component':
      return `component ${componentKey(frame)} ${frame.runs !== undefined} ${frame.leads !== undefined}`;
    case 'task':
      return `task ${frame.task}`;
    case 'block':
      return `block ${frame.block}`;
    case 'source':
      return `source ${frame.source}`;
    case 'write':
      return `write ${frame.seq}`;
  }
}
