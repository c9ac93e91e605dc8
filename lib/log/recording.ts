import { UsageError } from '../core/errors.ts';
import { targetNames, type TargetName } from '../core/target-name.ts';
import type { Frame } from './frame.ts';

/** Version of the format. It changes when a release could read a recording of another one wrongly. */
export const recordingVersion = 1;

/** First line of a recording. */
export interface RecordingHeader {
  readonly format: 'kubernetes-textbook-labs recording';
  readonly version: number;
  /** Id of the lab. */
  readonly lab: string;
  /** Id of the lab's environment. */
  readonly environment: string;
  readonly target: TargetName;
  /** Version of Kubernetes, for example `1.36`. */
  readonly kubernetes: string;
  /** When the log started, in ISO 8601. */
  readonly start: string;
}

/** A log of frames that was kept. */
export interface Recording {
  readonly header: RecordingHeader;
  readonly frames: readonly Frame[];
  /** False when its end is missing: the frames are those before. */
  readonly complete: boolean;
}

const format: RecordingHeader['format'] = 'kubernetes-textbook-labs recording';

/** The header of a recording of this release. */
export const headerOf = (facts: Omit<RecordingHeader, 'format' | 'version'>): RecordingHeader => ({
  format,
  version: recordingVersion,
  ...facts,
});

/** The line of a header or of a frame. */
export const lineOf = (value: RecordingHeader | Frame): string => `${JSON.stringify(value)}\n`;

/** Last line of a complete recording. */
export const endLine = (frames: number): string => `${JSON.stringify({ kind: 'end', frames })}\n`;

/**
 * Reads the text of a recording. One whose end is missing is read up to there.
 *
 * @param name what the recording is called in messages, such as its file
 * @throws UsageError when it is no recording, of another version, or damaged
 */
export function parseRecording(text: string, name: string): Recording {
  const lines = text.split('\n');
  // After the last line's end there is nothing; without one, the last line is not whole.
  const rest = lines.pop()!;
  const header = headerIn(lines[0] ?? rest, name);
  const frames: Frame[] = [];
  for (const [index, line] of lines.entries()) {
    if (index === 0) continue;
    const value = parsed(line);
    if (isEnd(value)) return { header, frames, complete: value.frames === frames.length };
    if (!isFrame(value)) throw damaged(name, index + 1);
    frames.push(value);
  }
  return { header, frames, complete: false };
}

function headerIn(line: string, name: string): RecordingHeader {
  const header = parsed(line) as Partial<RecordingHeader> | undefined;
  if (header?.format !== format)
    throw new UsageError({
      ja: `${name} は記録ではありません。labs rehearse LAB --recording FILE が書くファイルを指定してください。`,
      en: `${name} is not a recording. Give a file that labs rehearse LAB --recording FILE has written.`,
    });
  if (header.version !== recordingVersion)
    throw new UsageError({
      ja: `${name} の形式はバージョン ${String(header.version)} です。このリリースが読めるのはバージョン ${recordingVersion} です。このリリースで記録し直してください。`,
      en: `${name} has version ${String(header.version)} of the format, and this release reads version ${recordingVersion}. Record it again with this release.`,
    });
  const isWhole =
    [header.lab, header.environment, header.kubernetes, header.start].every((fact) => typeof fact === 'string') &&
    targetNames.some((target) => target === header.target);
  if (!isWhole) throw damaged(name, 1);
  return header as RecordingHeader;
}

const damaged = (name: string, line: number): UsageError =>
  new UsageError({
    ja: `${name} の ${line} 行目が壊れています。ファイルを取得し直すか、labs rehearse LAB --recording FILE で記録し直してください。`,
    en: `Line ${line} of ${name} is damaged. Get the file again, or record it again with labs rehearse LAB --recording FILE.`,
  });

/** The value of a line of JSON; undefined when it is none. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const isEnd = (value: unknown): value is { readonly frames: number } => isRecord(value) && value.kind === 'end';

/** Whether a value can be reduced. Kinds that this release does not know can. */
function isFrame(value: unknown): value is Frame {
  if (!isRecord(value) || !Number.isSafeInteger(value.seq) || !Number.isFinite(value.ms)) return false;
  return typeof value.kind === 'string' && (needed[value.kind]?.(value) ?? true);
}

const isText = (value: unknown): boolean => typeof value === 'string';

/** What a frame of each kind has to have. */
const needed: Readonly<Record<string, (frame: Readonly<Record<string, unknown>>) => boolean>> = {
  object: ({ object }) => isRecord(object) && isText(object.kind) && isText(object.name),
  write: ({ actor, object, verb }) => isRecord(actor) && isText(actor.kind) && isRecord(object) && isText(verb),
  component: ({ component, machine }) => isText(component) && isText(machine),
  task: ({ task }) => isText(task),
  block: ({ block }) => Number.isSafeInteger(block),
  source: ({ source }) => isText(source),
};
