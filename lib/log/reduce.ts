import { drawnKinds, keyOf, type DrawnKind } from './drawn.ts';
import type { Frame } from './frame.ts';
import {
  componentKey,
  emptyPicture,
  goneLimit,
  writesLimit,
  type FrameOf,
  type Picture,
  type PicturedComponent,
  type SaidOf,
  type Seen,
} from './picture.ts';

/** The picture after one more frame. Pure: neither is changed. */
export const reduce = (picture: Picture, frame: Frame): Picture => reduceAll(picture, [frame]);

/**
 * The picture after more frames. Of two frames about the same thing the one with the higher number counts, so that
 * frames may arrive twice and in any order. Frames of kinds that this release does not know are passed over.
 */
export function reduceAll(picture: Picture, frames: readonly Frame[]): Picture {
  const draft = new Draft(picture);
  for (const frame of frames) draft.add(frame);
  return draft.picture();
}

/** The picture that all frames of a log make. */
export const pictureOf = (frames: readonly Frame[]): Picture => reduceAll(emptyPicture, frames);

type Writable<T> = T extends ReadonlyMap<infer Key, infer Value> ? Map<Key, Value> : T;

/** A picture that is being changed: what changes is copied first, once, however many frames there are. */
class Draft {
  #at: Picture['at'];
  readonly #base: Picture;
  readonly #objects = new Map<DrawnKind, Map<string, Seen>>();
  readonly #maps = new Map<string, unknown>();
  #writes: FrameOf<'write'>[] | undefined;

  constructor(base: Picture) {
    this.#base = base;
    this.#at = base.at;
  }

  add(frame: Frame): void {
    if (frame.seq > this.#at.seq) this.#at = { seq: frame.seq, ms: frame.ms };
    switch (frame.kind) {
      case 'object':
        return this.#addObject(frame);
      case 'write':
        return this.#addWrite(frame);
      case 'component':
        return this.#addComponent(frame);
      case 'task':
        return this.#keepLatest('tasks', frame.task, frame);
      case 'block':
        return this.#keepLatest('blocks', frame.block, frame);
      case 'source':
        return this.#keepLatest('sources', frame.source, frame);
    }
  }

  picture(): Picture {
    const maps = Object.fromEntries(this.#maps) as Partial<Picture>;
    const objects =
      this.#objects.size === 0
        ? this.#base.objects
        : ({ ...this.#base.objects, ...Object.fromEntries(this.#objects) } as Picture['objects']);
    const writes = this.#writes?.slice(-writesLimit) ?? this.#base.writes;
    return { ...this.#base, ...maps, objects, writes, at: this.#at };
  }

  #addObject({ seq, change, object }: FrameOf<'object'>): void {
    if (!drawnKinds.includes(object.kind)) return;
    const key = keyOf(object);
    const goneKey = `${object.kind} ${key}`;
    const before = (this.#objects.get(object.kind) ?? this.#base.objects[object.kind]).get(key);
    const wentAt = this.#read('gone').get(goneKey);
    if (seq <= Math.max(before?.seq ?? 0, wentAt ?? 0)) return;
    if (wentAt !== undefined) this.#write('gone').delete(goneKey);
    if (change !== 'removed') {
      this.#objectsOf(object.kind).set(key, { object, seq });
      return;
    }
    if (before !== undefined) this.#objectsOf(object.kind).delete(key);
    const gone = this.#write('gone');
    gone.set(goneKey, seq);
    if (gone.size > goneLimit) gone.delete(gone.keys().next().value!);
  }

  #addWrite(frame: FrameOf<'write'>): void {
    const writes = (this.#writes ??= [...this.#base.writes]);
    let index = writes.length;
    while (index > 0 && writes[index - 1]!.seq > frame.seq) index -= 1;
    if (writes[index - 1]?.seq === frame.seq) return;
    writes.splice(index, 0, frame);
    // Not after each: shifting a long array for every frame of a burst would take most of the time.
    if (writes.length > 2 * writesLimit) writes.splice(0, writes.length - writesLimit);
  }

  #addComponent(frame: FrameOf<'component'>): void {
    const key = componentKey(frame);
    const { component, machine, seq } = frame;
    const before: PicturedComponent = this.#read('components').get(key) ?? { component, machine };
    const runs = later(before.runs, frame.runs, seq);
    const leads = later(before.leads, frame.leads, seq);
    if (runs === before.runs && leads === before.leads) return;
    this.#write('components').set(key, {
      component,
      machine,
      ...(runs === undefined ? {} : { runs }),
      ...(leads === undefined ? {} : { leads }),
    });
  }

  #keepLatest(
    name: 'tasks' | 'blocks' | 'sources',
    key: string | number,
    frame: FrameOf<'task' | 'block' | 'source'>,
  ): void {
    const before = (this.#read(name) as ReadonlyMap<string | number, Frame>).get(key);
    if (before === undefined || before.seq < frame.seq)
      (this.#write(name) as Map<string | number, Frame>).set(key, frame);
  }

  #objectsOf(kind: DrawnKind): Map<string, Seen> {
    let objects = this.#objects.get(kind);
    if (objects === undefined) {
      objects = new Map<string, Seen>(this.#base.objects[kind]);
      this.#objects.set(kind, objects);
    }
    return objects;
  }

  #read<Name extends 'gone' | 'components' | 'tasks' | 'blocks' | 'sources'>(name: Name): Picture[Name] {
    return (this.#maps.get(name) as Picture[Name] | undefined) ?? this.#base[name];
  }

  #write<Name extends 'gone' | 'components' | 'tasks' | 'blocks' | 'sources'>(name: Name): Writable<Picture[Name]> {
    if (!this.#maps.has(name)) this.#maps.set(name, new Map(this.#base[name] as ReadonlyMap<unknown, unknown>));
    return this.#maps.get(name) as Writable<Picture[Name]>;
  }
}

/** The fact that counts: of two, the one that was said later. */
function later<T>(before: SaidOf<T> | undefined, value: T | undefined, seq: number): SaidOf<T> | undefined {
  return value === undefined || (before !== undefined && before.seq >= seq) ? before : { value, seq };
}
