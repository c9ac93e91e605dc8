import type { Frame, FrameBody } from './frame.ts';
import { FrameQueue } from './frame-queue.ts';

/** Where sources add what they see. */
export type Emit = (body: FrameBody) => void;

/** Numbers what sources see, and hands it to every reader. It keeps no frames itself. */
export class FrameLog {
  /** When it started. */
  readonly start: Date;
  readonly #now: () => number;
  readonly #origin: number;
  readonly #readers = new Set<FrameQueue>();
  #seq = 0;

  /** @param now a clock that only goes forward, in milliseconds. @default that of this process */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#origin = now();
    this.start = new Date();
  }

  /** Adds what was seen. */
  readonly emit: Emit = (body) => {
    this.#seq += 1;
    const frame: Frame = { ...body, seq: this.#seq, ms: Math.round(this.#now() - this.#origin) };
    for (const reader of this.#readers) reader.push(frame);
  };

  /** A reader of all that is added from now on. */
  read(): FrameQueue {
    const reader = new FrameQueue();
    this.#readers.add(reader);
    return reader;
  }

  /** Nothing more is added for this reader. */
  end(reader: FrameQueue): void {
    this.#readers.delete(reader);
    reader.end();
  }
}
