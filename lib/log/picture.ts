import type { BlockFrame, ComponentFrame, Frame, SourceFrame, Stamp, TaskFrame, WriteFrame } from './frame.ts';
import { drawnKinds, type DrawnKind, type DrawnOf } from './drawn.ts';

/** What is drawn of an object, and the frame that said it last. */
export type Seen<Kind extends DrawnKind = DrawnKind> = Readonly<{ object: DrawnOf<Kind>; seq: number }>;

/** A component on a machine. Each fact has the frame that said it last. */
export interface PicturedComponent {
  readonly component: string;
  readonly machine: string;
  readonly runs?: SaidOf<boolean>;
  readonly leads?: SaidOf<boolean>;
}

/** A fact, and the frame that said it. */
export interface SaidOf<T> {
  readonly value: T;
  readonly seq: number;
}

/** Objects that are drawn, by kind and {@link keyOf}. */
export type PicturedObjects = { readonly [Kind in DrawnKind]: ReadonlyMap<string, Seen<Kind>> };

/** All that can be drawn at one moment of a log. */
export interface Picture {
  /** The last frame that is in it. 0 before the first. */
  readonly at: Stamp;
  readonly objects: PicturedObjects;
  /** Objects that went, by kind and key, with the frame that said it: the last {@link goneLimit}. */
  readonly gone: ReadonlyMap<string, number>;
  /** By `machine/component`. */
  readonly components: ReadonlyMap<string, PicturedComponent>;
  /** The last {@link writesLimit}, oldest first. */
  readonly writes: readonly (Stamp & WriteFrame)[];
  /** By the task's id. */
  readonly tasks: ReadonlyMap<string, Stamp & TaskFrame>;
  /** By the block's number. */
  readonly blocks: ReadonlyMap<number, Stamp & BlockFrame>;
  /** By the source's name. */
  readonly sources: ReadonlyMap<string, Stamp & SourceFrame>;
}

/** How many of the last writes are in a picture. The log has them all. */
export const writesLimit = 200;

/** How many removed objects a picture remembers, so that frames that arrive late do not bring them back. */
export const goneLimit = 1_000;

/** A picture before anything happened. */
export const emptyPicture: Picture = {
  at: { seq: 0, ms: 0 },
  objects: Object.fromEntries(drawnKinds.map((kind) => [kind, new Map()])) as unknown as PicturedObjects,
  gone: new Map(),
  components: new Map(),
  writes: [],
  tasks: new Map(),
  blocks: new Map(),
  sources: new Map(),
};

/** What tells a component from all others. */
export const componentKey = ({ machine, component }: Pick<ComponentFrame, 'machine' | 'component'>): string =>
  `${machine}/${component}`;

/** A frame of one kind. */
export type FrameOf<Kind extends Frame['kind']> = Extract<Frame, { kind: Kind }>;
