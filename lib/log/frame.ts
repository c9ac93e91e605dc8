import type { Actor } from './actor.ts';
import type { DrawnKind, DrawnObject } from './drawn.ts';
import type { Text } from '../core/text.ts';

/** Place of a frame in its log. */
export interface Stamp {
  /** Counted from 1, without gaps. Of two frames about the same thing, the higher one counts. */
  readonly seq: number;
  /** Milliseconds from the log's start to the moment when the frame was added. */
  readonly ms: number;
}

/** An object of the API appeared, changed or went. Source: watches. */
export type ObjectFrame =
  | { readonly kind: 'object'; readonly change: 'added' | 'changed'; readonly object: DrawnObject }
  | {
      readonly kind: 'object';
      readonly change: 'removed';
      readonly object: { readonly kind: DrawnKind; readonly namespace?: string; readonly name: string };
    };

/** What a write changed at one path of an object. */
export interface Change {
  /** For example `spec.replicas`, or `status.conditions[Ready].status`. */
  readonly path: string;
  /** JSON, shortened; absent when there was nothing, or when it is not known. */
  readonly before?: string;
  /** JSON, shortened; absent when the write removed it. */
  readonly after?: string;
}

/** The object that a write is about, as its URL names it. */
export interface WriteObject {
  /** Plural, in lower case: `pods`. */
  readonly resource: string;
  /** For example `status`, `binding`, `scale`. */
  readonly subresource?: string;
  readonly group?: string;
  readonly namespace?: string;
  /** Absent for a write to many objects, and for a failed one without a name. */
  readonly name?: string;
}

/** Somebody wrote through the API server, or tried to. Source: the audit log. */
export interface WriteFrame {
  readonly kind: 'write';
  readonly actor: Actor;
  /** `create`, `update`, `patch`, `delete` or `deletecollection`. */
  readonly verb: string;
  readonly object: WriteObject;
  /** Status code of the answer. */
  readonly status: number;
  /** Why it was refused, in the API server's words. */
  readonly refused?: string;
  /** Milliseconds from the log's start to the moment when the API server received it; negative before the start. */
  readonly at: number;
  /** The `resourceVersion` that the object has since then, if it is known. */
  readonly version?: string;
  /** Empty when it is not known what changed. */
  readonly changes: readonly Change[];
  /** How many changes more there were. @default 0 */
  readonly more?: number;
  /** Machine of the API server that took it, where there are several. */
  readonly server?: string;
}

/** A component of the cluster started, stopped, or began or ceased to lead. Source: the target, and Leases. */
export interface ComponentFrame {
  readonly kind: 'component';
  /** For example `kube-scheduler`, `etcd`, `kubelet`. */
  readonly component: string;
  /** The machine that it runs on. */
  readonly machine: string;
  /** Absent when the frame does not say it. */
  readonly runs?: boolean;
  /** Whether it is the one of several that works. Absent when the frame does not say it. */
  readonly leads?: boolean;
}

/** A task was judged. Source: checks. */
export interface TaskFrame {
  readonly kind: 'task';
  readonly task: string;
  readonly passed: boolean;
  /** What is missing; absent when it passed. */
  readonly hint?: Text;
}

/** A command block of the guide started or ended. Source: the guide's shell. */
export type BlockFrame =
  | { readonly kind: 'block'; readonly block: number; readonly task?: string; readonly state: 'started' }
  | {
      readonly kind: 'block';
      readonly block: number;
      readonly task?: string;
      readonly state: 'ended';
      /** `passed`, or in what way it failed; `not here` for a block that this target can't run. */
      readonly outcome: string;
      readonly output: string;
    };

/** A source of frames can be read, or can't: what it would say is missing from then on. */
export interface SourceFrame {
  readonly kind: 'source';
  /** For example `watch Pod`, `audit log`. */
  readonly source: string;
  readonly live: boolean;
}

/** What happened, without its place in the log. */
export type FrameBody = ObjectFrame | WriteFrame | ComponentFrame | TaskFrame | BlockFrame | SourceFrame;

/** One thing that happened, as the page draws it. */
export type Frame = Stamp & FrameBody;
