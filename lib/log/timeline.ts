import type { Frame } from './frame.ts';
import { emptyPicture, type Picture } from './picture.ts';
import { reduceAll } from './reduce.ts';

/** How many frames are reduced at most to show any moment. */
const framesBetweenSnapshots = 500;

/** The moments of a log. Any of them is shown quickly: pictures in between are kept, and share what did not change. */
export class Timeline {
  /** In the order of their numbers. */
  readonly frames: readonly Frame[];
  /** The pictures before the frames 0, 500, 1000, … */
  readonly #snapshots: Picture[] = [emptyPicture];

  constructor(frames: readonly Frame[]) {
    this.frames = frames.toSorted((one, other) => one.seq - other.seq);
    for (let start = 0; start + framesBetweenSnapshots <= frames.length; start += framesBetweenSnapshots)
      this.#snapshots.push(
        reduceAll(this.#snapshots.at(-1)!, this.frames.slice(start, start + framesBetweenSnapshots)),
      );
  }

  /** Milliseconds from the log's start to its last frame. */
  get duration(): number {
    return this.frames.at(-1)?.ms ?? 0;
  }

  /** The picture after the first `count` frames. */
  after(count: number): Picture {
    const end = Math.max(0, Math.min(count, this.frames.length));
    const snapshot = Math.floor(end / framesBetweenSnapshots);
    return reduceAll(this.#snapshots[snapshot]!, this.frames.slice(snapshot * framesBetweenSnapshots, end));
  }

  /** The picture at a moment: milliseconds from the log's start. */
  at(ms: number): Picture {
    return this.after(this.#countUntil(ms));
  }

  /** How many frames there are up to a moment. */
  #countUntil(ms: number): number {
    let [low, high] = [0, this.frames.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.frames[middle]!.ms <= ms) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
